import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/bytes/errors.js';
import { toHex } from '../../src/bytes/hex.js';
import type { CaptureSecrets } from '../../src/pcapfile/record-parser.js';
import { pcapHeader, pcapngInterface, pcapngPacket, pcapngSecrets, pcapngSection, pcapPacket } from '../../src/pcapfile/writer.js';
import { readAll } from '../support/read-all.js';

const packet = { sec: 0x10, nsec: 0x20_999, data: Buffer.from('ff01020304ff', 'hex'), start: 1, end: 5, originalLength: 64 };

describe('pcap writer', () => {
  it.each([
    [false, 'd4c3b2a102000400000000000000000000000400e4000000', '10000000850000000400000040000000', '01020304'],
    [true, '4d3cb2a102000400000000000000000000000400e4000000', '10000000990902000400000040000000', '01020304'],
  ])('nanoseconds %s: the bytes of the format', (nanoseconds, header, record, data) => {
    expect(toHex(pcapHeader(228, nanoseconds))).toBe(header);
    expect(toHex(pcapPacket(packet, nanoseconds))).toBe(record + data);
  });

  it('takes a whole buffer when nothing else is said', () => {
    expect(toHex(pcapPacket({ sec: 1, nsec: 0, data: Buffer.from('0a0b', 'hex') }, true))).toBe('010000000000000002000000020000000a0b');
  });
});

describe('pcapng writer', () => {
  it('writes the bytes of the format', () => {
    expect(toHex(pcapngSection())).toBe('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000');
    expect(toHex(pcapngInterface(228))).toBe('0100000020000000e40000000000040009000100090000000000000020000000');
    expect(toHex(pcapngPacket({ ...packet, end: 4 }, 2, 'hm'))).toBe(
      [
        '06000000',
        '30000000',
        '02000000',
        '03000000',
        '99a9aeb9',
        '03000000',
        '40000000',
        '01020300',
        '01000200',
        '686d0000',
        '00000000',
        '30000000',
      ].join(''),
    );
    expect(toHex(pcapngSecrets(0x544c534b, Buffer.from('abc')))).toBe('0a000000180000004b534c54030000006162630018000000');
  });

  it('is read back with secrets, names, times to the nanosecond and lengths', () => {
    const secrets: CaptureSecrets[] = [];
    const bytes = Buffer.concat([
      pcapngSection({ application: 'vpndoctor', comment: 'decrypted' }),
      pcapngSecrets(7, Buffer.from('key')),
      pcapngInterface(1),
      pcapngInterface(101, { name: 'inner', description: 'what ESP carried' }),
      pcapngPacket({ sec: 1_767_225_600, nsec: 999_999_999, data: packet.data }, 1, 'ICV good'),
      pcapngPacket(packet),
    ]);
    const { packets, end } = readAll(bytes, 50, { onSecrets: (found) => secrets.push(found) });
    expect(secrets).toEqual([{ type: 7, bytes: Buffer.from('key') }]);
    expect(packets).toEqual([
      {
        frame: 1,
        sec: 1_767_225_600,
        nsec: 999_999_999,
        nanoseconds: true,
        linkType: 101,
        interfaceId: 1,
        hex: 'ff01020304ff',
        originalLength: 6,
      },
      { frame: 2, sec: 16, nsec: 0x20_999, nanoseconds: true, linkType: 1, interfaceId: 0, hex: '01020304', originalLength: 64 },
    ]);
    expect(end.interfaces[1]).toEqual({ linkType: 101, snapLength: 262_144, name: 'inner', description: 'what ESP carried' });
    expect(end.notes).toEqual([]);
  });

  it('refuses a comment that no option can hold', () => {
    expect(() => pcapngPacket(packet, 0, 'x'.repeat(65_536))).toThrow(UsageError);
    expect(() => pcapngPacket(packet, 0, 'x'.repeat(65_535))).not.toThrow();
  });
});
