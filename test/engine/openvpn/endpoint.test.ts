import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import type { ControlWrapping, TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { prepareWrapping } from '../../../src/engine/openvpn/wrapping.js';
import { wrapClientKey } from '../../support/openvpn-client-key.js';
import { OpenvpnPair, type OpenvpnPairOptions } from '../../support/openvpn-pair.js';
import { certificate, cipher, digest, openvpnSettings, testKey } from '../../support/openvpn-settings.js';

type Over = Partial<TlsSettings>;
const pair = (client: Over = {}, server: Over = {}, options: Partial<OpenvpnPairOptions> = {}) =>
  new OpenvpnPair({ client: openvpnSettings('client', client), server: openvpnSettings('server', server), ...options });
const user = (username: string, password: string) => ({ username, password: new Secret(Buffer.from(password)) });
const serverWith = (over: Partial<NonNullable<TlsSettings['server']>>) => {
  const { server } = openvpnSettings('server');
  if (server === undefined) throw new Error('no server');
  return { ...server, ...over };
};

/** As before ciphers were negotiated. */
const OLD: Over = { dataCiphers: [], cipher: cipher('AES-256-CBC'), dataCiphersFallback: cipher('AES-256-CBC') };

/** Keys of both ends, the one's sending half beside the other's receiving. */
function matching(ends: OpenvpnPair): boolean {
  const [client, server] = [ends.last('client', 'keys')?.keys, ends.last('server', 'keys')?.keys];
  if (client === undefined || server === undefined) return false;
  const same = (a: Secret, b: Secret) => Buffer.from(a.reveal()).equals(b.reveal());
  return (
    client.keyId === server.keyId &&
    client.peerId === server.peerId &&
    client.cipher === server.cipher &&
    same(client.send.cipher, server.receive.cipher) &&
    same(client.receive.hmac, server.send.hmac) &&
    !same(client.send.cipher, client.receive.cipher)
  );
}

const auth = (direction: 0 | 1 | undefined, name = 'SHA256'): ControlWrapping => ({
  kind: 'tls-auth',
  key: testKey(1),
  direction,
  digest: digest(name),
});
const crypt: ControlWrapping = { kind: 'tls-crypt', key: testKey(2) };
const v2 = wrapClientKey(testKey(3).halves[0], testKey(4), Uint8Array.of(0, 1, 2));

describe('a client and a server', () => {
  it.each<[string, Over, Over]>([
    ['without wrapping', {}, {}],
    ['tls-auth without direction', { wrapping: auth(undefined) }, { wrapping: auth(undefined) }],
    ['tls-auth with directions', { wrapping: auth(1) }, { wrapping: auth(0) }],
    ['tls-auth with SHA512', { wrapping: auth(0, 'SHA512') }, { wrapping: auth(1, 'SHA512') }],
    ['tls-crypt', { wrapping: crypt }, { wrapping: crypt }],
    ['tls-crypt-v2', { wrapping: v2.client }, { wrapping: v2.server }],
    ['over TCP', { protocol: 'tcp' }, { protocol: 'tcp' }],
    ['CBC', { dataCiphers: [cipher('AES-128-CBC')] }, { dataCiphers: [cipher('AES-256-GCM'), cipher('AES-128-CBC')] }],
    ['two ends that push nothing', { pushes: false }, { pushes: false }],
    [
      'net30',
      { topology: 'net30' },
      { topology: 'net30', server: serverWith({ pool: { first: '10.8.0.6', count: 60, netmask: '255.255.255.0' } }) },
    ],
  ])('come up: %s', (_, client, server) => {
    const ends = pair(client, server);
    expect(ends.up(2000)).toBe(true);
    expect(matching(ends)).toBe(true);
    expect(ends.all('client', 'ignored')).toEqual([]);
    expect(ends.all('server', 'ignored')).toEqual([]);
    ends.finish();
    expect(ends.last('client', 'ended')?.refusal).toBeUndefined();
    for (const side of ['client', 'server'] as const)
      expect(ends.ends[side].size).toEqual({ sessions: 0, addresses: 0, timers: 0, leases: 0 });
    expect(ends.fakeTls.map(({ conversations }) => conversations.size)).toEqual([0, 0]);
    expect(ends.clock.pending).toBe(0);
  });

  it('tell what was pushed, in order, and what became of it', () => {
    const ends = pair({}, { keepalive: { ping: 10, timeout: 120 } });
    ends.up();
    const pushed = ends.last('client', 'push-reply');
    expect(pushed?.options).toEqual([
      'route 192.168.1.0 255.255.255.0',
      'dhcp-option DNS 10.8.0.1',
      'route-gateway 10.8.0.1',
      'topology subnet',
      'ping 10',
      'ping-restart 60',
      'ifconfig 10.8.0.2 255.255.255.0',
      'peer-id 1',
      'cipher AES-256-GCM',
      'protocol-flags cc-exit tls-ekm dyn-tls-crypt aead-epoch',
      'tun-mtu 1500',
    ]);
    expect(pushed?.parameters).toMatchObject({
      ifconfig: { local: '10.8.0.2', remoteOrNetmask: '255.255.255.0' },
      gateway: '10.8.0.1',
      keepalive: { ping: 10, timeout: 60 },
      peerId: 1,
    });
    expect(ends.last('server', 'up')?.parameters.peerAddress).toBe('10.8.0.2');
    expect(ends.last('server', 'peer-info')?.lines).toContain('IV_CIPHERS=AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305');
    expect(ends.last('client', 'options')?.differences).toEqual([]);
  });

  it('a long list of pushed options takes several replies', () => {
    const push = Array.from({ length: 100 }, (_, i) => `route 10.${i}.0.0 255.255.0.0`);
    const ends = pair({}, { server: serverWith({ push }) });
    ends.up();
    const pushed = ends.last('client', 'push-reply');
    expect(pushed?.parts).toBeGreaterThan(2);
    expect(pushed?.options.slice(0, 100)).toEqual(push);
  });

  it.each([{ pushes: true }, { pushes: false }])('keys come of key method 2 where nothing is negotiated: %o', ({ pushes }) => {
    const ends = pair({ ...OLD, pushes }, { ...OLD, pushes });
    expect(ends.up()).toBe(true);
    expect(matching(ends)).toBe(true);
    expect(ends.last('client', 'keys')?.keys).toMatchObject({
      derivation: 'key method 2',
      cipher: cipher('AES-256-CBC'),
      digest: digest('SHA1'),
    });
    ends.command('client', { kind: 'renegotiate', session: 1 });
    ends.clock.advance(1000);
    expect(ends.last('client', 'keys')?.keys.keyId).toBe(1);
    expect(matching(ends)).toBe(true);
  });

  it('options that differ are told side by side', () => {
    const ends = pair({ compression: { framing: 'lzo', compressOut: false } }, { tunMtu: 1400 });
    ends.up();
    expect(ends.last('client', 'options')?.differences).toEqual([
      { option: 'link-mtu', ours: 'link-mtu 1542', theirs: 'link-mtu 1441', negotiable: true },
      { option: 'tun-mtu', ours: 'tun-mtu 1500', theirs: 'tun-mtu 1400', negotiable: false },
      { option: 'comp-lzo', ours: 'comp-lzo', negotiable: false },
    ]);
  });

  it('metadata of a client key is told', () => {
    const ends = pair({ wrapping: v2.client }, { wrapping: v2.server });
    ends.up();
    expect(ends.last('server', 'client-key')?.metadata).toEqual(Uint8Array.of(0, 1, 2));
  });
});

describe('renegotiation', () => {
  it.each<['client' | 'server', Over]>([
    ['client', { wrapping: crypt }],
    ['server', { wrapping: crypt }],
    ['client', { wrapping: auth(undefined) }],
    ['server', {}],
  ])('by the %s: new keys, key ids 1 to 7 and round', (side, over) => {
    const ends = pair(over, over);
    ends.up();
    for (let i = 1; i <= 9; i++) {
      const session = ends.sessionOf(side);
      if (session === undefined) throw new Error('no session');
      const before = ends.last('client', 'keys')?.keys.send.cipher;
      ends.command(side, { kind: 'renegotiate', session });
      ends.clock.advance(1000);
      expect(matching(ends)).toBe(true);
      expect(ends.last('client', 'keys')?.keys.send.cipher.reveal()).not.toEqual(before?.reveal());
      expect(ends.last('server', 'keys')).toMatchObject({ keys: { keyId: i <= 7 ? i : i - 7 } });
      expect(ends.last('server', 'keys-active')?.keyId).toBe(i <= 7 ? i : i - 7);
      expect(ends.last('client', 'up')).toBeDefined();
    }
    // Old keys go when the transition is over.
    ends.clock.advance(61_000);
    expect(ends.all('client', 'keys-gone').length).toBe(9);
    expect(ends.all('server', 'ignored')).toEqual([]);
  });

  it('of itself after reneg-sec, by both ends at once', () => {
    const ends = pair({ renegotiate: 30 }, { renegotiate: 30 });
    ends.up();
    ends.clock.advance(100_000);
    expect(ends.all('client', 'keys').map(({ keys }) => keys.keyId)).toEqual([0, 1, 2, 3]);
    expect(matching(ends)).toBe(true);
  });

  it('that comes to nothing leaves the session as it was', () => {
    let deaf = false;
    const ends = pair({}, {}, { network: (bytes) => (deaf ? [] : [{ bytes, delay: 1 }]) });
    ends.up();
    deaf = true;
    ends.command('client', { kind: 'renegotiate', session: 1 });
    ends.clock.advance(61_000);
    expect(ends.last('client', 'renegotiation-failed')?.refusal).toMatchObject({ code: 'timeout', by: 'nobody', exchange: 'reset' });
    expect(ends.last('client', 'ended')).toBeUndefined();
    deaf = false;
    ends.command('client', { kind: 'renegotiate', session: 1 });
    ends.clock.advance(2000);
    expect(matching(ends)).toBe(true);
  });
});

describe('what is refused, and by whom', () => {
  it.each<[string, Over, Over, object, object | undefined]>([
    [
      'a user that the server does not know',
      { credentials: user('bob', 'wrong') },
      { server: serverWith({ users: [user('bob', 'right')] }) },
      { by: 'peer', refusal: { code: 'auth-failed', exchange: 'credentials', ours: 'user name bob' } },
      { by: 'us', refusal: { code: 'auth-failed' } },
    ],
    [
      'no user name',
      {},
      { server: serverWith({ users: [user('bob', 'right')] }) },
      { by: 'peer', refusal: { code: 'auth-failed', ours: 'no user name' } },
      { by: 'us', refusal: { code: 'auth-failed', text: 'the client sent no user name' } },
    ],
    [
      'no cipher in common',
      { dataCiphers: [cipher('CHACHA20-POLY1305')] },
      { dataCiphers: [cipher('AES-128-GCM')] },
      { by: 'peer', refusal: { code: 'no-common-cipher' } },
      { by: 'us', refusal: { code: 'no-common-cipher', ours: 'data-ciphers AES-128-GCM', theirs: 'CHACHA20-POLY1305' } },
    ],
    [
      'no address left',
      {},
      { server: serverWith({ pool: { first: '10.8.0.2', count: 0, netmask: '255.255.255.0' } }) },
      { by: 'peer', refusal: { code: 'auth-failed', theirs: 'no free address' } },
      { by: 'us', refusal: { code: 'pool-exhausted' } },
    ],
    [
      'a client certificate of nobody that we trust',
      {},
      {
        tls: { ...openvpnSettings('server').tls, peer: { ...openvpnSettings('server').tls.peer, authorities: [certificate('mail.pem')] } },
      },
      { by: 'peer', refusal: { code: 'auth-failed' } },
      { by: 'us', refusal: { code: 'certificate-issuer-unknown' } },
    ],
    [
      'an expired certificate of the server',
      {},
      { tls: { ...openvpnSettings('server').tls, certificates: [certificate('expired.pem')] } },
      { by: 'us', refusal: { code: 'certificate-expired' } },
      undefined,
    ],
  ])('%s', (_, client, server, atClient, atServer) => {
    const ends = pair(client, server);
    ends.up(30_000);
    expect(ends.last('client', 'ended')).toMatchObject(atClient);
    if (atServer !== undefined) expect(ends.last('server', 'ended')).toMatchObject(atServer);
    expect(ends.last('client', 'keys')).toBeUndefined();
    ends.clock.advance(600_000);
    expect(ends.ends.server.size).toEqual({ sessions: 0, addresses: 0, timers: 0, leases: 0 });
  });

  it.each<[string, Over, Over, RegExp]>([
    [
      'other keys of tls-auth',
      { wrapping: auth(1) },
      { wrapping: { ...auth(0), key: testKey(9) } as ControlWrapping },
      /HMAC does not fit our key \(tls-auth with SHA256, key direction 0\)/,
    ],
    ['the same direction at both ends', { wrapping: auth(1) }, { wrapping: auth(1) }, /HMAC does not fit/],
    ['another digest', { wrapping: auth(1, 'SHA1') }, { wrapping: auth(0) }, /tls-auth with an HMAC of 20 bytes/],
    ['tls-crypt against tls-auth', { wrapping: crypt }, { wrapping: auth(0) }, /it has the form of .*tls-crypt/],
    ['no wrapping against tls-crypt', {}, { wrapping: crypt }, /it has the form of no wrapping/],
    [
      'a client key of another server',
      { wrapping: v2.client },
      { wrapping: { kind: 'tls-crypt-v2-server', serverKey: testKey(8).halves[0] } },
      /was not made with our server key/,
    ],
    ['tls-crypt against tls-crypt-v2', { wrapping: crypt }, { wrapping: v2.server }, /client's key, which tls-crypt-v2 needs/],
  ])('%s: the server is silent and says why', (_, client, server, reason) => {
    const ends = pair(client, server);
    expect(ends.up(70_000)).toBe(false);
    expect(ends.last('server', 'ignored')?.reason).toMatch(reason);
    expect(ends.last('client', 'ended')).toMatchObject({ by: 'nobody', refusal: { code: 'timeout', exchange: 'reset' } });
    expect(ends.ends.server.size.sessions).toBe(0);
  });

  it('a token takes the place of the password', () => {
    const users = [user('bob', 'once')];
    const ends = pair({ credentials: user('bob', 'once') }, { server: serverWith({ users, authToken: true }) });
    ends.up();
    users[0] = user('bob', 'changed');
    ends.command('client', { kind: 'renegotiate', session: 1 });
    ends.clock.advance(1000);
    expect(ends.all('server', 'credentials').map(({ accepted }) => accepted)).toEqual([true, true]);
    expect(JSON.stringify(ends.happenings)).not.toContain('SESS_ID');
  });
});

describe('the end', () => {
  it.each<[string, Over, 'client' | 'server', string]>([
    ['EXIT', {}, 'client', 'EXIT'],
    ['OCC_EXIT where the control channel has no EXIT', OLD, 'client', 'OCC_EXIT'],
    ['RESTART of a server', {}, 'server', 'RESTART'],
  ])('%s', (_, over, side, how) => {
    const ends = pair(over, over);
    ends.up();
    ends.command(side, { kind: 'close', session: 1 });
    ends.clock.advance(100);
    const other = side === 'client' ? 'server' : 'client';
    expect(ends.last(other, 'exit-notify')?.how).toBe(how);
    expect(ends.last(other, 'ended')?.by).toBe('peer');
    ends.clock.advance(5000);
    expect(ends.last(side, 'ended')?.by).toBe('us');
  });

  it('nothing heard for too long', () => {
    let deaf = false;
    const ends = pair(
      { keepalive: { ping: 5, timeout: 20 } },
      { keepalive: { ping: 5, timeout: 40 } },
      { network: (bytes) => (deaf ? [] : [{ bytes, delay: 1 }]) },
    );
    ends.up();
    deaf = true;
    ends.clock.advance(60_000);
    expect(ends.last('client', 'ended')).toMatchObject({
      by: 'nobody',
      refusal: { code: 'ping-timeout', text: expect.stringContaining('20 s') },
    });
    expect(ends.last('server', 'ended')).toMatchObject({ by: 'nobody', refusal: { code: 'ping-timeout' } });
    // Pings went out as long as there was a session.
    expect(ends.all('client', 'send-inner').filter(({ what }) => what === 'ping').length).toBeGreaterThanOrEqual(3);
  });

  it('a client that begins anew takes the place of what it was', () => {
    const ends = pair();
    ends.up();
    const first = ends.sessionOf('server');
    ends.connect();
    ends.clock.advance(1000);
    expect(ends.all('server', 'up').length).toBe(2);
    expect(ends.all('server', 'ended').map(({ session }) => session)).toEqual([first]);
    expect(ends.ends.server.size).toMatchObject({ sessions: 1, leases: 1 });
  });
});

describe('a client that says no more behind our certificate', () => {
  /** @param heard how many packets of the client arrive */
  const told = (heard: number, milliseconds: number) => {
    let packets = 0;
    const ends = new OpenvpnPair({
      client: openvpnSettings('client'),
      server: openvpnSettings('server'),
      network: (bytes, from) => (from === 'client' && ++packets > heard ? [] : [{ bytes, delay: 1 }]),
    });
    ends.connect();
    ends.clock.advance(milliseconds);
    return ends.all('server', 'fallen-silent');
  };
  it('is told, once, long before the handshake has run out', () => {
    expect(told(2, 2900)).toEqual([]);
    expect(told(2, 3500)).toMatchObject([{ suspected: expect.stringContaining('does not take our certificate') }]);
    expect(told(2, 50_000)).toHaveLength(1);
  });
  it('not of one that never spoke, nor of one that gets on', () => {
    expect(told(1, 50_000)).toEqual([]);
    expect(told(1000, 50_000)).toEqual([]);
  });
});

describe('strangers', () => {
  it('leave nothing behind with a reset', () => {
    const ends = pair();
    const reset = Uint8Array.of(7 << 3, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0);
    for (let i = 0; i < 100; i++) ends.inject('server', reset, { address: '192.0.2.1', port: 1000 + i });
    expect(ends.ends.server.size).toEqual({ sessions: 0, addresses: 0, timers: 0, leases: 0 });
    expect(ends.all('server', 'sent').length).toBe(100);
  });

  it('above the limit of handshakes nobody new is answered', () => {
    const ends = pair({}, {}, { limits: { halfOpen: 0 } });
    expect(ends.up(5000)).toBe(false);
    expect(ends.last('server', 'ignored')).toMatchObject({ code: 'limit' });
  });

  it('above the limit of sessions nobody new is kept, of OpenVPN 2.5 either', () => {
    const ends = pair({ wrapping: v2.client }, { wrapping: v2.server }, { limits: { sessions: 0 } });
    const sessionId = 7n;
    const reset = { opcode: 10, keyId: 0, sessionId, acks: [], remoteSessionId: undefined, packetId: 0, payload: new Uint8Array(0) };
    ends.inject('server', prepareWrapping(v2.client, 'client').seal(reset, { packetId: 1, time: 1 }));
    expect(ends.ends.server.size.sessions).toBe(0);
    expect(ends.last('server', 'ignored')).toMatchObject({ code: 'limit' });
  });

  it('of OpenVPN 2.5 bring the key of tls-crypt-v2 once: the server keeps it', () => {
    const ends = pair({ wrapping: v2.client }, { wrapping: v2.server }, { limits: { halfOpen: 1 } });
    const wrapping = prepareWrapping(v2.client, 'client');
    const reset = (sessionId: bigint) => ({
      opcode: 10,
      keyId: 0,
      sessionId,
      acks: [],
      remoteSessionId: undefined,
      packetId: 0,
      payload: new Uint8Array(0),
    });
    ends.inject('server', wrapping.seal(reset(7n), { packetId: 1, time: 1 }));
    expect(ends.ends.server.size.sessions).toBe(1);
    expect(ends.last('server', 'sent')).toMatchObject({ opcode: 'P_CONTROL_HARD_RESET_SERVER_V2', acks: [0], payload: 0 });
    // It comes again, as its number: acknowledged, and no second session.
    ends.inject('server', wrapping.seal(reset(7n), { packetId: 2, time: 1 }));
    expect(ends.last('server', 'sent')).toMatchObject({ opcode: 'P_ACK_V1', acks: [0] });
    // Above the limit nobody is kept.
    ends.inject('server', wrapping.seal(reset(8n), { packetId: 1, time: 1 }), { address: '192.0.2.5', port: 5 });
    expect(ends.ends.server.size.sessions).toBe(1);
    expect(ends.last('server', 'ignored')).toMatchObject({ code: 'limit' });
    ends.clock.advance(61_000);
    expect(ends.ends.server.size).toEqual({ sessions: 0, addresses: 0, timers: 0, leases: 0 });
  });

  it('a repeated packet of the wrapping is dropped', () => {
    const seen: Uint8Array[] = [];
    const ends = pair(
      { wrapping: crypt },
      { wrapping: crypt },
      {
        network: (bytes, from) => {
          if (from === 'client') seen.push(bytes);
          return [{ bytes, delay: 1 }];
        },
      },
    );
    ends.up();
    for (const bytes of seen.slice(2)) ends.inject('server', bytes);
    const ignored = ends.all('server', 'ignored');
    expect(ignored.length).toBe(seen.length - 2);
    expect(new Set(ignored.map(({ code }) => code))).toEqual(new Set(['replay']));
  });
});
