import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { readAll } from '../support/read-all.js';

const words = (...hex: string[]) => Buffer.from(fromHex(hex.join('')));

/** Two packets, 01020304 at 0x10.0x20 and 0a0b at 0x11.0x21 (of 0x40 on the wire), big and little endian. */
const BIG = {
  header: words('a1b2c3d4', '0002', '0004', '00000000', '00000000', '0000ffff', '00000065'),
  first: words('00000010', '00000020', '00000004', '00000004', '01020304'),
  second: words('00000011', '00000021', '00000002', '00000040', '0a0b'),
};
const LITTLE = {
  header: words('d4c3b2a1', '0200', '0400', '00000000', '00000000', 'ffff0000', '65000000'),
  first: words('10000000', '20000000', '04000000', '04000000', '01020304'),
  second: words('11000000', '21000000', '02000000', '40000000', '0a0b'),
};

const patched = (bytes: Buffer, at: number, hex: string) => {
  const copy = Buffer.from(bytes);
  copy.set(fromHex(hex), at);
  return copy;
};

const whole = Buffer.concat([LITTLE.header, LITTLE.first, LITTLE.second]);

describe('pcap', () => {
  it.each([
    ['little endian, microseconds', whole, 0x20_000],
    ['big endian, microseconds', Buffer.concat([BIG.header, BIG.first, BIG.second]), 0x20_000],
    ['little endian, nanoseconds', Buffer.concat([patched(LITTLE.header, 0, '4d3cb2a1'), LITTLE.first, LITTLE.second]), 0x20],
    ['big endian, nanoseconds', Buffer.concat([patched(BIG.header, 0, 'a1b23c4d'), BIG.first, BIG.second]), 0x20],
  ])('%s', (_, bytes, _nsec) => {
    const step = _nsec === 0x20 ? 1 : 1000;
    expect(readAll(bytes)).toEqual({
      packets: [
        { frame: 1, sec: 16, nsec: 32 * step, nanoseconds: step === 1, linkType: 101, interfaceId: 0, hex: '01020304', originalLength: 4 },
        { frame: 2, sec: 17, nsec: 33 * step, nanoseconds: step === 1, linkType: 101, interfaceId: 0, hex: '0a0b', originalLength: 64 },
      ],
      end: { format: 'pcap', packets: 2, interfaces: [{ linkType: 101, snapLength: 0xffff }], notes: [] },
    });
  });

  it('modified form: 8 more bytes before each packet', () => {
    const extra = words('02000000', '0800', '04', '00');
    const modified = (record: Buffer) => Buffer.concat([record.subarray(0, 16), extra, record.subarray(16)]);
    const bytes = Buffer.concat([patched(LITTLE.header, 0, '34cdb2a1'), modified(LITTLE.first), modified(LITTLE.second)]);
    expect(readAll(bytes).packets.map(({ hex }) => hex)).toEqual(['01020304', '0a0b']);
    expect(readAll(bytes, 5).packets.map(({ hex }) => hex)).toEqual(['01020304', '0a0b']);
  });

  it.each([
    ['2.2: the lengths stand the other way round', '0200', '0200'],
    ['2.3: they do where the first is larger', '0200', '0300'],
    ['543.0: as 2.2', '1f02', '0000'],
  ])('version %s', (_, major, minor) => {
    const swapped = Buffer.concat([LITTLE.second.subarray(0, 8), words('40000000', '02000000', '0a0b')]);
    const bytes = Buffer.concat([patched(patched(LITTLE.header, 4, major), 6, minor), LITTLE.first, swapped]);
    for (const chunk of [Number.POSITIVE_INFINITY, 1]) {
      expect(readAll(bytes, chunk).packets.map(({ hex, originalLength }) => [hex, originalLength])).toEqual([
        ['01020304', 4],
        ['0a0b', 64],
      ]);
    }
  });

  it('a link type with the length of the frame check sequence in its upper half', () => {
    const { packets, end } = readAll(Buffer.concat([patched(LITTLE.header, 20, '01000024'), LITTLE.first]));
    expect(packets[0]?.linkType).toBe(1);
    expect(end.interfaces).toEqual([{ linkType: 1, snapLength: 0xffff, fcsLength: 4 }]);
  });

  it.each(['00000000', 'ffffffff', '00000400'])('snap length %s is no limit to be held to', (snap) => {
    const large = Buffer.alloc(100_000, 7);
    const header = Buffer.from(LITTLE.first.subarray(0, 16));
    header.writeUInt32LE(large.length, 8);
    header.writeUInt32LE(large.length, 12);
    const { packets, end } = readAll(Buffer.concat([patched(LITTLE.header, 16, snap), header, large, LITTLE.second]));
    expect(packets.map(({ hex }) => hex.length / 2)).toEqual([100_000, 2]);
    expect(end.notes).toEqual([]);
  });

  it('keeps a packet longer than the snap length, and says so once', () => {
    const { packets, end } = readAll(Buffer.concat([patched(LITTLE.header, 16, '03000000'), LITTLE.first, LITTLE.first]));
    expect(packets.map(({ hex }) => hex)).toEqual(['01020304', '01020304']);
    expect(end.notes).toEqual(["packet 1 is longer than the file's snap length of 3 bytes (2 times)"]);
  });

  it('carries fractions of more than a second over', () => {
    const { packets, end } = readAll(Buffer.concat([LITTLE.header, patched(LITTLE.first, 4, '80841e00')]));
    expect(packets[0]).toMatchObject({ sec: 18, nsec: 0 });
    expect(end.notes).toEqual(['packet 1 has more than a second of fractions in its time']);
  });

  it('a time after 2038 is not negative', () => {
    expect(readAll(Buffer.concat([LITTLE.header, patched(LITTLE.first, 0, 'ffffffff')])).packets[0]?.sec).toBe(0xffff_ffff);
  });

  it('says when a packet holds more than was on the wire', () => {
    const { packets, end } = readAll(Buffer.concat([LITTLE.header, patched(LITTLE.first, 12, '03000000')]));
    expect(packets[0]).toMatchObject({ hex: '01020304', originalLength: 3 });
    expect(end.notes).toEqual(['packet 1 holds more bytes (4) than it had on the wire (3)']);
  });

  it.each([Number.POSITIVE_INFINITY, 1])('stops where a packet claims an absurd length (chunks of %d)', (chunk) => {
    const { packets, end } = readAll(Buffer.concat([LITTLE.header, LITTLE.first, patched(LITTLE.second, 8, '01000400')]), chunk);
    expect(packets).toHaveLength(1);
    expect(end.notes).toEqual(['packet 2 claims to hold 262145 bytes: the file is damaged there and was read no further']);
  });

  it('cut at every byte: keeps the packets before and says what is missing', () => {
    for (let cut = 4; cut < whole.length; cut++) {
      for (const chunk of [Number.POSITIVE_INFINITY, 1, 3]) {
        const { packets, end } = readAll(whole.subarray(0, cut), chunk);
        expect(packets).toHaveLength(cut < 44 ? 0 : 1);
        if (cut < 24) expect(end.notes).toEqual(['the file ends within its own header: it holds no packets']);
        else if (cut === 24 || cut === 44) expect(end.notes).toEqual([]);
        else {
          const [frame, start, length] = cut < 44 ? [1, 24, 20] : [2, 44, 18];
          const missing = start + length - cut;
          const where = cut - start < 16 ? ', within its record header' : `: ${missing} byte${missing === 1 ? '' : 's'} of it are missing`;
          expect(end.notes).toEqual([`the file ends in the middle of packet ${frame}${where}; packets before it are complete`]);
        }
      }
    }
  });
});
