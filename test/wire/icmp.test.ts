import { describe, expect, it } from 'vitest';
import { decodeIcmp, describeIcmp, encodeIcmp, type IcmpHeader, isIcmpError, nextHopMtu } from '../../src/wire/icmp.js';
import { codecContract } from '../support/codec-contract.js';

codecContract('icmp', { decode: (reader) => decodeIcmp(4, reader), encode: encodeIcmp }, [
  {
    name: 'fragmentation needed',
    hex: '03 04 f7c3 0000 0578',
    value: { kind: 'icmp', version: 4, type: 3, code: 4, checksum: 0xf7c3, rest: 1400 },
  },
]);

function icmp(version: 4 | 6, type: number, code: number, rest = 0): IcmpHeader {
  return { kind: 'icmp', version, type, code, checksum: 0, rest };
}

describe('words', () => {
  it.each([
    [icmp(4, 3, 0), 'net unreachable', true],
    [icmp(4, 3, 1), 'host unreachable', true],
    [icmp(4, 3, 3), 'port unreachable', true],
    [icmp(4, 3, 4), 'fragmentation needed', true],
    [icmp(4, 3, 10), 'host administratively prohibited', true],
    [icmp(4, 3, 13), 'administratively prohibited', true],
    [icmp(4, 3, 99), 'destination unreachable, code 99', true],
    [icmp(4, 5, 1), 'redirect for host', true],
    [icmp(4, 11, 0), 'time exceeded in transit', true],
    [icmp(4, 8, 0), 'echo request', false],
    [icmp(4, 200, 1), 'unknown (200), code 1', false],
    [icmp(6, 1, 1), 'administratively prohibited', true],
    [icmp(6, 1, 4), 'port unreachable', true],
    [icmp(6, 2, 0), 'packet too big', true],
    [icmp(6, 3, 0), 'hop limit exceeded in transit', true],
    [icmp(6, 128, 0), 'echo request', false],
    [icmp(6, 137, 0), 'redirect', false],
  ])('%o: %s', (header, text, error) => {
    expect(describeIcmp(header)).toBe(text);
    expect(isIcmpError(header)).toBe(error);
  });
});

describe('next-hop MTU', () => {
  it.each([
    [icmp(4, 3, 4, 1400), 1400],
    // The upper half is not part of it (RFC 1191 §4).
    [icmp(4, 3, 4, 0x00010578), 1400],
    [icmp(4, 3, 4, 0), undefined],
    [icmp(4, 3, 1, 1400), undefined],
    [icmp(6, 2, 0, 1280), 1280],
    [icmp(6, 1, 0, 1280), undefined],
  ])('%o: %s', (header, mtu) => expect(nextHopMtu(header)).toBe(mtu));
});
