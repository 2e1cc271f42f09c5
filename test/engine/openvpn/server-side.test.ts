import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { IV_PROTO } from '../../../src/engine/openvpn/peer-info.js';
import { refusal } from '../../../src/engine/openvpn/refusals.js';
import { ServerPool } from '../../../src/engine/openvpn/server-pool.js';
import { ServerSide } from '../../../src/engine/openvpn/server-side.js';
import type { ServerSettings, TlsSettings } from '../../../src/engine/openvpn/settings.js';
import type { Refusal } from '../../../src/engine/refusal.js';
import type { KeyMethodMessage } from '../../../src/wire/openvpn/key-method.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { fakeSession, keyMethodOf } from '../../support/openvpn-fake-session.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

const { server: given } = openvpnSettings('server');
const users = [{ username: 'anna', password: new Secret(Buffer.from('right')) }];
const GCM = 'IV_CIPHERS=AES-256-GCM';
const proto = (...bits: readonly number[]) => `IV_PROTO=${bits.reduce((all, bit) => all | bit, 0)}\n${GCM}\n`;

interface Case {
  readonly settings?: Partial<TlsSettings>;
  readonly server?: Partial<ServerSettings>;
  /** Why its certificate is not good. */
  readonly why?: Refusal;
}

function serve({ settings = {}, server = {}, why }: Case = {}) {
  const own = openvpnSettings('server', { server: { ...(given as ServerSettings), ...server }, ...settings });
  const fake = fakeSession(own);
  const side = new ServerSide(new ServerPool(own));
  const negotiation = new Negotiation(0, 'x', false);
  side.tlsUp(fake.session, negotiation, why);
  const hear = (theirs: Partial<KeyMethodMessage>) => {
    negotiation.theirs = keyMethodOf({ peerInfo: proto(IV_PROTO.DATA_V2), ...theirs });
    const fx = openvpnEffects();
    side.keyMethod(fake.session, negotiation, fx);
    return newsOf(fx);
  };
  const line = (text: string) => {
    const fx = openvpnEffects();
    side.line(fake.session, negotiation, text, fx);
    return newsOf(fx);
  };
  return { ...fake, hear, line };
}

describe('a server lets in', () => {
  it('who asks, once, after its own key method 2', () => {
    const { hear, line, said, lines, agreements } = serve();
    hear({});
    expect([said.length, lines]).toEqual([1, []]);
    expect(line('PUSH_REQUEST')).toMatchObject([{ kind: 'push-reply', parts: 1 }]);
    expect(line('PUSH_REQUEST')).toEqual([]);
    expect(lines).toEqual([
      'PUSH_REPLY,route 192.168.1.0 255.255.255.0,dhcp-option DNS 10.8.0.1,route-gateway 10.8.0.1,topology subnet,ifconfig 10.8.0.2 255.255.255.0,peer-id 1,cipher AES-256-GCM',
    ]);
    expect(agreements).toMatchObject([{ cipher: { name: 'AES-256-GCM' }, parameters: { peerId: 1, peerAddress: '10.8.0.2' } }]);
  });

  it('who does not ask, where it says that it need not', () => {
    const { hear, lines } = serve();
    hear({ peerInfo: proto(IV_PROTO.REQUEST_PUSH) });
    expect(lines).toEqual([expect.stringMatching(/^PUSH_REPLY,.*ifconfig/)]);
  });

  it.each<[string, string, string[]]>([
    ['2.4', proto(IV_PROTO.DATA_V2), []],
    ['2.5', proto(IV_PROTO.DATA_V2, IV_PROTO.TLS_KEY_EXPORT), ['key-derivation tls-ekm']],
    [
      '2.6',
      proto(IV_PROTO.DATA_V2, IV_PROTO.TLS_KEY_EXPORT, IV_PROTO.CC_EXIT_NOTIFY, IV_PROTO.DYN_TLS_CRYPT),
      ['protocol-flags cc-exit tls-ekm dyn-tls-crypt'],
    ],
    [
      '2.7',
      proto(IV_PROTO.DATA_V2, IV_PROTO.TLS_KEY_EXPORT, IV_PROTO.CC_EXIT_NOTIFY, IV_PROTO.DYN_TLS_CRYPT, IV_PROTO.DATA_EPOCH),
      ['protocol-flags cc-exit tls-ekm dyn-tls-crypt aead-epoch'],
    ],
    ['one that takes an MTU', `${proto(IV_PROTO.DATA_V2)}IV_MTU=1600\n`, ['tun-mtu 1500']],
  ])('%s, in the words that it knows', (_, peerInfo, wanted) => {
    const { hear, line, lines } = serve();
    hear({ peerInfo });
    line('PUSH_REQUEST');
    const options = (lines[0] ?? '').split(',');
    expect(options.filter((option) => /^(key-derivation|protocol-flags|tun-mtu)/.test(option))).toEqual(wanted);
  });

  it.each([
    ['V4,comp-lzo,tls-client', 'IV_COMP_STUBv2=1\n', 'compress stub-v2'],
    ['V4,comp-lzo,tls-client', '', 'comp-lzo no'],
    ['V4,tls-client', 'IV_COMP_STUBv2=1\n', undefined],
  ])('with compress migrate and %s: %j', (options, info, wanted) => {
    const { hear, line, lines } = serve({ settings: { compression: { framing: 'none', compressOut: false, migrate: true } } });
    hear({ options, peerInfo: `${proto(IV_PROTO.DATA_V2)}${info}` });
    line('PUSH_REQUEST');
    expect((lines[0] ?? '').split(',').find((option) => option.startsWith('comp'))).toBe(wanted);
  });

  it('with what the administrator pushes in place of its own', () => {
    const { hear, line, lines } = serve({
      settings: { keepalive: { ping: 10, timeout: 120 } },
      server: { push: ['ping 7', 'topology p2p'] },
    });
    hear({});
    line('PUSH_REQUEST');
    expect(lines[0]).toMatch(/^PUSH_REPLY,ping 7,topology p2p,route-gateway 10\.8\.0\.1,ping-restart 60,ifconfig/);
  });

  it('with more than one reply holds, none of them too long', () => {
    const push = Array.from({ length: 60 }, (_, i) => `route 10.${i}.0.0 255.255.0.0`);
    const { hear, line, lines } = serve({ server: { push } });
    hear({});
    expect(line('PUSH_REQUEST')).toMatchObject([{ parts: lines.length }]);
    expect(lines.length).toBeGreaterThan(1);
    for (const one of lines) expect(one.length).toBeLessThan(1000);
    expect(lines.map((one) => one.slice(-1))).toEqual([...lines.slice(1).map(() => '2'), '1']);
    expect(lines.flatMap((one) => one.split(',')).filter((option) => option.startsWith('route 10.'))).toEqual(push);
  });

  it('two ends that push nothing', () => {
    const { hear, lines, agreements } = serve({ settings: { pushes: false } });
    hear({ peerInfo: proto(IV_PROTO.NCP_P2P, IV_PROTO.DATA_V2) });
    expect([lines, agreements.length]).toEqual([[], 1]);
  });
});

describe('a server sends away', () => {
  it.each<[string, Case, Partial<KeyMethodMessage>, string, string]>([
    [
      'whose certificate is not good',
      { why: refusal('certificate-expired', 'us', 'TLS', 'it ended in May, and more') },
      {},
      'AUTH_FAILED,it ended in May; and more',
      'certificate-expired',
    ],
    ['who gives no name', { server: { users } }, {}, 'AUTH_FAILED', 'auth-failed'],
    ['whose password is wrong', { server: { users } }, { username: 'anna', password: 'wrong' }, 'AUTH_FAILED', 'auth-failed'],
    ['whose name is unknown', { server: { users } }, { username: 'eva', password: 'right' }, 'AUTH_FAILED', 'auth-failed'],
    [
      'who has no cipher of ours',
      {},
      { peerInfo: 'IV_CIPHERS=BF-CBC\n' },
      'AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)',
      'no-common-cipher',
    ],
    [
      'for whom no address is left',
      { server: { pool: { first: '10.8.0.2', count: 0, netmask: '255.255.255.0' } } },
      {},
      'AUTH_FAILED,no free address',
      'pool-exhausted',
    ],
  ])('%s', (_, how, theirs, line, code) => {
    const { hear, line: say, lines, ends, agreements } = serve(how);
    hear(theirs);
    say('PUSH_REQUEST');
    expect(lines).toEqual([line]);
    expect(ends).toMatchObject([{ way: 'leave', by: 'us', code }]);
    expect(agreements).toEqual([]);
  });

  it('nobody for a password where it has no users', () => {
    const { hear, ends } = serve();
    hear({ username: 'eva', password: 'any' });
    expect(ends).toEqual([]);
  });
});

describe('a token', () => {
  it('stands for the password afterwards, and is not shown', () => {
    const { hear, line, lines, ends, agreements } = serve({ server: { users, authToken: true } });
    expect(hear({ username: 'anna', password: 'right' })).toContainEqual({ kind: 'credentials', username: 'anna', accepted: true });
    const news = line('PUSH_REQUEST');
    const token = /auth-token ([^,]+)/.exec(lines[0] ?? '')?.[1] ?? '';
    expect(token).toMatch(/^SESS_ID_AT_.{32}$/);
    expect(JSON.stringify(news)).not.toContain(token);
    hear({ username: 'anna', password: token });
    expect([agreements.length, ends]).toEqual([2, []]);
    hear({ username: 'anna', password: `${token}x` });
    expect(ends).toMatchObject([{ way: 'leave', code: 'auth-failed' }]);
  });
});

it('a client that leaves is heard', () => {
  const { line, ends } = serve();
  expect(line('EXIT')).toMatchObject([{ kind: 'exit-notify', how: 'EXIT' }]);
  expect(ends).toMatchObject([{ way: 'end', by: 'peer' }]);
});
