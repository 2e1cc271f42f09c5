import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.js';
import { noBytes, type PrepareCipher } from '../../../../src/crypto/cipher.js';
import type { DataChannel, OpenedPacket } from '../../../../src/engine/openvpn/data/data-channel.js';
import type { DataDrop } from '../../../../src/engine/openvpn/data/drop.js';
import { openvpnCiphers, openvpnDigests } from '../../../../src/keymat/openvpn-algorithms.js';
import { splitStaticKey } from '../../../../src/keymat/openvpn-static-key.js';
import { compressionFramings } from '../../../../src/wire/openvpn/compression.js';
import { PING } from '../../../../src/wire/openvpn/inner-messages.js';
import { type KeyWishes, makeChannel, makeKeys } from './make-channel.js';

const packet = fromHex(`4500 0054 1234 4000 4001 0000 0a080001 0a080002 ${'00'.repeat(64)}`.replaceAll(' ', ''));
const frame = Buffer.concat([fromHex('0200000000010200000000020800'), packet]);
const one = (packets: readonly Uint8Array[]): Uint8Array => {
  const [first, ...more] = packets;
  if (first === undefined || more.length > 0) throw new TypeError(`${packets.length} packets`);
  return first;
};
const told = (opened: OpenedPacket | DataDrop) =>
  opened.kind === 'payload' ? toHex(opened.payload) : opened.kind === 'drop' ? opened.reason : opened.kind;

describe('what one end seals the other opens', () => {
  const rows: readonly (readonly [string, KeyWishes])[] = [
    ...openvpnCiphers.flatMap(({ name }) => [
      [`${name}, P_DATA_V1`, { cipher: name }] as const,
      [`${name}, P_DATA_V2`, { cipher: name, peerId: 0x010203, keyId: 5 }] as const,
    ]),
    ...[...openvpnCiphers.filter(({ kind }) => kind === 'cbc').map(({ name }) => name), 'none'].map(
      (cipher) => [`static, ${cipher}`, { cipher, derivation: 'static' }] as const,
    ),
    ...[...openvpnDigests.map(({ name }) => name), 'none'].map(
      (digest) => [`static, ${digest}`, { cipher: 'AES-128-CBC', digest, derivation: 'static' }] as const,
    ),
    ...compressionFramings.flatMap((framing) =>
      [false, true].map((compressOut) => [`${framing}, compressing: ${compressOut}`, { framing, compressOut }] as const),
    ),
  ];

  it.each(rows)('%s', (_name, wishes) => {
    const [a, b] = [makeChannel(0, wishes), makeChannel(1, wishes)];
    for (const [from, to] of [
      [a, b],
      [b, a],
      [a, b],
    ] as const)
      expect(told(to.open(one(from.seal(packet, 1)), 2))).toBe(toHex(packet));
    expect(b.counts).toMatchObject({ packetsIn: 2, packetsOut: 1, bytesIn: 2 * packet.length, unsent: 0 });
    expect(b.traffic).toMatchObject({ sentAt: 1, receivedAt: 2 });
    // The largest payload that fits is the largest.
    for (const length of [300, 301, 315, 316]) {
      const room = a.room(length);
      const sealed = (size: number) => one(a.seal(new Uint8Array(size).fill(0x45), 3)).length;
      if (!(wishes.compressOut ?? false)) {
        expect(sealed(room)).toBeLessThanOrEqual(length);
        expect(sealed(room + 1)).toBeGreaterThan(length);
      }
    }
  });

  it.each([
    [{ peerId: 7, keyId: 3 }, '4b000007 00000001'],
    [{ keyId: 3 }, '33 00000001'],
  ] as const)('%j begins with %s', (wishes, start) =>
    expect(toHex(one(makeChannel(0, wishes).seal(packet, 0)))).toMatch(new RegExp(`^${start.replaceAll(' ', '')}`)),
  );
});

it('tap carries frames of any kind', () => {
  const [a, b] = [makeChannel(0), makeChannel(1, {}, { device: 'tap' })];
  const other = fromHex('02000000000102000000000288cc0000');
  for (const payload of [frame, other]) expect(told(b.open(one(a.seal(payload, 0)), 0))).toBe(toHex(payload));
});

it('pings and OCC are told apart from payloads', () => {
  const wishes = { framing: 'lzo' } as const;
  const [a, b] = [makeChannel(0, wishes), makeChannel(1, wishes)];
  expect(b.open(one(a.seal(PING, 0)), 0)).toMatchObject({ kind: 'inner', message: 'ping', keyId: 0 });
  expect([a.counts.bytesOut, b.counts.bytesIn]).toEqual([0, 0]);
});

describe('what does not open', () => {
  const tls = { cipher: 'AES-128-CBC' } as const;
  const still = { cipher: 'AES-128-CBC', derivation: 'static' } as const;
  const rows: readonly (readonly [string, KeyWishes, (channel: DataChannel) => Uint8Array, DataChannel, string])[] = [
    ['a control packet', tls, () => Uint8Array.of(0x20, 1, 2, 3), makeChannel(1, tls), 'opcode'],
    ['another key id', { ...tls, keyId: 2 }, (a) => one(a.seal(packet, 0)), makeChannel(1, tls), 'unknown-key'],
    ['another digest', { ...tls, digest: 'SHA1' }, (a) => one(a.seal(packet, 0)), makeChannel(1, tls), 'authentication'],
    ['our own direction', still, (a) => one(a.seal(packet, 0)), makeChannel(0, still), 'authentication'],
    ['another cipher', still, (a) => one(a.seal(packet, 0)), makeChannel(1, { ...still, cipher: 'BF-CBC' }), 'decryption'],
    ['no framing where there should be', still, (a) => one(a.seal(packet, 0)), makeChannel(1, { ...still, framing: 'lzo' }), 'framing'],
    ['no fragment header', still, (a) => one(a.seal(fromHex('ffffffff'), 0)), makeChannel(1, { ...still, fragment: true }), 'fragment'],
    ['a frame for tun', tls, (a) => one(a.seal(frame, 0)), makeChannel(1, tls), 'payload'],
    ['compression framing that nobody agreed on', { ...tls, framing: 'lzo' }, (a) => one(a.seal(PING, 0)), makeChannel(1, tls), 'payload'],
    ['a packet for tap', tls, (a) => one(a.seal(packet, 0)), makeChannel(1, tls, { device: 'tap' }), 'payload'],
    ['nothing', tls, () => new Uint8Array(0), makeChannel(1, tls), 'opcode'],
    ['static, nothing', still, () => new Uint8Array(0), makeChannel(1, still), 'authentication'],
  ];
  it.each(rows)('%s', (_name, wishes, make, channel, reason) => {
    const opened = channel.open(make(makeChannel(0, wishes)), 1);
    expect(opened).toMatchObject({ kind: 'drop', reason });
    expect([...channel.counts.drops].map(([name, { count }]) => [name, count])).toEqual([[reason, 1]]);
  });

  it('every bit of a packet counts', () => {
    for (const cipher of ['AES-128-GCM', 'AES-128-CBC', 'none']) {
      const wishes = { cipher, peerId: 1 } as const;
      const good = one(makeChannel(0, wishes).seal(packet, 0));
      const b = makeChannel(1, wishes);
      // Of CBC and none, OpenVPN protects neither opcode nor peer id.
      for (let at = cipher === 'AES-128-GCM' ? 1 : 4; at < good.length; at++) {
        const bad = Uint8Array.from(good);
        bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
        expect(told(b.open(bad, 0))).toBe('authentication');
        expect(b.open(good.subarray(0, at), 0).kind).toBe('drop');
      }
      expect(told(b.open(good, 0))).toBe(toHex(packet));
      expect(told(b.open(good, 0))).toBe('replayed');
    }
  });

  it('never throws, whatever comes', () => {
    const channels = [
      makeChannel(1, {}),
      makeChannel(1, { cipher: 'none', digest: 'none', derivation: 'static', framing: 'lzo' }),
      makeChannel(1, { cipher: 'none', digest: 'none', derivation: 'static', framing: 'lz4-v2', fragment: true }),
      makeChannel(1, { cipher: 'BF-CBC', digest: 'none', derivation: 'static', framing: 'lz4' }),
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        for (const channel of channels) expect(['payload', 'inner', 'part', 'drop']).toContain(channel.open(bytes, 0).kind);
      }),
      { seed: 9, numRuns: 3000 },
    );
  });
});

describe('keys beside each other', () => {
  const next = splitStaticKey(new Uint8Array(256).fill(9));

  it('the active one is sent with, the others open, until they go', () => {
    const [a, b] = [makeChannel(0, { peerId: 1 }), makeChannel(1, { peerId: 1 })];
    const early = one(a.seal(packet, 0));
    a.add(makeKeys(0, { peerId: 1, keyId: 1, key: next }), 1);
    expect(told(b.open(one(a.seal(packet, 1)), 1))).toBe(toHex(packet));
    a.activate(7);
    a.activate(1);
    expect(told(b.open(one(a.seal(packet, 1)), 1))).toBe('unknown-key');
    b.add(makeKeys(1, { peerId: 1, keyId: 1, key: next }), 1);
    expect(told(b.open(one(a.seal(packet, 1)), 1))).toBe(toHex(packet));
    expect(told(b.open(early, 1))).toBe(toHex(packet));
    b.remove(0);
    expect(told(b.open(early, 1))).toBe('unknown-key');
    expect(b.seal(packet, 1)).toHaveLength(1);
    // Of two that are left the newest.
    b.add(makeKeys(1, { peerId: 1, keyId: 2 }), 1);
    b.activate(2);
    b.remove(1);
    expect(toHex(one(b.seal(packet, 1)).subarray(0, 1))).toBe('4a');
    b.add(makeKeys(1, { peerId: 1, keyId: 3 }), 1);
    b.remove(2);
    expect(toHex(one(b.seal(packet, 1)).subarray(0, 1))).toBe('4b');
    b.remove(3);
    expect(b.seal(packet, 2)).toEqual([]);
    expect(b.counts.unsent).toBe(1);
  });

  it('small blocks want new keys after 64 million bytes', () => {
    // Its blocks count, not what it makes of them.
    const prepare: PrepareCipher = (cipher) => ({
      cipher,
      encrypt: (_iv, plaintext) => ({ ciphertext: plaintext, icv: noBytes }),
      decrypt: (_iv, ciphertext) => ({ plaintext: ciphertext, authentic: true }),
    });
    const a = makeChannel(0, { cipher: 'DES-EDE3-CBC', digest: 'none' }, { prepare });
    expect(a.worn).toBe(false);
    for (let i = 0; i < 1000; i++) a.seal(new Uint8Array(64_000), 0);
    expect(a.worn).toBe(true);
  });
});

describe('fragments', () => {
  const wishes = { fragment: true, framing: 'lzo' } as const;

  it.each([40, 84, 200, 1400, 1500])('of at most %i bytes each', (most) => {
    const a = makeChannel(0, wishes, { fragment: most });
    const b = makeChannel(1, wishes, { fragment: most });
    const payload = Uint8Array.from({ length: 180 }, (_, i) => i + 0x45);
    const packets = a.seal(payload, 0);
    for (const sealed of packets) expect(sealed.length).toBeLessThanOrEqual(most);
    const opened = packets.map((sealed) => told(b.open(sealed, 0)));
    expect(opened.at(-1)).toBe(toHex(payload));
    expect(opened.slice(0, -1).every((kind) => kind === 'part')).toBe(true);
    expect(opened.length).toBe(most >= 1400 ? 1 : packets.length);
  });

  it('too many of them are not sent', () => expect(makeChannel(0, wishes, { fragment: 40 }).seal(new Uint8Array(1500), 0)).toEqual([]));
});

it('in place of node:crypto the cipher of the host', () => {
  const seen: string[] = [];
  const a = makeChannel(
    0,
    {},
    {
      prepare: (cipher, key, salt) => {
        seen.push(cipher.name);
        return cipher.prepare(key, salt);
      },
    },
  );
  expect(seen).toEqual(['AES-256-GCM', 'AES-256-GCM']);
  a.close();
});
