import { describe, expect, it } from 'vitest';
import { conditionsOfMatch } from '../../../../src/host/linux/firewall/nft-condition.js';
import { parseAddressRange } from '../../../../src/wire/ip/address-range.js';

const sets = new Map<string, readonly unknown[]>([
  [
    'peers',
    [{ prefix: { addr: '10.0.0.0', len: 8 } }, { range: ['192.0.2.1', '192.0.2.9'] }, { elem: { val: '198.51.100.1', timeout: 60 } }],
  ],
]);
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } });
const ip = { kind: 'family', families: ['ip'], not: false };
const protocol = (number: number) => ({ kind: 'protocol', ranges: [{ low: number, high: number }], not: false });

/** As `nft -j list ruleset` of nftables 1.0.6 prints them. */
describe('conditions of a match', () => {
  it.each([
    ['iifname "lo"', { meta: { key: 'iifname' } }, '==', 'lo', [{ kind: 'interface', direction: 'in', names: ['lo'], not: false }]],
    [
      'oifname { "eth*", "tun0" }',
      { meta: { key: 'oifname' } },
      '!=',
      { set: ['eth*', 'tun0'] },
      [{ kind: 'interface', direction: 'out', names: ['eth*', 'tun0'], not: true }],
    ],
    [
      'ip saddr @peers',
      payload('ip', 'saddr'),
      '==',
      '@peers',
      [
        ip,
        {
          kind: 'address',
          end: 'source',
          not: false,
          ranges: ['10.0.0.0/8', '192.0.2.1-192.0.2.9', '198.51.100.1'].map(parseAddressRange),
        },
      ],
    ],
    [
      'udp dport { 500, 4500 }',
      payload('udp', 'dport'),
      '==',
      { set: [500, 4500] },
      [
        protocol(17),
        {
          kind: 'port',
          end: 'destination',
          not: false,
          ranges: [
            { low: 500, high: 500 },
            { low: 4500, high: 4500 },
          ],
        },
      ],
    ],
    [
      'tcp sport > 1023',
      payload('tcp', 'sport'),
      '>',
      1023,
      [protocol(6), { kind: 'port', end: 'source', not: false, ranges: [{ low: 1024, high: 0xffffffff }] }],
    ],
    [
      'meta l4proto { esp, ah }',
      { meta: { key: 'l4proto' } },
      '==',
      { set: ['esp', 'ah'] },
      [
        {
          kind: 'protocol',
          not: false,
          ranges: [
            { low: 50, high: 50 },
            { low: 51, high: 51 },
          ],
        },
      ],
    ],
    [
      'ct state established,related',
      { ct: { key: 'state' } },
      'in',
      ['established', 'related'],
      [{ kind: 'ct-state', states: ['established', 'related'], not: false }],
    ],
    ['ct state ! new', { ct: { key: 'state' } }, '!', ['new'], [{ kind: 'ct-state', states: ['new'], not: true }]],
    ['rt ipsec missing', { rt: { key: 'ipsec' } }, '==', false, [{ kind: 'ipsec', direction: 'out', not: true }]],
    ['meta ipsec exists', { meta: { key: 'ipsec' } }, '==', true, [{ kind: 'ipsec', direction: 'in', not: false }]],
    [
      'ipsec in reqid 1',
      { ipsec: { key: 'reqid', dir: 'in', spnum: 0 } },
      '==',
      1,
      [{ kind: 'ipsec', direction: 'in', only: { reqid: 1, text: 'reqid 1' }, not: false }],
    ],
    [
      'fib saddr . iif oif missing',
      { fib: { result: 'oif', flags: ['saddr', 'iif'] } },
      '==',
      false,
      [{ kind: 'reverse-path', not: true }],
    ],
    [
      'meta mark and 0xff == 1',
      { '&': [{ meta: { key: 'mark' } }, 255] },
      '==',
      1,
      [{ kind: 'mark', of: 'packet', mask: 255, ranges: [{ low: 1, high: 1 }], not: false }],
    ],
    [
      'tcp flags & (syn | rst) == syn',
      { '&': [payload('tcp', 'flags'), ['syn', 'rst']] },
      '==',
      'syn',
      [protocol(6), { kind: 'tcp-flags', mask: 6, values: [2], not: false }],
    ],
    ['ip frag-off & 0x1fff != 0', { '&': [payload('ip', 'frag-off'), 8191] }, '!=', 0, [ip, { kind: 'fragment', not: false }]],
    [
      'icmp type echo-request',
      payload('icmp', 'type'),
      '==',
      'echo-request',
      [ip, protocol(1), { kind: 'icmp-type', ranges: [{ low: 8, high: 8 }], not: false }],
    ],
  ])('%s', (_, left, op, right, expected) => {
    expect(conditionsOfMatch(left, op, right, sets)).toEqual(expected);
  });

  it('a concatenation is any of its members', () => {
    const [family, isUdp, any] = conditionsOfMatch(
      { concat: [payload('ip', 'saddr'), payload('udp', 'dport')] },
      '==',
      { set: [{ concat: ['1.1.1.1', 53] }] },
      sets,
    );
    expect([family, isUdp]).toEqual([ip, protocol(17)]);
    expect(any).toEqual({
      kind: 'any',
      not: false,
      alternatives: [
        [
          { kind: 'address', end: 'source', ranges: [parseAddressRange('1.1.1.1')], not: false },
          { kind: 'port', end: 'destination', ranges: [{ low: 53, high: 53 }], not: false },
        ],
      ],
    });
  });

  it.each([
    ['a set that is not there', payload('ip', 'saddr'), '==', '@nowhere'],
    ['an operator of tomorrow', payload('udp', 'dport'), '~~', 5],
    ['a hash', { jhash: { mod: 2, expr: payload('ip', 'saddr') } }, '==', 0],
    ['raw bytes', { payload: { base: 'nh', offset: 8, len: 8 } }, '==', 64],
    ['an order of addresses', payload('ip', 'saddr'), '<', '10.0.0.1'],
    ['a name for an address', payload('ip', 'saddr'), '==', 'gateway.example'],
    ['nothing at all', undefined, '==', undefined],
    ['numbers where none belong', { meta: 5 }, '==', { set: 7 }],
  ])('%s is a question that nobody can answer', (_, left, op, right) => {
    expect(conditionsOfMatch(left, op, right, sets).at(-1)?.kind).toBe('unknown');
  });
});
