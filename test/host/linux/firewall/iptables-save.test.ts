import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIptablesSave } from '../../../../src/host/linux/firewall/iptables-save.js';
import { parseAddressRange } from '../../../../src/wire/ip/address-range.js';

const parse = (text: string) => parseIptablesSave(text, 'ip', 'iptables-save');
const stepsOf = (line: string, table = 'filter') =>
  parse(`*${table}\n:INPUT ACCEPT [0:0]\n:OTHER - [0:0]\n-A INPUT ${line}\nCOMMIT\n`)[0]?.chains.get('INPUT')?.rules[0]?.steps;
const conditionsOf = (line: string) => stepsOf(line)?.flatMap((step) => (step.kind === 'match' ? [step.condition] : []));
const protocol = (number: number) => ({ kind: 'protocol', ranges: [{ low: number, high: number }], not: false });

describe('rules', () => {
  it.each([
    [
      '-s 10.0.0.0/8 -i eth+',
      [
        { kind: 'address', end: 'source', ranges: [parseAddressRange('10.0.0.0/8')], not: false },
        { kind: 'interface', direction: 'in', names: ['eth*'], not: false },
      ],
    ],
    [
      '! -d 10.0.0.1/32 ! -p esp',
      [
        { kind: 'address', end: 'destination', ranges: [parseAddressRange('10.0.0.1')], not: true },
        { ...protocol(50), not: true },
      ],
    ],
    ['-p udp -m udp --dport 500:501', [protocol(17), { kind: 'port', end: 'destination', ranges: [{ low: 500, high: 501 }], not: false }]],
    [
      '-p udp -m multiport ! --ports 500,4500:4510',
      [
        protocol(17),
        {
          kind: 'port',
          end: 'either',
          ranges: [
            { low: 500, high: 500 },
            { low: 4500, high: 4510 },
          ],
          not: true,
        },
      ],
    ],
    ['-p tcp -m tcp', [protocol(6)]],
    ['-m conntrack --ctstate RELATED,ESTABLISHED', [{ kind: 'ct-state', states: ['related', 'established'], not: false }]],
    ['-m state ! --state INVALID', [{ kind: 'ct-state', states: ['invalid'], not: true }]],
    ['-m conntrack --ctstate DNAT', [{ kind: 'ct-status', status: 'dnat', not: false }]],
    ['-m mark --mark 0x1/0xff', [{ kind: 'mark', of: 'packet', mask: 255, ranges: [{ low: 1, high: 1 }], not: false }]],
    ['-m policy --dir out --pol none', [{ kind: 'ipsec', direction: 'out', not: true }]],
    ['-m policy --dir in --pol ipsec', [{ kind: 'ipsec', direction: 'in', not: false }]],
    ['-m policy --dir in --pol ipsec --reqid 7', [{ kind: 'ipsec', direction: 'in', only: { reqid: 7, text: '--reqid 7' }, not: false }]],
    [
      '-m policy --dir in --pol ipsec --proto esp --mode tunnel',
      [{ kind: 'ipsec', direction: 'in', only: { protocol: 'esp', mode: 'tunnel', text: '--proto esp --mode tunnel' }, not: false }],
    ],
    ['-p tcp -m tcp --tcp-flags SYN,RST SYN', [protocol(6), { kind: 'tcp-flags', mask: 6, values: [2], not: false }]],
    ['-m addrtype --dst-type LOCAL', [{ kind: 'address-type', end: 'destination', types: ['local'], not: false }]],
    [
      '-m iprange --src-range 10.0.0.1-10.0.0.9',
      [{ kind: 'address', end: 'source', ranges: [parseAddressRange('10.0.0.1-10.0.0.9')], not: false }],
    ],
    ['-m comment --comment "-j DROP it"', []],
    ['-m set --match-set banned src', [{ kind: 'unknown', text: 'set --match-set banned src' }]],
    ['-m limit --limit 5/sec --limit-burst 9', [{ kind: 'unknown', text: 'limit --limit 5/sec --limit-burst 9' }]],
    [
      '-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"',
      [{ kind: 'unknown', text: 'bpf --bytecode 4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0' }],
    ],
    ['-m socket', [{ kind: 'unknown', text: 'match socket' }]],
    ['-p icmp -m icmp --icmp-type 3/4', [protocol(1), { kind: 'unknown', text: 'icmp --icmp-type 3/4' }]],
  ])('%s', (line, conditions) => {
    expect(conditionsOf(`${line} -j ACCEPT`)).toEqual(conditions);
    expect(stepsOf(`${line} -j ACCEPT`)?.at(-1)).toEqual({ kind: 'verdict', verdict: 'accept' });
  });

  it.each([
    ['-j OTHER', { kind: 'jump', chain: 'OTHER' }],
    ['-g OTHER', { kind: 'goto', chain: 'OTHER' }],
    ['-j REJECT --reject-with icmp-port-unreachable', { kind: 'verdict', verdict: 'reject' }],
    [
      '-j SNAT --to-source 192.0.2.1-192.0.2.3:1024-65535',
      { kind: 'nat', nat: 'snat', address: parseAddressRange('192.0.2.1-192.0.2.3'), port: 1024 },
    ],
    ['-j DNAT --to-destination 10.0.0.1:80', { kind: 'nat', nat: 'dnat', address: parseAddressRange('10.0.0.1'), port: 80 }],
    ['-j DNAT --to-destination :80', { kind: 'nat', nat: 'dnat', port: 80 }],
    ['-j MARK --set-xmark 0x1/0xff', { kind: 'mark', of: 'packet', change: { and: 0xffffff00, xor: 1 } }],
    ['-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff', { kind: 'copy-mark', to: 'packet' }],
    ['-j CT --notrack', { kind: 'notrack' }],
    ['-j TCPMSS --set-mss 1360', { kind: 'clamp-mss', to: 1360 }],
    ['-j NFQUEUE --queue-num 0', { kind: 'elsewhere', text: 'queued to a program' }],
    ['-j FROBNICATE', { kind: 'elsewhere', text: 'target FROBNICATE' }],
  ])('%s', (line, step) => {
    expect(stepsOf(line)).toEqual([step]);
  });

  it('a log is no verdict, whatever its prefix says', () => {
    expect(stepsOf('-j LOG --log-prefix "-j DROP "')).toEqual([]);
  });
});

it('tables, chains, policies, counters and the tool', () => {
  const tables = parseIptablesSave(
    '# Generated by iptables-nft-save v1.8.9 (nf_tables) on …\n*nat\n:POSTROUTING ACCEPT [1:2]\n[5:6] -A POSTROUTING -j MASQUERADE\nCOMMIT\n*mangle\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:MINE - [0:0]\n-A MINE -j RETURN\n-A MINE -p tcp -j DROP\n-A NOWHERE -j DROP\nrubbish\nCOMMIT\n',
    'ip6',
    'ip6tables-nft-save',
  );
  expect(tables.map(({ source, command, family, name }) => [source, command, family, name])).toEqual(
    ['nat', 'mangle', 'filter'].map((name) => ['iptables-nft', 'ip6tables-nft', 'ip6', name]),
  );
  expect(tables[0]?.chains.get('POSTROUTING')).toMatchObject({
    base: { hook: 'postrouting', priority: 100, type: 'nat', policy: 'accept' },
    rules: [{ text: '-A POSTROUTING -j MASQUERADE', position: 1 }],
  });
  expect(tables[1]?.chains.get('OUTPUT')?.base).toEqual({ hook: 'output', priority: -150, type: 'route', policy: 'accept' });
  expect(tables[2]?.chains.get('INPUT')?.base?.policy).toBe('drop');
  expect(tables[2]?.chains.get('MINE')).toMatchObject({ rules: [{ position: 1 }, { position: 2 }] });
  expect(tables[2]?.chains.get('MINE')?.base).toBeUndefined();
});

it('whatever text comes, no error comes of it', () => {
  const word = fc.constantFrom(
    '-A',
    'INPUT',
    '-m',
    'policy',
    '--dir',
    '!',
    '-j',
    'DNAT',
    '--to-destination',
    '"',
    ':',
    '--mark',
    '0x',
    '--tcp-flags',
    'é',
    '-s',
    '/',
    '--icmp-type',
  );
  fc.assert(
    fc.property(fc.array(fc.array(fc.oneof(word, fc.string()))), (lines) => {
      parse(`*filter\n:INPUT DROP [0:0]\n${lines.map((words) => `-A INPUT ${words.join(' ')}`).join('\n')}`);
    }),
  );
});
