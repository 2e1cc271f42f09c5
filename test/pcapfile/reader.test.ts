import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/bytes/errors.js';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { pcapHeader, pcapngInterface, pcapngPacket, pcapngSection, pcapPacket } from '../../src/pcapfile/writer.js';
import { buildPcap } from '../support/capture-builder.js';
import { readAll } from '../support/read-all.js';

const packets = Array.from({ length: 20 }, (_, index) => Buffer.alloc(index * 7, index));
const pcap = buildPcap(packets);
const pcapng = Buffer.concat([
  pcapngSection(),
  pcapngInterface(101),
  ...packets.map((data, index) => pcapngPacket({ sec: index, nsec: index, data })),
]);

/** The refusal of these bytes, whether it comes when they are fed or at the end. */
function refusal(bytes: Uint8Array, chunk = Number.POSITIVE_INFINITY): UsageError {
  try {
    readAll(bytes, chunk, { name: 'x.pcap' });
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return error as UsageError;
  }
  throw new Error('was not refused');
}

describe('createCaptureReader', () => {
  it.each([
    ['pcap', pcap],
    ['pcapng', pcapng],
  ])('%s: any division into chunks reads the same', (_, bytes) => {
    const whole = readAll(bytes);
    expect(whole.packets).toHaveLength(20);
    for (const chunk of [1, 2, 3, 5, 16, 17, 100, 499]) expect(readAll(bytes, chunk)).toEqual(whole);
  });

  it('packets larger than the carry-over buffer arrive whole from small chunks', () => {
    const large = Buffer.alloc(100_000, 9);
    const { packets: read } = readAll(buildPcap([large, large]), 1000);
    expect(read.map(({ hex }) => hex)).toEqual([large.toString('hex'), large.toString('hex')]);
  });

  it.each([
    ['pcap', pcap],
    ['pcapng', pcapng],
  ])('%s: the visitor ends it by returning false', (_, bytes) => {
    for (const chunk of [Number.POSITIVE_INFINITY, 1]) {
      const seen: number[] = [];
      const reader = createCaptureReader(({ frame }) => {
        seen.push(frame);
        return frame < 3;
      });
      let more = true;
      for (let at = 0; at < bytes.length && more; at += chunk) more = reader.feed(bytes.subarray(at, at + chunk));
      expect(more).toBe(false);
      expect(reader.feed(bytes)).toBe(false);
      expect(seen).toEqual([1, 2, 3]);
      expect(reader.end()).toMatchObject({ packets: 3, notes: [] });
    }
  });

  it('an interrupted input is not called cut', () => {
    const reader = createCaptureReader(() => {});
    reader.feed(pcap.subarray(0, pcap.length - 1));
    expect(reader.end(true).notes).toEqual([]);
  });

  it.each([
    ['pcap', pcap],
    ['pcapng', pcapng],
  ])('%s: numbers packets from where it is told to', (_, bytes) => {
    const { packets: read, end } = readAll(bytes.subarray(0, bytes.length - 1), 100, { firstFrame: 101 });
    expect(read.map(({ frame }) => frame)).toEqual(Array.from({ length: 19 }, (__, index) => 101 + index));
    expect(end.packets).toBe(19);
    expect(end.notes.join()).toContain('in the middle of packet 120');
  });

  it.each([
    ['nothing', '', 'x.pcap is empty'],
    ['3 bytes', '\xd4\xc3\xb2', 'x.pcap is 3 bytes long, too short for a capture'],
    [
      'text',
      '12:00:01.123456 IP 10.0.0.1 > 10.0.0.2: ESP',
      'x.pcap is not a pcap or pcapng capture but text: it begins with "12:00:01.123456 IP 10.0.0.1 > 10.0.0.2: "',
    ],
    ['snoop', 'snoop\0\0\0\0\0\0\x02', 'x.pcap is not a pcap or pcapng capture but a Solaris snoop capture'],
    ['gzip', gzipSync(pcap).toString('latin1'), 'x.pcap is not a pcap or pcapng capture but gzip-compressed'],
    ['zeroes', '\0\0\0\0\0\0\0\0', 'x.pcap is not a pcap or pcapng capture but something else: it begins with 00000000'],
  ])('refuses %s in words', (_, bytes, message) => {
    const error = refusal(Buffer.from(bytes, 'latin1'));
    expect(error.message).toContain(message);
    expect(error.hint).toBeTruthy();
    expect(refusal(Buffer.from(bytes, 'latin1'), 1).message).toMatch(/^x\.pcap is /);
  });

  it('reads or refuses random bytes, and never throws anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('pcap', 'pcapng', 'none'),
        fc.integer({ min: 1, max: 64 }),
        (random, head, chunk) => {
          const start = { pcap: pcapHeader(1, false), pcapng: Buffer.concat([pcapngSection(), pcapngInterface(1)]), none: Buffer.alloc(0) }[
            head
          ];
          try {
            readAll(Buffer.concat([start, random]), chunk);
          } catch (error) {
            if (!(error instanceof UsageError && head === 'none')) throw error;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads a valid capture with any byte changed, the same in any chunks, within bounds', () => {
    const small = Buffer.concat([
      pcapHeader(1, false),
      pcapPacket({ sec: 1, nsec: 0, data: Buffer.alloc(5, 1) }, false),
      pcapPacket({ sec: 2, nsec: 0, data: Buffer.alloc(9, 2) }, false),
    ]);
    for (const bytes of [small, pcapng.subarray(0, 300)]) {
      for (let at = 4; at < bytes.length; at++) {
        for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
          const changed = Buffer.from(bytes);
          changed[at] = value;
          const whole = readAll(changed);
          expect(readAll(changed, 11)).toEqual(whole);
          for (const { sec, nsec } of whole.packets) {
            expect(sec).toBeGreaterThanOrEqual(0);
            expect(nsec).toBeLessThan(1e9);
          }
        }
      }
    }
  });
});
