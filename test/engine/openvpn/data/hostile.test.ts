import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { udpPacket } from '../../../../src/engine/inner/messages.js';
import { dataDropReasons } from '../../../../src/engine/openvpn/data/drop.js';
import { compressionFramings } from '../../../../src/wire/openvpn/compression.js';
import { seeded } from '../../../support/seeded.js';
import { type KeyWishes, makeChannel } from './make-channel.js';

/** For all rows together. `VPNDOCTOR_FUZZ=1000000 npx vitest run test/engine/openvpn/data/hostile.test.ts` for the long run. */
const TOTAL = Number(process.env['VPNDOCTOR_FUZZ'] ?? 5_000);
const SEED = Number(process.env['VPNDOCTOR_FUZZ_SEED'] ?? 1);

const kinds: readonly (readonly [string, KeyWishes])[] = [
  ['AES-128-GCM', { cipher: 'AES-128-GCM', peerId: 1 }],
  ['CHACHA20-POLY1305', { cipher: 'CHACHA20-POLY1305', framing: 'stub-v2' }],
  ['AES-256-CBC', { cipher: 'AES-256-CBC', digest: 'SHA256', peerId: 1 }],
  ['static, BF-CBC', { cipher: 'BF-CBC', digest: 'SHA1', derivation: 'static' }],
  ['static, no cipher', { cipher: 'none', digest: 'SHA512', derivation: 'static' }],
  ['static, AES-128-CBC', { cipher: 'AES-128-CBC', digest: 'SHA1', derivation: 'static', framing: 'lzo', compressOut: true }],
  ['fragments', { cipher: 'AES-128-GCM', fragment: true, framing: 'lz4', compressOut: true }],
];

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Of any length, and some that compress. */
function payload(random: Random, number: number): Uint8Array {
  const data = Buffer.alloc(8 + below(random, 1300), below(random, 2) === 0 ? 0 : 0x5a);
  data.writeUInt32BE(number);
  for (let i = below(random, 300); i > 0; i--) data[4 + below(random, data.length - 4)] = below(random, 256);
  return udpPacket({ src: '10.8.0.2', dst: '10.8.0.1' }, 1, 2, data);
}

/** Bits, bytes, cuts and pieces of other packets. */
function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const result = Buffer.from(bytes);
  const at = below(random, Math.max(result.length, 1));
  switch (below(random, 5)) {
    case 0:
      result[at] = (result[at] ?? 0) ^ (1 << below(random, 8));
      return result;
    case 1:
      return result.subarray(0, at);
    case 2:
      return Buffer.concat([result, Buffer.alloc(1 + below(random, 40), below(random, 256))]);
    case 3:
      return Buffer.concat([result.subarray(0, at), other.subarray(below(random, other.length))]);
    default:
      return Uint8Array.from({ length: below(random, 200) }, () => below(random, 256));
  }
}

/** What each end gets of the other. */
const ends = kinds.flatMap(([name, wishes]) => ([0, 1] as const).map((end) => [`${name}, to end ${1 - end}`, wishes, end] as const));
const MESSAGES = Math.ceil(TOTAL / ends.length);

describe.each(ends)('%s', (_name, wishes, end) => {
  it('over a network that loses, repeats, reorders and damages nothing comes twice, and nothing that was not sent', () => {
    const random = seeded(SEED);
    const [a, b] = [makeChannel(end, wishes, { fragment: 500 }), makeChannel(end === 0 ? 1 : 0, wishes, { fragment: 500 })];
    // By their digests: whole payloads of a long run would take gigabytes.
    const sent = new Set<string>();
    const got = new Set<string>();
    const digest = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');
    const late: Uint8Array[] = [];
    let last: Uint8Array = Uint8Array.of(0);
    let damaged = 0;
    for (let number = 0; number < MESSAGES; number++) {
      const one = payload(random, number);
      sent.add(digest(one));
      for (const packet of a.seal(one, number)) {
        const fate = random();
        if (fate < 0.1) continue;
        if (fate < 0.2) late.push(packet);
        const arriving = fate < 0.2 ? [] : fate < 0.3 ? [packet, packet] : [packet];
        if (fate > 0.9) {
          damaged++;
          arriving.push(mutate(packet, last, random));
        }
        if (late.length > 20) arriving.push(...late.splice(below(random, late.length), 1));
        for (const packetIn of arriving) {
          const opened = b.open(packetIn, number);
          if (opened.kind === 'drop') expect(dataDropReasons).toContain(opened.reason);
          if (opened.kind !== 'payload') continue;
          const text = digest(opened.payload);
          expect(got.has(text)).toBe(false);
          expect(sent.has(text)).toBe(true);
          got.add(text);
        }
        last = packet;
      }
    }
    expect(damaged).toBeGreaterThan(MESSAGES / 20);
    // What lay within the window came, whole payloads at least.
    expect(got.size).toBeGreaterThan(wishes.fragment === true ? MESSAGES / 3 : MESSAGES * 0.7);
    const { drops } = b.counts;
    expect([...drops.keys()].every((reason) => dataDropReasons.includes(reason))).toBe(true);
    expect(drops.get('replayed')?.count).toBeGreaterThan(MESSAGES / 50);
  });
});

it('whoever has the key can say anything: plaintexts of every kind, and none becomes more than a packet can be', () => {
  const random = seeded(SEED + 1);
  const packets = Math.ceil(TOTAL / compressionFramings.length);
  for (const framing of compressionFramings) {
    const evil = { cipher: 'none', digest: 'SHA1', derivation: 'static' } as const;
    const a = makeChannel(0, evil);
    const b = makeChannel(1, { ...evil, framing, fragment: framing !== 'none' });
    let most = 0;
    for (let i = 0; i < packets; i++) {
      // Heads of fragments, compressed payloads and inner messages, more often than chance has them.
      const head =
        [[0, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0x80, 2], [0x66], [0x69], [0xfb], [0x50, 1], [0x2a, 0x18], [0x28, 0x7f]][below(random, 9)] ??
        [];
      const rest = Array.from({ length: below(random, 60) }, () => (below(random, 3) === 0 ? 0xff : below(random, 256)));
      const [packet] = a.seal(Uint8Array.from([...head, ...rest, 0x45]), i);
      const opened = b.open(packet ?? new Uint8Array(0), i);
      if (opened.kind === 'payload') most = Math.max(most, opened.payload.length);
    }
    expect(most).toBeLessThanOrEqual(65_535);
    b.close();
  }
});
