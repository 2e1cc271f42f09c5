import { describe, expect, it } from 'vitest';
import type { CaptureSecrets } from '../../src/pcapfile/record-parser.js';
import { readAll } from '../support/read-all.js';

/** Blocks of one byte order, put together by hand. */
function blocks(little: boolean) {
  const number = (size: 2 | 4 | 8, value: number | bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)));
    const cut = Buffer.from(bytes.subarray(8 - size));
    return little ? cut.reverse() : cut;
  };
  const u16 = (value: number) => number(2, value);
  const u32 = (...values: number[]) => Buffer.concat(values.map((value) => number(4, value)));
  const u64 = (value: number | bigint) => number(8, value);
  const pad = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const block = (type: number, ...body: Buffer[]) => {
    const content = pad(Buffer.concat(body));
    return Buffer.concat([u32(type, content.length + 12), content, u32(content.length + 12)]);
  };
  const option = (code: number, value: Buffer) => Buffer.concat([u16(code), u16(value.length), pad(value)]);
  const end = Buffer.alloc(4);
  return {
    u16,
    u32,
    u64,
    block,
    option,
    section: block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff, 0xffffffff)),
    interface: (linkType: number, snap: number, ...options: Buffer[]) => block(1, u16(linkType), u16(0), u32(snap), ...options, end),
    enhanced: (id: number, high: number, low: number, data: Buffer, original = data.length) =>
      block(6, u32(id, high, low, data.length, original), pad(data)),
    simple: (data: Buffer, original = data.length) => block(3, u32(original), pad(data)),
    old: (id: number, high: number, low: number, data: Buffer) =>
      block(2, u16(id), u16(0xffff), u32(high, low, data.length, data.length), pad(data)),
  };
}

const LE = blocks(true);
const BE = blocks(false);
/** 1,767,225,600.123456 s in microseconds, as high and low half. */
const TIME = 1_767_225_600_123_456n;
const HIGH = Number(TIME >> 32n);
const LOW = Number(TIME & 0xffff_ffffn);
const A = Buffer.from('0102030405', 'hex');
const B = Buffer.from('0a0b', 'hex');

describe('pcapng', () => {
  it.each([
    ['little', LE],
    ['big', BE],
  ])('%s endian: enhanced, simple and obsolete packet blocks', (_, w) => {
    const bytes = Buffer.concat([w.section, w.interface(1, 3), w.enhanced(0, HIGH, LOW, A, 99), w.simple(A), w.old(0, HIGH, LOW, B)]);
    for (const chunk of [Number.POSITIVE_INFINITY, 1, 13]) {
      const { packets, end } = readAll(bytes, chunk);
      expect(packets).toEqual([
        {
          frame: 1,
          sec: 1_767_225_600,
          nsec: 123_456_000,
          nanoseconds: false,
          linkType: 1,
          interfaceId: 0,
          hex: '0102030405',
          originalLength: 99,
        },
        { frame: 2, sec: 0, nsec: 0, nanoseconds: false, linkType: 1, interfaceId: 0, hex: '010203', originalLength: 5 },
        {
          frame: 3,
          sec: 1_767_225_600,
          nsec: 123_456_000,
          nanoseconds: false,
          linkType: 1,
          interfaceId: 0,
          hex: '0a0b',
          originalLength: 2,
        },
      ]);
      expect(end).toEqual({
        format: 'pcapng',
        packets: 3,
        interfaces: [{ linkType: 1, snapLength: 3 }],
        notes: ['Simple Packet Blocks have no time: it reads as 1970'],
      });
    }
  });

  it('interfaces with different link types and snap lengths, and a second section in the other byte order with its own', () => {
    const bytes = Buffer.concat([
      LE.section,
      LE.interface(1, 96),
      LE.interface(101, 0, LE.option(9, Buffer.from([9]))),
      LE.enhanced(1, 0, 1_000_000_007, A),
      LE.enhanced(0, HIGH, LOW, B),
      BE.section,
      BE.interface(113, 65535),
      BE.enhanced(0, HIGH, LOW, B),
    ]);
    for (const chunk of [Number.POSITIVE_INFINITY, 1]) {
      const { packets, end } = readAll(bytes, chunk);
      expect(packets.map(({ linkType, interfaceId, sec, nsec }) => [linkType, interfaceId, sec, nsec])).toEqual([
        [101, 1, 1, 7],
        [1, 0, 1_767_225_600, 123_456_000],
        [113, 2, 1_767_225_600, 123_456_000],
      ]);
      expect(end.interfaces.map(({ snapLength }) => snapLength)).toEqual([96, 0, 65535]);
      expect(end.notes).toEqual([]);
    }
  });

  it('reads name, description, filter, resolution, offset and FCS length of an interface', () => {
    const w = BE;
    const bytes = Buffer.concat([
      w.section,
      w.interface(
        1,
        0,
        w.option(2, Buffer.from('eth0')),
        w.option(3, Buffer.from('outside')),
        w.option(9, Buffer.from([0x83])),
        w.option(11, Buffer.from('\0udp port 500')),
        w.option(13, Buffer.from([4])),
        w.option(14, w.u64(-100)),
      ),
      w.enhanced(0, 0, 8 * 150 + 1, A),
    ]);
    const { packets, end } = readAll(bytes);
    expect(packets[0]).toMatchObject({ sec: 50, nsec: 125_000_000 });
    expect(end.interfaces).toEqual([
      { linkType: 1, snapLength: 0, name: 'eth0', description: 'outside', filter: 'udp port 500', fcsLength: 4 },
    ]);
  });

  it('keeps the counters of the last Interface Statistics Block', () => {
    const statistics = (received: number, dropped: number) =>
      LE.block(5, LE.u32(0, HIGH, LOW), LE.option(4, LE.u64(received)), LE.option(5, LE.u64(dropped)), LE.option(7, LE.u64(3)));
    const { end } = readAll(Buffer.concat([LE.section, LE.interface(1, 0), statistics(1, 0), statistics(5_000_000_000, 12)]));
    expect(end.interfaces[0]).toMatchObject({ received: 5_000_000_000, dropped: 12, osDropped: 3 });
  });

  it('hands over decryption secrets before the packets behind them, as a copy', () => {
    const seen: CaptureSecrets[] = [];
    const bytes = Buffer.concat([LE.section, LE.block(10, LE.u32(0x544c534b, 5), A), LE.interface(1, 0), LE.enhanced(0, 0, 0, B)]);
    const { packets, end } = readAll(bytes, 9, { onSecrets: (secrets) => seen.push(secrets) });
    expect(seen).toEqual([{ type: 0x544c534b, bytes: A }]);
    expect(packets).toHaveLength(1);
    expect(end.notes).toEqual([]);
  });

  it('passes over name resolution silently and unknown blocks with a remark', () => {
    const bytes = Buffer.concat([
      LE.section,
      LE.block(4, A),
      LE.interface(1, 0),
      LE.block(0xbad, A),
      LE.block(0xbad, B),
      LE.enhanced(0, 0, 0, B),
    ]);
    const { packets, end } = readAll(bytes);
    expect(packets).toHaveLength(1);
    expect(end.notes).toEqual(['blocks of unknown type 0x00000bad were passed over (2 times)']);
  });

  it.each([Number.POSITIVE_INFINITY, 4096])('passes over a block too large to hold (chunks of %d)', (chunk) => {
    const huge = LE.block(0x1234, Buffer.alloc(17 * 1024 * 1024));
    const { packets, end } = readAll(Buffer.concat([LE.section, LE.interface(1, 0), huge, LE.enhanced(0, 0, 0, B)]), chunk);
    expect(packets).toHaveLength(1);
    expect(end.notes).toEqual([`a block of ${huge.length} bytes after packet 0 was passed over`]);
  });

  it('notes what does not fit and goes on', () => {
    const wrongTrailer = LE.enhanced(0, 0, 0, B);
    wrongTrailer.writeUInt32LE(7, wrongTrailer.length - 4);
    const claimsMore = LE.enhanced(0, 0, 0, B);
    claimsMore.writeUInt32LE(500, 20);
    claimsMore.writeUInt32LE(500, 24);
    const bytes = Buffer.concat([
      LE.section,
      LE.interface(1, 0),
      wrongTrailer,
      claimsMore,
      LE.enhanced(5, 0, 0, B),
      LE.block(6, LE.u32(0, 0)),
      LE.block(1, LE.u32(1)),
      LE.enhanced(0, 0xffff_ffff, 0xffff_ffff, B),
      LE.block(10, LE.u32(1, 900)),
      LE.enhanced(0, 0, 1, A),
    ]);
    const { packets, end } = readAll(bytes);
    expect(packets.map(({ frame, sec, hex }) => [frame, sec, hex])).toEqual([
      [1, 0, '0a0b'],
      [2, 0, '0a0b0000'],
      [3, 0, '0a0b'],
      [4, 0, '0102030405'],
    ]);
    expect(end.notes).toEqual([
      'the two lengths of a block after packet 0 differ; the first one was used',
      'packet 2 claims 500 bytes, its block has room for 4',
      'packets of an interface that was never described were passed over, the first one after packet 2',
      'a packet block after packet 2 is too short for its own header and was passed over',
      'an interface description is too short; its packets cannot be decoded',
      'packet 3 has an impossible time; it reads as 1970',
      'a block of decryption secrets is cut and was passed over',
    ]);
  });

  it('a packet of an interface of the section before belongs to none', () => {
    const { packets, end } = readAll(Buffer.concat([LE.section, LE.interface(1, 0), LE.section, LE.enhanced(0, 0, 0, B)]));
    expect(packets).toEqual([]);
    expect(end.notes).toEqual(['packets of an interface that was never described were passed over, the first one after packet 0']);
  });

  it.each([
    ['length 8', LE.u32(6, 8, 0), 'a block after packet 0 claims a length of 8 bytes: the file is damaged there and was read no further'],
    [
      'a section without byte order mark',
      LE.u32(0x0a0d0d0a, 28, 7),
      'a section after packet 0 has no byte order mark: the file is damaged there and was read no further',
    ],
  ])('stops at %s', (_, bad, note) => {
    for (const chunk of [Number.POSITIVE_INFINITY, 1]) {
      const { packets, end } = readAll(Buffer.concat([LE.section, LE.interface(1, 0), bad, LE.enhanced(0, 0, 0, B)]), chunk);
      expect(packets).toEqual([]);
      expect(end.notes).toEqual([note]);
    }
  });

  it('a writer that left the padding out of the length', () => {
    const packet = Buffer.concat([LE.u32(6, 34, 0, 0, 0, 2, 2), B, Buffer.alloc(2), LE.u32(34)]);
    const { packets, end } = readAll(Buffer.concat([LE.section, LE.interface(1, 0), packet, LE.enhanced(0, 0, 0, A)]));
    expect(packets.map(({ hex }) => hex)).toEqual(['0a0b', '0102030405']);
    expect(end.notes).toEqual([]);
  });

  it('bounds the interfaces it remembers', () => {
    const many = Buffer.concat([
      LE.section,
      ...Array.from({ length: 4097 }, () => LE.interface(1, 0)),
      LE.enhanced(4095, 0, 0, A),
      LE.enhanced(4096, 0, 0, A),
    ]);
    const { packets, end } = readAll(many);
    expect(packets).toHaveLength(1);
    expect(end.interfaces).toHaveLength(4096);
    expect(end.notes).toEqual(['packets of more than the 4096 interfaces that are kept were passed over, the first one after packet 1']);
  });

  it('cut at every byte: keeps the packets before and says that something is missing', () => {
    const parts = [LE.section, LE.interface(1, 0), LE.enhanced(0, 0, 0, A), LE.enhanced(0, 0, 0, B)];
    const whole = Buffer.concat(parts);
    const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
    for (let cut = 4; cut < whole.length; cut++) {
      for (const chunk of [Number.POSITIVE_INFINITY, 1]) {
        const { packets, end } = readAll(whole.subarray(0, cut), chunk);
        expect(packets).toHaveLength(cut >= (ends[2] as number) ? 1 : 0);
        if (ends.includes(cut))
          expect(end.notes).toEqual(cut === ends[0] ? ['the file holds no packets, not even the description of an interface'] : []);
        else expect(end.notes.join()).toMatch(/^the file ends in the middle of (packet [12]|a block after packet [01])/);
      }
    }
  });
});
