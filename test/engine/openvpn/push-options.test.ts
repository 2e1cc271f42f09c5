import { describe, expect, it } from 'vitest';
import { filterPushed, readPushed, splitPushReply, withoutSecrets } from '../../../src/engine/openvpn/push-options.js';
import type { PullFilter } from '../../../src/engine/openvpn/settings.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

const settings = openvpnSettings('client', { keepalive: { ping: 7, timeout: 70 } });

describe('PUSH_REPLY', () => {
  it.each([
    ['PUSH_REPLY,a b,c', ['a b', 'c'], false],
    ['PUSH_REPLY,a,push-continuation 2', ['a'], true],
    ['PUSH_REPLY,push-continuation 1', [], false],
    ['PUSH_REPLY', [], false],
    ['PUSH_REPLY,,a,,', ['a'], false],
  ])('%s', (line, options, more) => expect(splitPushReply(line)).toEqual({ options, more }));
});

describe('pushed options', () => {
  it('are read; the last of a kind counts, and what was not pushed stays', () => {
    const pushed = readPushed(settings, [
      'route 10.0.0.0 255.0.0.0',
      'topology net30',
      'topology subnet',
      'ifconfig 10.8.0.6 255.255.255.0',
      'ifconfig-ipv6 fd00::6/64 fd00::1',
      'route-gateway 10.8.0.1',
      'ping-restart 60',
      'peer-id 3',
      'cipher AES-128-GCM',
      'protocol-flags cc-exit tls-ekm dyn-tls-crypt',
      'tun-mtu 1400',
      'explicit-exit-notify 3',
      'auth-token abc',
      'auth-token-user Ym9i',
      'comp-lzo no',
    ]);
    expect(pushed).toEqual({
      parameters: {
        ifconfig: { local: '10.8.0.6', remoteOrNetmask: '255.255.255.0' },
        ifconfigIpv6: { local: 'fd00::6/64', remote: 'fd00::1' },
        topology: 'subnet',
        gateway: '10.8.0.1',
        keepalive: { ping: 7, timeout: 60 },
        peerId: 3,
        compression: { framing: 'lzo', compressOut: false },
        tunMtu: 1400,
        device: 'tun',
      },
      cipher: 'AES-128-GCM',
      exporter: true,
      controlExit: true,
      dynamicTlsCrypt: true,
      epochs: false,
      authToken: 'abc',
      authTokenUser: 'Ym9i',
      explicitExitNotify: 3,
    });
  });

  it('of 2.5, of 2.7, and nonsense', () => {
    expect(readPushed(settings, ['key-derivation tls-ekm']).exporter).toBe(true);
    expect(readPushed(settings, ['protocol-flags tls-ekm aead-epoch']).epochs).toBe(true);
    const nonsense = readPushed(settings, [
      'peer-id 16777216',
      'tun-mtu -5',
      'ping x',
      'topology star',
      'ifconfig 10.8.0.6',
      'compress zstd',
      '',
      'cipher',
    ]);
    expect(nonsense).toMatchObject({
      parameters: { topology: 'subnet', tunMtu: 1500, keepalive: { ping: 7 }, compression: { framing: 'none' } },
    });
    expect(nonsense.parameters.peerId).toBeUndefined();
    expect(nonsense.parameters.ifconfig).toBeUndefined();
  });

  it.each([
    ['compress', 'stub'],
    ['compress lz4', 'lz4'],
    ['compress lz4-v2', 'lz4-v2'],
    ['compress stub-v2', 'stub-v2'],
    ['compress migrate', 'none'],
    ['comp-lzo adaptive', 'lzo'],
  ])('%s', (option, framing) => expect(readPushed(settings, [option]).parameters.compression.framing).toBe(framing));

  it.each<[readonly PullFilter[], readonly string[], string | undefined]>([
    [[], ['route 10.1.0.0', 'compress stub'], undefined],
    [[{ action: 'ignore', text: 'comp' }], ['route 10.1.0.0'], undefined],
    [
      [
        { action: 'accept', text: 'route 10.' },
        { action: 'ignore', text: '' },
      ],
      ['route 10.1.0.0'],
      undefined,
    ],
    [[{ action: 'reject', text: 'compress' }], ['route 10.1.0.0', 'compress stub'], 'compress stub'],
  ])('pull-filter %j', (filters, kept, rejected) => {
    const found = filterPushed(['route 10.1.0.0', 'compress stub'], filters);
    expect([found.kept, found.rejected?.option]).toEqual([kept, rejected]);
    if (rejected !== undefined) expect(found.rejected?.by).toBe(filters[0]);
  });

  it.each([
    [['ping-restart 60', 'ping-exit 5'], 5],
    [['ping-exit 5', 'ping-restart 60'], 60],
  ])('%j: the later of the two counts', (options, timeout) => {
    expect(readPushed(settings, options).parameters.keepalive.timeout).toBe(timeout);
  });

  it('tokens are not shown', () => {
    expect(['auth-token SESS_ID_x', 'auth-token-user Ym9i', 'route 1.2.3.4'].map(withoutSecrets)).toEqual([
      'auth-token [secret]',
      'auth-token-user [secret]',
      'route 1.2.3.4',
    ]);
  });
});
