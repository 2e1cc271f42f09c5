import { describe, expect, it } from 'vitest';
import { evaluate, type Passing } from '../../../../src/host/linux/firewall/evaluate.js';
import type { Condition } from '../../../../src/host/linux/firewall/firewall.js';
import { parseAddressRange } from '../../../../src/wire/ip/address-range.js';

const packet: Passing = {
  family: 'ip',
  path: 'forward',
  hook: 'forward',
  base: { hook: 'forward', priority: 0, type: 'filter', policy: 'accept' },
  iif: 'eth1',
  oif: undefined,
  source: parseAddressRange('10.1.0.0/24'),
  destination: undefined,
  protocol: 17,
  sourcePort: undefined,
  destinationPort: 500,
  icmpType: undefined,
  ctState: 'new',
  mark: 0x12,
  connectionMark: undefined,
  ipsecIn: true,
  ipsecOut: false,
  reqid: undefined,
  sa: undefined,
  dnat: false,
  snat: undefined,
};
const at = (number: number) => [{ low: number, high: number }];

describe('yes, no, or not to be known', () => {
  it.each<[string, Condition, boolean | undefined]>([
    ['a name', { kind: 'interface', direction: 'in', names: ['eth1'], not: false }, true],
    ['the beginning of a name', { kind: 'interface', direction: 'in', names: ['ppp*', 'eth*'], not: false }, true],
    ['an interface that is not known', { kind: 'interface', direction: 'out', names: ['eth0'], not: true }, undefined],
    ['any interface', { kind: 'interface', direction: 'out', names: ['*'], not: false }, true],
    [
      'all of the network',
      { kind: 'address', end: 'source', ranges: [parseAddressRange('10.0.0.0/8')].flatMap((range) => range ?? []), not: false },
      true,
    ],
    [
      'part of it',
      { kind: 'address', end: 'source', ranges: [parseAddressRange('10.1.0.5')].flatMap((range) => range ?? []), not: false },
      undefined,
    ],
    [
      'none of it, turned round',
      { kind: 'address', end: 'source', ranges: [parseAddressRange('10.2.0.0/16')].flatMap((range) => range ?? []), not: true },
      true,
    ],
    ['an address that is not known', { kind: 'address', end: 'destination', ranges: [], not: false }, undefined],
    ['a port', { kind: 'port', end: 'destination', ranges: at(500), not: false }, true],
    ['either port, one of them known', { kind: 'port', end: 'either', ranges: at(500), not: false }, true],
    ['either port, the other may be it', { kind: 'port', end: 'either', ranges: at(4500), not: false }, undefined],
    ['every port', { kind: 'port', end: 'source', ranges: [{ low: 0, high: 65535 }], not: false }, true],
    ['a type of ICMP, of UDP', { kind: 'icmp-type', ranges: at(8), not: true }, false],
    ['flags of TCP, of UDP', { kind: 'tcp-flags', mask: 2, values: [2], not: true }, false],
    ['a bit of a mark', { kind: 'mark', of: 'packet', mask: 0x10, ranges: at(0x10), not: false }, true],
    ['a mark that is not known', { kind: 'mark', of: 'connection', mask: 1, ranges: at(1), not: true }, undefined],
    ['decrypted', { kind: 'ipsec', direction: 'in', not: false }, true],
    ['decrypted by one SA', { kind: 'ipsec', direction: 'in', only: { reqid: 1, text: 'reqid 1' }, not: false }, undefined],
    ['encrypted by one SA, and it is by none', { kind: 'ipsec', direction: 'out', only: { reqid: 1, text: 'reqid 1' }, not: false }, false],
    ['translated', { kind: 'ct-status', status: 'snat', not: false }, undefined],
    [
      'one of several',
      { kind: 'any', alternatives: [[{ kind: 'unknown', text: 'x' }], [{ kind: 'family', families: ['ip'], not: false }]], not: false },
      true,
    ],
    [
      'all of an alternative',
      {
        kind: 'any',
        alternatives: [
          [
            { kind: 'unknown', text: 'x' },
            { kind: 'family', families: ['ip6'], not: false },
          ],
        ],
        not: true,
      },
      true,
    ],
    ['what nobody knows', { kind: 'unknown', text: 'x' }, undefined],
  ])('%s', (_, condition, truth) => {
    expect(evaluate(condition, packet)).toBe(truth);
  });

  it('before connection tracking a packet belongs to no connection', () => {
    const early: Passing = { ...packet, hook: 'prerouting', base: { ...packet.base, hook: 'prerouting', priority: -300 } };
    const asks = (states: readonly string[]) => evaluate({ kind: 'ct-state', states, not: false }, early);
    expect([asks(['new']), asks(['invalid'])]).toEqual([false, true]);
  });
});
