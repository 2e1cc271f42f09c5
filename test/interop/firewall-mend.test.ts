import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.js';
import { check as docker } from '../../src/checks/firewall-docker-forward.js';
import { check as esp } from '../../src/checks/firewall-esp.js';
import { check as forward } from '../../src/checks/firewall-forward.js';
import { check as ikeIn } from '../../src/checks/firewall-ike-in.js';
import { check as ikeOut } from '../../src/checks/firewall-ike-out.js';
import { check as mss } from '../../src/checks/firewall-mss-clamping.js';
import { check as nat } from '../../src/checks/firewall-nat-exemption.js';
import { check as openvpn } from '../../src/checks/firewall-openvpn.js';
import type { Host } from '../../src/host/host.js';
import { linesOf } from '../support/check-cases.js';
import { connection, type GatewayChanges, gateway } from '../support/gateway.js';
import { NamespaceHost } from './support/namespace-host.js';

/** The commands that the firewall checks propose, run for real in a namespace: the fault is gone, and undone it is back as it was. */
const namespace = `vd-mend-${process.pid}`;
const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const lacking = [
  ...(process.getuid?.() === 0 ? [] : ['root']),
  ...['ip', 'nft', 'iptables-nft', 'iptables-legacy'].filter((command) => !has(command)),
];
const skipped = lacking.length === 0 ? '' : ` (skipped: needs ${lacking.join(', ')})`;

function inside(script: string, input = ''): string {
  const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', namespace, 'sh', '-c', script], { encoding: 'utf8', input });
  if (status !== 0) throw new TypeError(`${script}: ${stderr}`);
  return stdout;
}

/** The gateway of the tests, behind the rules of the namespace. */
function hostWith(changes: GatewayChanges): Host {
  const fake = gateway(changes);
  const real = new NamespaceHost(namespace);
  return {
    isRoot: true,
    now: fake.now,
    readFile: (path) => (path.startsWith('/proc/net/ip') ? real.readFile(path) : fake.readFile(path)),
    readDir: (path) => fake.readDir(path),
    readLink: (path) => fake.readLink(path),
    stat: (path) => fake.stat(path),
    run: (command) => (/^(nft|ip6?tables)/.test(command[0]) ? real.run(command) : fake.run(command)),
  };
}

/** Counters move, and handles are never given twice. */
const rules = () =>
  inside('nft -s list ruleset; iptables-legacy-save')
    .replace(/^# .*$/gm, '')
    .replace(/\[\d+:\d+\]/g, '')
    .replace(/counter packets \d+ bytes \d+/g, 'counter');

const server = {
  '/etc/openvpn/server/road.conf':
    'port 1194\nproto udp\ndev tun0\nserver 10.8.0.0 255.255.255.0\npush "route 10.1.0.0 255.255.255.0"\nca ca.crt\ncert s.crt\nkey s.key\ndh none\n',
};

/** A policy beside two tunnels that have interfaces of their own. */
const vtis: GatewayChanges = {
  swanctl: connection({ remoteTs: '10.2.0.0/24,10.3.0.0/24,10.4.0.0/24' }),
  commands: {
    'ip -d -j addr': JSON.stringify([
      ...Object.entries({ eth0: '192.0.2.1', eth1: '10.1.0.1' }).map(([ifname, local]) => ({
        ifname,
        flags: ['UP'],
        addr_info: [{ family: 'inet', local, prefixlen: 24 }],
      })),
      ...['vti0', 'vti1'].map((ifname) => ({ ifname, flags: ['UP'], linkinfo: { info_kind: 'vti' } })),
    ]),
    'ip -j -4 route show table all': JSON.stringify(
      Object.entries({ default: 'eth0', '10.1.0.0/24': 'eth1', '10.3.0.0/24': 'vti0', '10.4.0.0/24': 'vti1' }).map(([dst, dev]) => ({
        dst,
        dev,
        flags: [],
      })),
    ),
  },
};

const nftRules = `table inet filter {
  chain input { type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state invalid drop
  }
  chain late { type filter hook input priority 10; policy accept;
    jump strangers
  }
  chain strangers {
    ip saddr 198.51.100.0/24 counter drop
  }
  chain forward { type filter hook forward priority filter; policy drop;
  }
  chain output { type filter hook output priority filter; policy accept;
    ip protocol icmp drop
    oifname "eth0" udp dport { 500, 4500, 53 } reject
  }
}
table ip nat {
  chain post { type nat hook postrouting priority srcnat; policy accept;
    oifname "eth0" masquerade
  }
}
`;
const iptablesRules = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:STRANGERS - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -j STRANGERS
-A STRANGERS -s 198.51.100.0/24 -j REJECT --reject-with icmp-port-unreachable
-A OUTPUT -p icmp -j DROP
-A OUTPUT -o eth0 -p udp -m multiport --dports 500,4500 -j DROP
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o eth0 -j MASQUERADE
COMMIT
`;
const dockerRules =
  '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -j RETURN\nCOMMIT\n';

const loads = { nft: 'nft -f -', 'iptables over nf_tables': 'iptables-nft-restore', 'iptables-legacy': 'iptables-legacy-restore' };
type Dialect = keyof typeof loads;
const common: readonly (readonly [string, Check<never>])[] = [
  ['firewall-ike-in', ikeIn as Check<never>],
  ['firewall-ike-out', ikeOut as Check<never>],
  ['firewall-esp', esp as Check<never>],
  ['firewall-forward', forward as Check<never>],
  ['firewall-nat-exemption', nat as Check<never>],
  ['firewall-mss-clamping', mss as Check<never>],
  ['firewall-openvpn', openvpn as Check<never>],
];
const cases = [
  ...(Object.keys(loads) as Dialect[]).flatMap((dialect) =>
    [
      ...common.map((each) => [...each, { files: server }] as const),
      ['firewall-forward with VTIs', forward as Check<never>, vtis] as const,
    ].map(([id, check, changes]) => ({ id, dialect, check, text: dialect === 'nft' ? nftRules : iptablesRules, changes })),
  ),
  {
    id: 'firewall-docker-forward',
    dialect: 'iptables over nf_tables' as const,
    check: docker as Check<never>,
    text: dockerRules,
    changes: { files: server },
  },
];

describe.skipIf(lacking.length > 0)(`proposed commands${skipped}`, () => {
  beforeAll(() => {
    spawnSync('ip', ['netns', 'add', namespace]);
  });
  afterAll(() => {
    spawnSync('ip', ['netns', 'del', namespace]);
  });
  beforeEach(() => {
    inside(
      'nft flush ruleset; for t in filter nat mangle; do iptables-legacy -t $t -F; iptables-legacy -t $t -X; done; for c in INPUT FORWARD OUTPUT; do iptables-legacy -P $c ACCEPT; done',
    );
  });

  it.each(cases)('$id, $dialect', async ({ check, dialect, text, changes }) => {
    inside(loads[dialect], text);
    const before = rules();
    const look = () => linesOf(check as Check, { host: hostWith(changes) });
    const bad = (lines: Awaited<ReturnType<typeof look>>) => lines.filter(({ status }) => status === 'fail' || status === 'warn');
    const undo: string[] = [];
    // One fault may hide another: an earlier chain drops before a later one can.
    for (let round = 0; round < 4; round++) {
      const found = bad(await look());
      if (round === 0) expect(found.length).toBeGreaterThan(0);
      for (const { apply, undo: back } of found.flatMap(({ mend }) => mend ?? [])) {
        inside(apply);
        undo.unshift(back);
      }
    }
    expect((await look()).map(({ status, detail }) => `${status} ${detail}`)).toEqual((await look()).map(({ detail }) => `pass ${detail}`));
    for (const back of undo) inside(back);
    expect(rules().replace(/table (ip|inet) mangle \{[^}]*\}\s*\}\n?/g, '')).toBe(before);
  });
});
