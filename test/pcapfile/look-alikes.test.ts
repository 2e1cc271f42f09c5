import { describe, expect, it } from 'vitest';
import { describeLookAlike } from '../../src/pcapfile/look-alikes.js';

describe('describeLookAlike', () => {
  it.each([
    ['snoop\0\0\0\0\0\0\x02', 'a Solaris snoop capture', 'tshark -F pcapng'],
    ['GMBU\x02\x00', 'a Microsoft Network Monitor capture', 'tshark -F pcapng'],
    ['\x28\xb5\x2f\xfd\x04', 'zstd-compressed', 'zstd -d'],
    ['\xfd7zXZ\0', 'xz-compressed', 'unxz'],
    ['PK\x03\x04', 'a zip archive', 'unzip'],
    ['{"frame": 1}\n{"frame": 2}', 'text: it begins with "{"frame": 1}"', 'tcpdump -w'],
    ['Zeit: 10 Uhr f\xc3\xbcr alle', 'text: it begins with "Zeit: 10 Uhr f..r alle"', 'tcpdump -w'],
    ['\x00\x01\x02\x03\x04', 'something else: it begins with 00010203', 'Wireshark'],
  ])('%j is %s', (head, is, hint) => {
    const found = describeLookAlike(Buffer.from(head, 'latin1'));
    expect(found.is).toBe(is);
    expect(found.hint).toContain(hint);
  });
});
