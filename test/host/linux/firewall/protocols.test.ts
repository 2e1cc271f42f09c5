import { expect, it } from 'vitest';
import { icmpTypeNumber, protocolNumber, tcpFlags } from '../../../../src/host/linux/firewall/protocols.js';

it.each([
  ['esp', 50],
  ['ESP', 50],
  ['ipv6-icmp', 58],
  ['47', 47],
  [51, 51],
  ['frobnicate', undefined],
])('protocol %s', (text, number) => {
  expect(protocolNumber(text)).toBe(number);
});

it.each([
  ['echo-request', 4, 8],
  ['echo-request', 6, 128],
  ['nd-neighbor-solicit', 6, 135],
  ['13', 4, 13],
  ['nd-neighbor-solicit', 4, undefined],
] as const)('ICMP type %s of IPv%s', (text, version, number) => {
  expect(icmpTypeNumber(text, version)).toBe(number);
});

it.each([
  [['SYN'], 2],
  [['fin', 'syn', 'rst', 'ack'], 0x17],
  [['NONE'], 0],
  [['ALL'], 0x3f],
  [['what'], undefined],
])('TCP flags %s', (names, bits) => {
  expect(tcpFlags(names)).toBe(bits);
});
