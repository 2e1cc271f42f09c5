import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNftListing, readNftRuleset } from '../../../../src/host/linux/firewall/nft-ruleset.js';
import { chain, match, meta, payload, rule, table } from '../../../support/gateway.js';

const none = parseNftListing('');
const stepsOf = (...expr: unknown[]) =>
  readNftRuleset([table('inet', 't'), chain('inet', 't', 'c'), rule('inet', 't', 'c', 1, ...expr)], none)[0]?.chains.get('c')?.rules[0]
    ?.steps;

describe('statements', () => {
  it.each([
    ['drop', [{ drop: null }], [{ kind: 'verdict', verdict: 'drop' }]],
    ['reject', [{ reject: { type: 'icmp', expr: 'port-unreachable' } }], [{ kind: 'verdict', verdict: 'reject' }]],
    [
      'counter and log',
      [{ counter: { packets: 1, bytes: 2 } }, { log: { prefix: 'x' } }, { accept: null }],
      [{ kind: 'verdict', verdict: 'accept' }],
    ],
    ['goto', [{ goto: { target: 'x' } }], [{ kind: 'goto', chain: 'x' }]],
    ['masquerade', [{ masquerade: null }], [{ kind: 'nat', nat: 'masquerade' }]],
    ['redirect', [{ redirect: { port: 82 } }], [{ kind: 'nat', nat: 'redirect', port: 82 }]],
    [
      'mark set',
      [{ mangle: { key: { meta: { key: 'mark' } }, value: 66 } }],
      [{ kind: 'mark', of: 'packet', change: { and: 0, xor: 66 } }],
    ],
    [
      'mark or',
      [{ mangle: { key: { meta: { key: 'mark' } }, value: { '|': [{ meta: { key: 'mark' } }, 4] } } }],
      [{ kind: 'mark', of: 'packet', change: { and: 0xfffffffb, xor: 4 } }],
    ],
    ['mark from elsewhere', [{ mangle: { key: { meta: { key: 'mark' } }, value: { numgen: {} } } }], [{ kind: 'mark', of: 'packet' }]],
    [
      'clamp',
      [{ mangle: { key: { 'tcp option': { name: 'maxseg', field: 'size' } }, value: { rt: { key: 'mtu' } } } }],
      [{ kind: 'clamp-mss', to: 'path-mtu' }],
    ],
    [
      'limit',
      [{ limit: { rate: 5, per: 'second' } }, { accept: null }],
      [
        { kind: 'match', condition: { kind: 'unknown', text: 'rate limit' } },
        { kind: 'verdict', verdict: 'accept' },
      ],
    ],
    ['queue', [{ queue: { num: 0 } }], [{ kind: 'elsewhere', text: 'queued to a program' }]],
    ['a statement of tomorrow', [{ teleport: {} }], [{ kind: 'elsewhere', text: 'teleport' }]],
  ])('%s', (_, expr, steps) => {
    expect(stepsOf(...expr)).toEqual(steps);
  });

  it('verdict maps, named and not', () => {
    const cases = [
      {
        condition: { kind: 'port', end: 'destination', ranges: [{ low: 22, high: 22 }], not: false },
        step: { kind: 'verdict', verdict: 'accept' },
      },
    ];
    const tcp = { kind: 'match', condition: { kind: 'protocol', ranges: [{ low: 6, high: 6 }], not: false } };
    const members = [[22, { accept: null }]];
    expect(stepsOf({ vmap: { key: payload('tcp', 'dport'), data: { set: members } } })).toEqual([tcp, { kind: 'choose', cases }]);
    const named = readNftRuleset(
      [
        table('ip', 't'),
        { map: { family: 'ip', table: 't', name: 'vm', type: 'inet_service', map: 'verdict', elem: members } },
        chain('ip', 't', 'c'),
        rule('ip', 't', 'c', 1, { vmap: { key: payload('tcp', 'dport'), data: '@vm' } }),
      ],
      none,
    );
    expect(named[0]?.chains.get('c')?.rules[0]?.steps).toEqual([tcp, { kind: 'choose', cases }]);
  });
});

describe('tables', () => {
  it('base chains, positions, what is not for IP and what is switched off', () => {
    const tables = readNftRuleset(
      [
        table('arp', 'a'),
        table('bridge', 'b'),
        table('ip6', 'off'),
        { table: { family: 'ip', name: 'off2', flags: ['dormant'] } },
        table('netdev', 'nd'),
        { chain: { family: 'netdev', table: 'nd', name: 'in', hook: 'ingress', dev: 'eth0', prio: -500, type: 'filter', policy: 'drop' } },
        table('inet', 't'),
        chain('inet', 't', 'c', 'forward', 'drop', -5),
        rule('inet', 't', 'c', 4, { accept: null }),
        rule('inet', 't', 'c', 9, match(meta('iifname'), 'x'), { drop: null }),
      ],
      parseNftListing('table ip6 off { # handle 3\n\tflags dormant\n\n\tchain x { # handle 1\n\t}\n}\n'),
    );
    expect(tables.map(({ family, name }) => `${family} ${name}`)).toEqual(['inet nd', 'inet t']);
    expect(tables[0]?.chains.get('in')?.base).toEqual({
      hook: 'ingress',
      priority: -500,
      type: 'filter',
      policy: 'drop',
      devices: ['eth0'],
    });
    expect(tables[1]?.chains.get('c')?.base).toEqual({ hook: 'forward', priority: -5, type: 'filter', policy: 'drop' });
    expect(tables[1]?.chains.get('c')?.rules.map(({ handle, position }) => [handle, position])).toEqual([
      [4, 1],
      [9, 2],
    ]);
  });

  it('shows rules as nft prints them', () => {
    const listing = `table inet t { # handle 1
	set s { # handle 2
		type ipv4_addr
		elements = { 10.0.0.0/8,
			     192.168.1.0/24 }
	}

	chain c { # handle 3
		type filter hook forward priority filter; policy accept;
		tcp dport 22 comment "a # handle 5" accept # handle 4
		ip saddr { 10.0.0.1,
			   10.0.0.2 } drop # handle 9
	}
}
`;
    const tables = readNftRuleset(
      [
        table('inet', 't'),
        chain('inet', 't', 'c', 'forward'),
        rule('inet', 't', 'c', 4, { accept: null }),
        rule('inet', 't', 'c', 9, { drop: null }),
        rule('inet', 't', 'c', 11, { drop: null }),
      ],
      parseNftListing(listing),
    );
    expect(tables[0]?.chains.get('c')?.rules.map(({ text }) => text)).toEqual([
      'tcp dport 22 comment "a # handle 5" accept',
      'ip saddr { 10.0.0.1, 10.0.0.2 } drop',
      '[{"drop":null}]',
    ]);
  });

  it('whatever JSON comes, a ruleset or nothing comes of it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.record({
              rule: fc.record({
                family: fc.constant('ip'),
                table: fc.constant('t'),
                chain: fc.constant('c'),
                handle: fc.nat(),
                expr: fc.array(fc.oneof(fc.jsonValue(), fc.record({ match: fc.jsonValue() }), fc.record({ vmap: fc.jsonValue() }))),
              }),
            }),
          ),
        ),
        (objects) => {
          readNftRuleset([table('ip', 't'), chain('ip', 't', 'c'), ...objects], none);
        },
      ),
    );
  });
});
