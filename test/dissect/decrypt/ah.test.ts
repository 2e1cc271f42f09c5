import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex } from '../../../src/bytes/hex.js';
import { checkAh, prepareAh } from '../../../src/dissect/decrypt/ah.js';
import { AhChecker } from '../../../src/dissect/decrypt/ah-checker.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';

const KEY = 'bb'.repeat(20);
const ringWith = (esn?: boolean) =>
  readKeys(
    JSON.stringify({ ah: [{ spi: '0x77', integ: 'HMAC-SHA-1-96', integ_key: KEY, ...(esn === undefined ? {} : { esn }) }] }),
    'keys',
  );
const sa = () => {
  const [keys] = ringWith().ah;
  if (keys === undefined) throw new TypeError('no keys');
  return prepareAh(keys);
};
const icvOver = (hex: string, extra = ''): string =>
  createHmac('sha1', fromHex(KEY)).update(fromHex(hex)).update(fromHex(extra)).digest('hex').slice(0, 24);

/** A packet in hex: `sent` as on the wire, `covered` as RFC 4302 §3.3.3 wants it; ICV is put where both have `ICV`. */
interface Packet {
  readonly name: string;
  readonly sent: string;
  readonly covered: string;
}
const ah4 = '11040000 00000077 00000001 ICV'; // UDP inside, 24 bytes
const ah6 = '11050000 00000077 00000001 ICV 00000000'; // padded to 28 + 4 bytes
const udp = '0001000200090000aa';
const v4 = (start: string, ttl: string, options: string, dst = '0a000002', total = '0035'): string =>
  `${start}${total}1234${ttl}0a000001${dst}${options}`;
const packets: readonly Packet[] = [
  {
    name: 'IPv4: TOS, flags, offset, TTL and checksum count as zero',
    sent: v4('45b8', '4000 3f33 abcd', '') + ah4 + udp,
    covered: v4('4500', '0000 0033 0000', '') + ah4 + udp,
  },
  {
    name: 'IPv4 options: timestamp zeroed whole, router alert and no-op kept',
    sent: v4('4800', '0000 4033 0000', '940400000144070501000000', '0a000002', '0041') + ah4 + udp,
    covered: v4('4800', '0000 0033 0000', '9404000001'.padEnd(24, '0'), '0a000002', '0041') + ah4 + udp,
  },
  {
    name: 'IPv4 loose source route: zeroed, and the last address as destination',
    sent: v4('4800', '0000 4033 0000', '830b04 0a000063 0a000064 00', '0a000002', '0041') + ah4 + udp,
    covered: v4('4800', '0000 0033 0000', '000000000000000000000000', '0a000064', '0041') + ah4 + udp,
  },
  {
    name: 'IPv6: traffic class, flow label and hop limit count as zero, the padding behind the ICV as sent',
    sent: `6ab12345 0025 33 3f ${'20010db8'.padEnd(32, '0')} ${'20010db9'.padEnd(32, '0')}${ah6}${udp}`,
    covered: `60000000 0025 33 00 ${'20010db8'.padEnd(32, '0')} ${'20010db9'.padEnd(32, '0')}${ah6}${udp}`,
  },
  {
    name: 'IPv6 hop-by-hop: data of options that may change are zero, others stay',
    sent: `60000000 0035 00 40 ${'20010db8'.padEnd(32, '0')} ${'20010db9'.padEnd(32, '0')} 3301 3e04deadbeef 1e02cafe 01020000 ${ah6}${udp}`,
    covered: `60000000 0035 00 00 ${'20010db8'.padEnd(32, '0')} ${'20010db9'.padEnd(32, '0')} 3301 3e0400000000 1e02cafe 01020000 ${ah6}${udp}`,
  },
  {
    name: 'IPv6 routing header of type 0: as it arrives',
    sent: `60000000 004d 2b 40 ${'20010db8'.padEnd(32, '0')} ${'11'.repeat(16)} 3304 0002 00000000 ${'22'.repeat(16)} ${'33'.repeat(16)} ${ah6}${udp}`,
    covered: `60000000 004d 2b 00 ${'20010db8'.padEnd(32, '0')} ${'33'.repeat(16)} 3304 0000 00000000 ${'11'.repeat(16)} ${'22'.repeat(16)} ${ah6}${udp}`,
  },
];

const put = (hex: string, icv: string): string => hex.replaceAll(' ', '').replace('ICV', icv);

describe('what an AH ICV covers', () => {
  for (const { name, sent, covered } of packets) {
    const icv = icvOver(put(covered, '00'.repeat(12)));
    const packet = fromHex(put(sent, icv));
    it(name, () => {
      const checked = checkAh(sa(), packet, undefined);
      expect(checked).toMatchObject({ icv: 'good', spi: 0x77, sequence: 1, nextHeader: 17 });
      expect(Buffer.from(checked.payload).toString('hex')).toBe(udp);
      const changed = packet.slice();
      changed[changed.length - 1] = 0xab;
      expect(checkAh(sa(), changed, undefined).icv).toBe('bad');
      expect(checkAh(sa(), packet, 0).icv).toBe('bad');
    });

    it(`${name}: cut, tampered and random are verdicts or DecodeErrors`, () => {
      const run = (bytes: Uint8Array): void => {
        try {
          checkAh(sa(), bytes, undefined);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
      };
      for (let cut = 0; cut < packet.length; cut++) run(packet.subarray(0, cut));
      for (let at = 0; at < packet.length; at++)
        for (const value of [0, 255]) run(Uint8Array.from(packet, (byte, i) => (i === at ? value : byte)));
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 100 }), (tail) => run(new Uint8Array(Buffer.concat([packet.subarray(0, 1), tail])))),
      );
    });
  }
});

describe('AH of a capture', () => {
  const plain = packets[0] as Packet;
  const withHigh = (high: string): Uint8Array => fromHex(put(plain.sent, icvOver(put(plain.covered, '00'.repeat(12)), high)));

  it('finds extended sequence numbers out, and stays with them', () => {
    const checker = new AhChecker(ringWith());
    expect(checker.check('10.0.0.1', '10.0.0.2', 0x77, withHigh('00000000'))).toMatchObject({ icv: 'good', sequenceHigh: 0 });
    expect(checker.check('10.0.0.1', '10.0.0.2', 0x77, withHigh('00000001'))).toMatchObject({ icv: 'good', sequenceHigh: 1 });
    const without = checker.check('10.0.0.1', '10.0.0.2', 0x77, withHigh(''));
    expect(without?.icv).toBe('good');
    expect(without?.sequenceHigh).toBeUndefined();
    expect(new AhChecker(ringWith(false)).check('a', 'b', 0x77, withHigh('00000000'))?.icv).toBe('bad');
    expect(new AhChecker(ringWith(true)).check('a', 'b', 0x77, withHigh(''))?.icv).toBe('bad');
  });

  it('without keys there is nothing to say', () => expect(new AhChecker(ringWith()).check('a', 'b', 0x78, withHigh(''))).toBeUndefined());

  it('is good as Linux made it (captures/kernel-ah-esp-manual, keys of its script)', () => {
    const ring = readKeys(
      JSON.stringify({
        ah: [
          { dst: '203.0.113.2', spi: '0x2001', integ: 'HMAC-SHA-1-96', integ_key: '0123456789abcdef0123456789abcdef01234567' },
          { dst: '198.51.100.1', spi: '0x2002', integ: 'HMAC-SHA-1-96', integ_key: '76543210fedcba9876543210fedcba9876543210' },
        ],
      }),
      'keys',
    );
    const checker = new AhChecker(ring);
    const dissector = new Dissector();
    const verdicts: (string | undefined)[] = [];
    const reader = createCaptureReader((view) => {
      for (const unit of dissector.dissect(view).units) {
        if (unit.kind === 'ah') verdicts.push(checker.check(unit.src.address, unit.dst.address, unit.spi, unit.datagram)?.icv);
      }
    });
    reader.feed(readFileSync(fileURLToPath(new URL('../../../captures/kernel-ah-esp-manual/capture.pcap', import.meta.url))));
    reader.end();
    expect(verdicts.length).toBeGreaterThan(4);
    expect(new Set(verdicts)).toEqual(new Set(['good']));
  });
});
