import { describe, expect, it } from 'vitest';
import { parseIptablesSave } from '../../../../src/host/linux/firewall/iptables-save.js';
import { parseNftListing, readNftRuleset } from '../../../../src/host/linux/firewall/nft-ruleset.js';
import { simulate } from '../../../../src/host/linux/firewall/simulate.js';
import type { Packet } from '../../../../src/host/linux/firewall/simulation.js';
import { cpuMilliseconds } from '../../../support/cpu-time.js';
import { chain, match, payload, rule, table } from '../../../support/gateway.js';

/** What real packets meet is tested in test/interop/firewall-simulation.test.ts; this is about what cannot be known. */
const iptables = (...lines: string[]) => ({ tables: parseIptablesSave(lines.join('\n'), 'ip', 'iptables-save'), unread: [] });
const input = (policy: string, ...rules: string[]) =>
  iptables('*filter', `:INPUT ${policy} [0:0]`, ':SUB - [0:0]', ':ALSO - [0:0]', ...rules.map((text) => `-A ${text}`));
const ike: Packet = {
  family: 'ip',
  path: 'input',
  iif: 'eth0',
  source: '198.51.100.2',
  destination: '192.0.2.1',
  protocol: 17,
  sourcePort: 500,
  destinationPort: 500,
};
const tunnel: Packet = {
  family: 'ip',
  path: 'forward',
  iif: 'eth1',
  oif: 'eth0',
  source: '10.1.0.0/24',
  destination: '10.2.0.0/24',
  ipsecOut: true,
};
const unknown = '-m u32 --u32 "0=1"';

describe('three answers', () => {
  it.each([
    ['an unknown match before the same verdict', ['INPUT -p udp -m u32 --u32 "0=1" -j DROP', 'INPUT -j DROP'], 'drop', 'drop', 0],
    ['an unknown match that would save it', [`INPUT ${unknown} -j ACCEPT`, 'INPUT -j DROP'], 'depends', 'drop', 1],
    ['an unknown match that would take it', [`INPUT ${unknown} -j DROP`], 'depends', 'accept', 1],
    ['an unknown match whose rest says no', [`INPUT ${unknown} -p tcp -j DROP`], 'accept', 'accept', 0],
    ['an unknown jump into a drop', [`INPUT ${unknown} -j SUB`, 'SUB -j DROP'], 'depends', 'accept', 1],
    ['an unknown jump into nothing', [`INPUT ${unknown} -j SUB`, 'SUB -p tcp -j DROP'], 'accept', 'accept', 0],
    ['an unknown return before a drop', ['INPUT -j SUB', `SUB ${unknown} -j RETURN`, 'SUB -j DROP'], 'depends', 'accept', 1],
    [
      'an unknown return before a drop, and a drop behind',
      ['INPUT -j SUB', `SUB ${unknown} -j RETURN`, 'SUB -j DROP', 'INPUT -j DROP'],
      'drop',
      'drop',
      0,
    ],
    ['a return for sure, in an unknown jump', [`INPUT ${unknown} -j SUB`, 'SUB -j RETURN', 'SUB -j DROP'], 'accept', 'accept', 0],
    ['an unknown goto that ends in the policy', [`INPUT ${unknown} -g SUB`, 'INPUT -j DROP', 'SUB -p tcp -j DROP'], 'depends', 'accept', 1],
    [
      'a mark that may have been set',
      [`INPUT ${unknown} -j MARK --set-xmark 0x1/0x1`, 'INPUT -m mark --mark 0x1/0x1 -j DROP'],
      'depends',
      'accept',
      1,
    ],
    ['a target nobody knows', ['INPUT -j FROBNICATE'], 'depends', 'accept', 1],
    ['a chain that is not there', ['INPUT -g NOWHERE'], 'depends', 'accept', 1],
    ['chains that jump into each other', ['INPUT -j SUB', 'SUB -j ALSO', 'ALSO -j SUB'], 'depends', 'accept', 1],
  ])('%s', (_, rules, verdict, otherwise, uncertain) => {
    const said = simulate(input('ACCEPT', ...rules), ike);
    expect([said.verdict, said.otherwise, said.uncertain.length]).toEqual([verdict, otherwise, uncertain]);
  });

  it('a later drop for sure makes doubts before it moot', () => {
    const firewall = {
      tables: [...input('ACCEPT', `INPUT ${unknown} -j DROP`).tables, ...iptables('*security', ':INPUT DROP [0:0]').tables],
      unread: [],
    };
    expect(simulate(firewall, ike)).toMatchObject({ verdict: 'drop', decidedBy: { table: { name: 'security' } }, uncertain: [] });
  });

  it('names the rule that decided', () => {
    const said = simulate(input('DROP', 'INPUT -p tcp -j ACCEPT', 'INPUT -p udp -m udp --dport 500 -j ACCEPT'), ike);
    expect(said).toMatchObject({ verdict: 'accept', decidedBy: { chain: { name: 'INPUT' }, rule: { position: 2 } } });
    const dropped = simulate(input('DROP', 'INPUT -p tcp -j ACCEPT'), ike);
    expect(dropped.decidedBy?.rule).toBeUndefined();
    expect(dropped.decidedBy?.chain.name).toBe('INPUT');
  });

  it('ends with trees of jumps that the kernel would take and we cannot follow', () => {
    const names = Array.from({ length: 16 }, (_, at) => `C${at}`);
    const lines = names.flatMap((name, at) =>
      at === 15 ? [`-A ${name} -p tcp -j DROP`] : Array.from({ length: 6 }, () => `-A ${name} -j C${at + 1}`),
    );
    const said = simulate(
      iptables('*filter', ':INPUT ACCEPT [0:0]', ...names.map((name) => `:${name} - [0:0]`), '-A INPUT -j C0', ...lines),
      ike,
    );
    expect(said.uncertain.some(({ why }) => why === 'too many rules to follow')).toBe(true);
  });
});

describe('networks instead of addresses', () => {
  const forward = (...rules: string[]) => iptables('*filter', ':FORWARD DROP [0:0]', ...rules.map((text) => `-A FORWARD ${text}`));
  it.each([
    ['-s 10.0.0.0/8 -d 10.0.0.0/8 -j ACCEPT', 'accept'],
    ['-s 10.1.0.0/25 -j ACCEPT', 'depends'],
    ['-s 10.9.0.0/16 -j ACCEPT', 'drop'],
    ['! -s 10.9.0.0/16 -j ACCEPT', 'accept'],
    ['-p tcp -m tcp --dport 443 -j ACCEPT', 'depends'],
    ['-m policy --dir out --pol ipsec -j ACCEPT', 'accept'],
    ['-m policy --dir in --pol ipsec -j ACCEPT', 'drop'],
    ['-m policy --dir out --pol ipsec --reqid 1 -j ACCEPT', 'depends'],
  ])('%s', (text, verdict) => {
    expect(simulate(forward(text), tunnel).verdict).toBe(verdict);
  });
  it.each([
    ['--proto esp', 'accept'],
    ['--proto esp --mode tunnel', 'accept'],
    ['--proto ah', 'drop'],
    ['--mode transport --reqid 1', 'drop'],
    ['--proto esp --reqid 1', 'depends'],
    ['--tunnel-dst 192.0.2.0/24 --proto esp', 'depends'],
    ['! --proto esp', 'depends'],
    ['--proto ah --next --proto esp', 'depends'],
  ])('knows what the SA is where the configuration tells: %s', (narrowing, verdict) => {
    const firewall = forward(`-m policy --dir out --pol ipsec ${narrowing} -j ACCEPT`);
    expect(simulate(firewall, { ...tunnel, sa: { protocol: 'esp', mode: 'tunnel' } }).verdict).toBe(verdict);
  });
  it('knows the reqid where it is told', () => {
    const firewall = forward('-m policy --dir out --pol ipsec --reqid 1 -j ACCEPT');
    expect(simulate(firewall, { ...tunnel, reqid: 1 }).verdict).toBe('accept');
    expect(simulate(firewall, { ...tunnel, reqid: 2 }).verdict).toBe('drop');
  });
});

describe('address translation', () => {
  const post = (...rules: string[]) => iptables('*nat', ':POSTROUTING ACCEPT [0:0]', ...rules.map((text) => `-A POSTROUTING ${text}`));
  it('is seen, for the first packet only', () => {
    const firewall = post('-o eth0 -j MASQUERADE');
    expect(simulate(firewall, tunnel).nat).toMatchObject([{ kind: 'masquerade', hook: 'postrouting', certain: true }]);
    expect(simulate(firewall, { ...tunnel, ctState: 'established' }).nat).toEqual([]);
    expect(simulate(firewall, { ...tunnel, ctState: 'untracked' }).nat).toEqual([]);
  });
  it('says what it depends on', () => {
    expect(simulate(post('-p tcp -j MASQUERADE', '-j SNAT --to-source 192.0.2.1'), tunnel).nat).toMatchObject([
      { kind: 'masquerade', certain: false, why: 'protocol' },
      { kind: 'snat', certain: true },
    ]);
  });
  it('an exemption ends its base chain only', () => {
    const nat = (name: string, prio: number, ...expr: unknown[]) => [
      chain('ip', 'n', name, 'postrouting', 'accept', prio, 'nat'),
      rule('ip', 'n', name, prio, ...expr),
    ];
    const said = simulate(
      {
        tables: readNftRuleset(
          [table('ip', 'n'), ...nat('a', 90, { accept: null }), ...nat('b', 100, { masquerade: null })],
          parseNftListing(''),
        ),
        unread: [],
      },
      tunnel,
    );
    expect(said.nat).toMatchObject([{ kind: 'masquerade', place: { chain: { name: 'b' } } }]);
  });
  it('a redirected packet has another destination and port', () => {
    const firewall = iptables(
      '*nat',
      ':PREROUTING ACCEPT [0:0]',
      '-A PREROUTING -p udp --dport 500 -j REDIRECT --to-ports 501',
      '*filter',
      ':INPUT ACCEPT [0:0]',
      '-A INPUT -p udp -m udp --dport 501 -j DROP',
    );
    expect(simulate(firewall, ike)).toMatchObject({ verdict: 'drop', nat: [{ kind: 'redirect' }] });
  });
});

it('clamping is seen', () => {
  const firewall = iptables(
    '*mangle',
    ':FORWARD ACCEPT [0:0]',
    '-A FORWARD -o eth0 -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
  );
  expect(simulate(firewall, { ...tunnel, protocol: 6 }).clamped).toBe('yes');
  expect(simulate(firewall, tunnel).clamped).toBe('maybe');
  expect(simulate(firewall, { ...tunnel, protocol: 17 }).clamped).toBe('no');
});

it('the other family is another firewall', () => {
  expect(simulate(input('DROP'), { ...ike, family: 'ip6', source: '2001:db8::1', destination: '2001:db8::2' }).verdict).toBe('accept');
  const both = {
    tables: readNftRuleset(
      [
        table('inet', 't'),
        chain('inet', 't', 'i', 'input'),
        rule('inet', 't', 'i', 1, match(payload('ip6', 'saddr'), { prefix: { addr: '2001:db8::', len: 32 } }), { drop: null }),
      ],
      parseNftListing(''),
    ),
    unread: [],
  };
  expect(simulate(both, { ...ike, family: 'ip6', source: '2001:db8::1' }).verdict).toBe('drop');
  expect(simulate(both, ike).verdict).toBe('accept');
});

it('ingress sees what comes by its device, and nothing that was decrypted', () => {
  const tables = readNftRuleset(
    [
      table('netdev', 'n'),
      { chain: { family: 'netdev', table: 'n', name: 'i', hook: 'ingress', dev: 'eth0', prio: 0, type: 'filter', policy: 'drop' } },
    ],
    parseNftListing(''),
  );
  expect(simulate({ tables, unread: [] }, ike).verdict).toBe('drop');
  expect(simulate({ tables, unread: [] }, { ...ike, iif: 'eth1' }).verdict).toBe('accept');
  expect(simulate({ tables, unread: [] }, { ...ike, ipsecIn: true }).verdict).toBe('accept');
});

it('a walk through 2,000 rules takes no time to speak of', () => {
  const firewall = input(
    'DROP',
    ...Array.from({ length: 2000 }, (_, at) => `INPUT -s 203.0.${at >> 8}.${at & 255}/32 -p tcp -m tcp --dport ${1000 + at} -j ACCEPT`),
  );
  simulate(firewall, ike);
  const start = cpuMilliseconds();
  for (let at = 0; at < 100; at++) simulate(firewall, ike);
  expect((cpuMilliseconds() - start) / 100).toBeLessThan(20);
});
