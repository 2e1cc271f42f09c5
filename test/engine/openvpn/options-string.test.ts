import { describe, expect, it } from 'vitest';
import { announcedCipher, compareOptions, optionsString } from '../../../src/engine/openvpn/options-string.js';
import type { OpenvpnSettings, StaticSettings, TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { cipher, digest, openvpnSettings, testKey } from '../../support/openvpn-settings.js';

const shared = (over: Partial<StaticSettings> = {}): OpenvpnSettings => {
  const { tls: _, role: _r, wrapping: _w, ...common } = openvpnSettings('client');
  return { ...common, mode: 'static', topology: 'net30', key: testKey(1), direction: undefined, cipher: cipher('AES-256-CBC'), ...over };
};
const client = (over: Partial<TlsSettings> = {}): OpenvpnSettings => openvpnSettings('client', over);
const peer = (over: Partial<TlsSettings> = {}): OpenvpnSettings => openvpnSettings('client', { pushes: false, ...over });
const lzo = { framing: 'lzo', compressOut: false } as const;
const tap = { device: 'tap' } as const;
const tcp = { protocol: 'tcp' } as const;

/** What OpenVPN 2.6.14 prints with `--verb 8` as its own string; the one that it expects where that says more. */
const TRUTH: readonly (readonly [string, OpenvpnSettings, string, string?])[] = [
  ['--secret', shared(), 'V4,dev-type tun,link-mtu 1560,tun-mtu 1500,proto UDPv4,cipher AES-256-CBC,auth SHA1,keysize 256,secret'],
  [
    '--secret 1 --ifconfig',
    shared({ direction: 1, ifconfig: { local: '10.0.0.1', remoteOrNetmask: '10.0.0.2' } }),
    'V4,dev-type tun,link-mtu 1560,tun-mtu 1500,proto UDPv4,ifconfig 10.0.0.2 10.0.0.1,keydir 1,cipher AES-256-CBC,auth SHA1,keysize 256,secret',
    'V4,dev-type tun,link-mtu 1560,tun-mtu 1500,proto UDPv4,ifconfig 10.0.0.1 10.0.0.2,keydir 0,cipher AES-256-CBC,auth SHA1,keysize 256,secret',
  ],
  [
    '--dev tap',
    shared({ ...tap, direction: 1, cipher: cipher('AES-128-CBC'), ifconfig: { local: '10.0.0.1', remoteOrNetmask: '255.255.255.0' } }),
    'V4,dev-type tap,link-mtu 1592,tun-mtu 1500,proto UDPv4,ifconfig 10.0.0.0 255.255.255.0,keydir 1,cipher AES-128-CBC,auth SHA1,keysize 128,secret',
  ],
  [
    '--comp-lzo no --fragment 1300',
    shared({ compression: lzo, fragment: 1300 }),
    'V4,dev-type tun,link-mtu 1565,tun-mtu 1500,proto UDPv4,comp-lzo,mtu-dynamic,cipher AES-256-CBC,auth SHA1,keysize 256,secret',
  ],
  [
    '--topology subnet --ifconfig-ipv6',
    shared({
      cipher: cipher('AES-128-CBC'),
      auth: digest('SHA256'),
      topology: 'subnet',
      ifconfig: { local: '10.0.0.1', remoteOrNetmask: '255.255.255.0' },
      ifconfigIpv6: { local: 'fd00::1/64', remote: 'fd00::2' },
    }),
    'V4,dev-type tun,link-mtu 1572,tun-mtu 1500,proto UDPv4,tun-ipv6,ifconfig 10.0.0.0 255.255.255.0,cipher AES-128-CBC,auth SHA256,keysize 128,secret',
  ],
  [
    '--cipher BF-CBC',
    shared({ cipher: cipher('BF-CBC') }),
    'V4,dev-type tun,link-mtu 1544,tun-mtu 1500,proto UDPv4,cipher BF-CBC,auth SHA1,keysize 128,secret',
  ],
  [
    '--tls-client',
    peer(),
    'V4,dev-type tun,link-mtu 1541,tun-mtu 1500,proto UDPv4,cipher BF-CBC,auth SHA1,keysize 128,key-method 2,tls-client',
    'V4,dev-type tun,link-mtu 1541,tun-mtu 1500,proto UDPv4,cipher BF-CBC,auth SHA1,keysize 128,key-method 2,tls-server',
  ],
  [
    '--tls-client --cipher AES-256-CBC',
    peer({ cipher: cipher('AES-256-CBC') }),
    'V4,dev-type tun,link-mtu 1557,tun-mtu 1500,proto UDPv4,cipher AES-256-CBC,auth SHA1,keysize 256,key-method 2,tls-client',
  ],
  [
    '--tls-client --cipher AES-256-GCM',
    peer({ cipher: cipher('AES-256-GCM') }),
    'V4,dev-type tun,link-mtu 1549,tun-mtu 1500,proto UDPv4,cipher AES-256-GCM,auth [null-digest],keysize 256,key-method 2,tls-client',
  ],
  [
    '--tls-client --cipher CHACHA20-POLY1305',
    peer({ cipher: cipher('CHACHA20-POLY1305') }),
    'V4,dev-type tun,link-mtu 1534,tun-mtu 1500,proto UDPv4,cipher CHACHA20-POLY1305,auth [null-digest],keysize 256,key-method 2,tls-client',
  ],
  [
    '--client --cipher AES-256-CBC --data-ciphers AES-256-CBC:AES-128-GCM',
    client({ cipher: cipher('AES-256-CBC'), dataCiphers: [cipher('AES-256-CBC'), cipher('AES-128-GCM')] }),
    'V4,dev-type tun,link-mtu 1557,tun-mtu 1500,proto UDPv4,cipher AES-256-CBC,auth SHA1,keysize 256,key-method 2,tls-client',
  ],
  [
    '--client --cipher AES-256-CBC',
    client({ cipher: cipher('AES-256-CBC') }),
    'V4,dev-type tun,link-mtu 1557,tun-mtu 1500,proto UDPv4,auth SHA1,keysize 256,key-method 2,tls-client',
  ],
  [
    '--client --data-ciphers-fallback AES-128-CBC',
    client({ dataCiphersFallback: cipher('AES-128-CBC') }),
    'V4,dev-type tun,link-mtu 1557,tun-mtu 1500,proto UDPv4,auth SHA1,keysize 128,key-method 2,tls-client',
  ],
  [
    '--tls-auth ta.key 1 --auth SHA512 --comp-lzo',
    client({
      auth: digest('SHA512'),
      compression: lzo,
      wrapping: { kind: 'tls-auth', key: testKey(1), direction: 1, digest: digest('SHA512') },
    }),
    'V4,dev-type tun,link-mtu 1586,tun-mtu 1500,proto UDPv4,comp-lzo,keydir 1,auth SHA512,keysize 128,tls-auth,key-method 2,tls-client',
    'V4,dev-type tun,link-mtu 1586,tun-mtu 1500,proto UDPv4,comp-lzo,keydir 0,auth SHA512,keysize 128,tls-auth,key-method 2,tls-server',
  ],
  [
    '--compress stub-v2',
    client({ compression: { framing: 'stub-v2', compressOut: false } }),
    'V4,dev-type tun,link-mtu 1541,tun-mtu 1500,proto UDPv4,comp-lzo,auth SHA1,keysize 128,key-method 2,tls-client',
  ],
  [
    '--compress lz4',
    client({ compression: { framing: 'lz4', compressOut: false } }),
    'V4,dev-type tun,link-mtu 1542,tun-mtu 1500,proto UDPv4,comp-lzo,auth SHA1,keysize 128,key-method 2,tls-client',
  ],
  [
    '--auth none',
    client({ auth: undefined }),
    'V4,dev-type tun,link-mtu 1521,tun-mtu 1500,proto UDPv4,auth [null-digest],keysize 128,key-method 2,tls-client',
  ],
  [
    '--proto tcp --tun-mtu 1400',
    client({ ...tcp, tunMtu: 1400 }),
    'V4,dev-type tun,link-mtu 1443,tun-mtu 1400,proto TCPv4_CLIENT,auth SHA1,keysize 128,key-method 2,tls-client',
    'V4,dev-type tun,link-mtu 1443,tun-mtu 1400,proto TCPv4_SERVER,auth SHA1,keysize 128,key-method 2,tls-server',
  ],
  ['--dev tap (TLS)', client(tap), 'V4,dev-type tap,link-mtu 1573,tun-mtu 1500,proto UDPv4,auth SHA1,keysize 128,key-method 2,tls-client'],
];

describe('the options string is that of OpenVPN 2.6', () => {
  it.each(TRUTH.map(([flags, settings, ours, expected]) => ({ flags, settings, ours, expected })))(
    '$flags',
    ({ settings, ours, expected }) => {
      expect(optionsString(settings, false)).toBe(ours);
      if (expected !== undefined) expect(optionsString(settings, true)).toBe(expected);
      expect(compareOptions(settings, optionsString(settings, true))).toEqual([]);
    },
  );
});

it('who negotiates nothing announces its cipher', () => {
  const text = optionsString(client({ cipher: cipher('AES-256-CBC'), dataCiphers: [] }), false);
  expect(text).toContain(',cipher AES-256-CBC,auth SHA1,keysize 256,');
});

it('static key without cipher and digest', () => {
  const text = optionsString(shared({ cipher: undefined, auth: undefined }), false);
  expect(text).toBe('V4,dev-type tun,link-mtu 1508,tun-mtu 1500,proto UDPv4,cipher [null-cipher],auth [null-digest],keysize 0,secret');
});

it('differences are told item by item, with what each end has', () => {
  const theirs = 'V4,dev-type tap,link-mtu 1560,tun-mtu 1400,proto UDPv4,keydir 0,cipher AES-128-CBC,auth SHA256,keysize 128,secret';
  expect(compareOptions(shared({ direction: 0 }), theirs)).toEqual([
    { option: 'dev-type', ours: 'dev-type tun', theirs: 'dev-type tap', negotiable: false },
    { option: 'tun-mtu', ours: 'tun-mtu 1500', theirs: 'tun-mtu 1400', negotiable: false },
    { option: 'keydir', ours: 'keydir 0', theirs: 'keydir 0', negotiable: false },
    { option: 'cipher', ours: 'cipher AES-256-CBC', theirs: 'cipher AES-128-CBC', negotiable: false },
    { option: 'auth', ours: 'auth SHA1', theirs: 'auth SHA256', negotiable: false },
    { option: 'keysize', ours: 'keysize 256', theirs: 'keysize 128', negotiable: false },
  ]);
});

it('a string of anything is compared without end', () => {
  expect(compareOptions(client(), `${'x,'.repeat(5000)}${'y'.repeat(5000)}`).length).toBeLessThan(100);
  expect(announcedCipher('V4,cipher AES-256-CBC,auth SHA1')).toBe('AES-256-CBC');
  expect(announcedCipher('')).toBeUndefined();
});
