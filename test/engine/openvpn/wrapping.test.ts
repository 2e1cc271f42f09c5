import { describe, expect, it } from 'vitest';
import type { ControlPacket } from '../../../src/engine/openvpn/control-packet.js';
import type { ControlWrapping } from '../../../src/engine/openvpn/settings.js';
import { dynamicWrapping, prepareWrapping } from '../../../src/engine/openvpn/wrapping.js';
import { wrapClientKey } from '../../support/openvpn-client-key.js';
import { digest, testKey } from '../../support/openvpn-settings.js';

const packet: ControlPacket = {
  opcode: 4,
  keyId: 3,
  sessionId: 0x1122334455667788n,
  acks: [1, 2],
  remoteSessionId: 0x99aabbccddeeff00n,
  packetId: 7,
  payload: Uint8Array.of(22, 3, 3, 0, 1, 9),
};
/** Not a Buffer, which is equal to no other array. */
const plain = (one: ControlPacket): ControlPacket => ({ ...one, payload: Uint8Array.from(one.payload) });
const replay = { packetId: 5, time: 1_700_000_000 };
const v2 = wrapClientKey(testKey(3).halves[0], testKey(4), Uint8Array.of(1, 2, 3));
const auth = (direction: 0 | 1 | undefined): ControlWrapping => ({
  kind: 'tls-auth',
  key: testKey(1),
  direction,
  digest: digest('SHA512'),
});
const crypt: ControlWrapping = { kind: 'tls-crypt', key: testKey(2) };

describe.each<[string, ControlWrapping, ControlWrapping]>([
  ['none', { kind: 'none' }, { kind: 'none' }],
  ['tls-auth', auth(undefined), auth(undefined)],
  ['tls-auth with directions', auth(1), auth(0)],
  ['tls-crypt', crypt, crypt],
])('%s', (kind, ofClient, ofServer) => {
  const client = prepareWrapping(ofClient, 'client');
  const server = prepareWrapping(ofServer, 'server');

  it('comes out as it went in, both ways', () => {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      const opened = to.open(from.seal(packet, replay));
      if (!opened.ok) throw new Error(opened.reason);
      expect(plain(opened.packet)).toEqual(packet);
      expect(opened.replay).toEqual(kind === 'none' ? undefined : replay);
    }
  });

  it('overhead is what it takes', () => {
    const bare = prepareWrapping({ kind: 'none' }, 'client').seal(packet, replay).length;
    expect(client.seal(packet, replay).length).toBe(bare + client.overhead);
  });

  it('no byte can be changed, and nothing throws at any length', () => {
    const sealed = client.seal(packet, replay);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] as number) ^ 0x40;
      if (kind !== 'none') expect(server.open(changed).ok, `byte ${at}`).toBe(false);
      else server.open(changed);
      const cut = server.open(sealed.subarray(0, at));
      if (kind !== 'none') expect(cut.ok).toBe(false);
    }
  });
});

describe('tls-crypt-v2', () => {
  const client = prepareWrapping(v2.client, 'client');
  const server = prepareWrapping(v2.server, 'server');

  it.each([10, 11])('opcode %d brings the key of the client', (opcode) => {
    const opened = server.open(client.seal({ ...packet, opcode }, replay));
    if (!opened.ok || opened.client === undefined) throw new Error('not opened');
    expect(plain(opened.packet)).toEqual({ ...packet, opcode });
    expect(opened.client.metadata).toEqual(Uint8Array.of(1, 2, 3));
    // From then on as tls-crypt.
    const { wrapping } = opened.client;
    for (const again of [client.open(wrapping.seal(packet, replay)), wrapping.open(client.seal(packet, replay))]) {
      expect(again.ok && plain(again.packet)).toEqual(packet);
    }
  });

  it('other packets tell nothing without a session', () => {
    expect(server.open(client.seal(packet, replay))).toMatchObject({ ok: false, code: 'wrapped-key' });
  });
});

it.each<[string, ControlWrapping, ControlWrapping, RegExp]>([
  [
    'tls-auth at a server of tls-crypt',
    auth(1),
    crypt,
    /tag does not fit our key \(tls-crypt\); it has the form of .*tls-auth with an HMAC of 64 bytes/,
  ],
  ['nothing at a server of tls-auth', { kind: 'none' }, auth(0), /it has the form of no wrapping/],
  ['another key', { kind: 'tls-crypt', key: testKey(7) }, crypt, /the tag does not fit our key/],
])('the reason says what it looks like: %s', (_, ofClient, ofServer, reason) => {
  const reset: ControlPacket = {
    ...packet,
    opcode: 7,
    keyId: 0,
    acks: [],
    remoteSessionId: undefined,
    packetId: 0,
    payload: new Uint8Array(0),
  };
  const opened = prepareWrapping(ofServer, 'server').open(prepareWrapping(ofClient, 'client').seal(reset, replay));
  expect(opened.ok ? '' : opened.reason).toMatch(reason);
});

it('dynamic tls-crypt has directions as tls-crypt has', () => {
  const [client, server] = [dynamicWrapping(testKey(5), 'client'), dynamicWrapping(testKey(5), 'server')];
  expect(server.open(client.seal(packet, replay)).ok).toBe(true);
  expect(client.open(client.seal(packet, replay)).ok).toBe(false);
});
