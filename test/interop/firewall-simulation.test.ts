import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFirewall } from '../../src/host/linux/firewall/read-firewall.js';
import { simulate } from '../../src/host/linux/firewall/simulate.js';
import type { Packet } from '../../src/host/linux/firewall/simulation.js';
import { NamespaceHost } from './support/namespace-host.js';

/**
 * Real packets through real rules, beside what the simulation says of them:
 *
 *   [ client 10.50.1.2 ] == lan0 [ gateway 10.50.1.1 | 10.50.2.1 ] wan0 == [ server 10.50.2.2, 10.50.2.3 ]
 */
const names = { client: `vd-fw-c-${process.pid}`, gateway: `vd-fw-g-${process.pid}`, server: `vd-fw-s-${process.pid}` };
type Place = keyof typeof names;

const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const tools = ['ip', 'python3', 'nft', 'iptables-nft', 'iptables-legacy'];
const lacking = [...(process.getuid?.() === 0 ? [] : ['root']), ...tools.filter((command) => !has(command))];
const skipped = lacking.length === 0 ? '' : ` (skipped: needs ${lacking.join(', ')})`;

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

const inside = (place: Place, ...command: string[]) => run('ip', 'netns', 'exec', names[place], ...command);

interface Received {
  readonly token: string;
  readonly source: string;
  readonly destination: string;
  readonly sport: number;
  readonly dport: number;
  readonly protocol: number;
  readonly icmp: number | null;
}

class Agent {
  readonly received: Received[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, (error: string | null) => void>();
  readonly ready: Promise<void>;

  constructor(place: Place) {
    const script = fileURLToPath(new URL('support/packet-agent.py', import.meta.url));
    this.#child = spawn('ip', ['netns', 'exec', names[place], 'python3', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { promise, resolve } = withResolvers();
    this.ready = promise;
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.ready === true) resolve();
      else if (message.sent !== undefined) this.#waiting.get(message.sent)?.(message.error);
      else if (message.icmp !== 3) this.received.push(message);
    });
  }

  send(packet: Readonly<Record<string, unknown>> & { token: string }): Promise<string | null> {
    return new Promise((resolve) => {
      this.#waiting.set(packet.token, resolve);
      this.#child.stdin?.write(`${JSON.stringify(packet)}\n`);
    });
  }

  async end(): Promise<void> {
    this.#child.stdin?.end();
    await new Promise((resolve) => this.#child.once('exit', resolve));
  }
}

function withResolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

interface Trial {
  readonly path: 'input' | 'output' | 'forward';
  /** `forward` only: from the server to the client. */
  readonly back?: true;
  readonly protocol: 'udp' | 'tcp' | 'icmp' | 'esp' | 'ah';
  readonly sport?: number;
  readonly dport?: number;
  readonly to?: string;
  readonly mark?: number;
  /** What connection tracking makes of it, as those before it were sent. Default new. */
  readonly state?: 'established';
}

const numbers = { icmp: 1, tcp: 6, udp: 17, esp: 50, ah: 51 };
const udp = (path: Trial['path'], dport: number, sport = 40000 + dport): Trial => ({ path, protocol: 'udp', dport, sport });
const tcp = (path: Trial['path'], dport: number, sport = 40000 + dport): Trial => ({ path, protocol: 'tcp', dport, sport });

/** Sent at every ruleset. */
const common: readonly Trial[] = [
  udp('input', 500),
  udp('input', 500, 500),
  udp('input', 4500),
  udp('input', 1194),
  tcp('input', 22),
  tcp('input', 23),
  { path: 'input', protocol: 'esp' },
  { path: 'input', protocol: 'ah' },
  { path: 'input', protocol: 'icmp' },
  udp('output', 500, 500),
  udp('output', 53),
  tcp('output', 443),
  { path: 'output', protocol: 'esp' },
  udp('forward', 53),
  udp('forward', 500),
  tcp('forward', 80),
  { ...tcp('forward', 80, 41000), to: '10.50.2.3' },
  { path: 'forward', protocol: 'icmp' },
  { path: 'forward', protocol: 'esp' },
  { ...udp('forward', 53, 42000), back: true },
  { ...tcp('forward', 22, 42001), back: true },
];

interface Ruleset {
  readonly name: string;
  readonly nft?: string;
  /** Lines of rules for `iptables-restore`, back end by back end. */
  readonly iptables?: string;
  readonly legacy?: string;
  readonly trials?: readonly Trial[];
  /** Sent at every ruleset but not at this one, with the reason. */
  readonly without?: { readonly trial: string; readonly why: string };
  /** Trials whose verdict nobody can know beforehand. */
  readonly mayDepend?: true;
}

const rulesets: readonly Ruleset[] = [
  { name: 'no rules at all' },
  {
    name: 'nft: policy drop with a service list',
    nft: `table inet filter {
      chain input { type filter hook input priority filter; policy drop;
        iifname "lo" accept
        ct state established,related accept
        ct state invalid drop
        udp dport { 500, 4500 } accept
        meta l4proto { esp, ah } accept
        tcp dport 22 accept
      }
      chain forward { type filter hook forward priority filter; policy drop;
        iifname "lan*" oifname "wan0" tcp dport 80 ip daddr != 10.50.2.3 accept
        ct state established accept
      }
    }`,
    trials: [
      { ...tcp('forward', 80, 41002), to: '10.50.2.3' },
      { ...tcp('forward', 80, 41003), to: '10.50.2.2' },
    ],
  },
  {
    name: 'nft: jumps, goto, return and verdict maps',
    nft: `table inet t {
      set peers { type ipv4_addr; flags interval; elements = { 10.50.1.0/30, 192.0.2.1-192.0.2.9 } }
      map services { type inet_service : verdict; elements = { 22 : accept, 23 : drop, 500 : jump ike } }
      chain ike {
        udp sport != 500 return
        accept
      }
      chain rest {
        ip protocol icmp accept
        ip protocol esp drop
        ip saddr @peers udp dport >= 4500 accept
      }
      chain input { type filter hook input priority 10; policy drop;
        meta l4proto { tcp, udp } th dport vmap @services
        ip saddr vmap { 10.50.1.2 : jump rest, 10.50.2.0/24 : drop }
        udp dport 1194 goto rest
        udp dport 500 drop
      }
      chain forward { type filter hook forward priority 0;
        ip saddr . udp dport { 10.50.1.2 . 53, 10.50.1.3 . 500 } drop
        ip daddr . tcp dport vmap { 10.50.2.3 . 80 : drop, 10.50.2.2 . 80 : accept }
        ip protocol vmap { icmp : goto out, esp : return }
        iif "wan0" drop
      }
      chain out { return; }
    }`,
  },
  {
    name: 'nft: two base chains at one hook, an accept does not save from the second',
    nft: `table ip first { chain a { type filter hook input priority -10; policy accept; udp dport { 500, 4500 } accept; } }
    table inet second { chain b { type filter hook input priority 10; policy drop; udp dport 4500 accept; } }
    table ip early { chain c { type filter hook prerouting priority raw; policy accept; tcp dport 80 drop; ip protocol ah drop; } }
    table ip late { chain d { type filter hook postrouting priority mangle; ip protocol icmp drop; udp sport 500 drop; } }`,
  },
  {
    name: 'nft: marks set and asked, tracking switched off',
    nft: `table inet t {
      chain pre { type filter hook prerouting priority raw;
        ct state new drop
        udp dport 500 meta mark set 0x12
        udp dport 4500 notrack
        tcp dport 22 meta mark set meta mark or 0x100
      }
      chain input { type filter hook input priority filter; policy drop;
        meta mark & 0xf0 == 0x10 accept
        ct state untracked accept
        meta mark & 0x100 != 0 accept
      }
      chain output { type filter hook output priority filter; policy accept;
        meta mark 7 drop
        oifname "wan0" meta mark and 0x8 == 0x8 udp dport 53 accept
        oifname "wan0" udp dport 53 reject
      }
    }`,
    trials: [
      { ...udp('output', 54, 43000), mark: 7 },
      { ...udp('output', 53, 43001), mark: 9 },
      { ...udp('output', 53, 43002), mark: 16 },
    ],
  },
  {
    name: 'nft: IPsec that is not there, reverse path, address types, TCP flags',
    nft: `table inet t {
      chain pre { type filter hook prerouting priority raw; fib saddr . iif oif missing drop; }
      chain input { type filter hook input priority filter; policy drop;
        meta ipsec exists accept
        ipsec in reqid 1 accept
        fib daddr type local udp dport 500 accept
        fib daddr type { broadcast, multicast } accept
        tcp flags & (syn|ack) == syn tcp dport 22 accept
        tcp flags & (fin|syn|rst|psh|ack|urg) == 0 accept
        meta pkttype broadcast accept
        ip frag-off & 0x1fff != 0 accept
        icmp type echo-request accept
      }
      chain forward { type filter hook forward priority filter;
        rt ipsec missing udp dport 53 drop
        rt ipsec exists drop
        meta ipsec missing tcp dport 80 drop
      }
    }`,
  },
  {
    name: 'nft: interfaces where a hook does not know them',
    nft: `table inet t {
      chain input { type filter hook input priority filter; oifname "wan0" drop; oifname != "wan0" udp dport 500 drop; iif lan0 udp dport 4500 drop; }
      chain output { type filter hook output priority filter; iifname != "lan0" udp dport 53 drop; iifname "lan0" drop; }
      chain post { type filter hook postrouting priority filter; iifname "lan0" tcp dport 80 drop; iifname "wan0" udp dport 53 drop;}
    }`,
  },
  {
    name: 'nft: source and destination NAT',
    nft: `table ip nat {
      chain pre { type nat hook prerouting priority dstnat; tcp dport 8080 dnat to 10.50.2.3:80; udp dport 5000 redirect to :500; }
      chain exempt { type nat hook postrouting priority srcnat - 1; ip daddr 10.50.2.3 udp dport 53 accept; }
      chain post { type nat hook postrouting priority srcnat;
        ip daddr 10.50.2.3 tcp dport 81 accept
        oifname "wan0" ip saddr 10.50.1.0/24 udp dport 54 snat to 10.50.2.1
        oifname "wan0" ip saddr 10.50.1.0/24 masquerade
      }
    }
    table ip filter { chain f { type filter hook forward priority filter; ct status dnat tcp dport 80 accept; tcp dport 80 drop; } }`,
    without: { trial: 'forward esp', why: 'ESP has no ports: masqueraded, it would be the ESP that the gateway itself sends' },
    trials: [
      { ...tcp('forward', 8080, 44000), to: '10.50.2.2' },
      { ...tcp('forward', 81, 44001), to: '10.50.2.3' },
      { ...udp('forward', 53, 44002), to: '10.50.2.3' },
      { ...udp('forward', 54, 44003), to: '10.50.2.2' },
    ],
  },
  {
    name: 'nft: connections begun from one side only',
    nft: `table inet t { chain forward { type filter hook forward priority filter; policy drop; ct state vmap { established : accept, related : accept, invalid : drop }
      iifname "lan0" udp dport 1000 accept; } }`,
    trials: [
      udp('forward', 1000, 2000),
      { path: 'forward', back: true, protocol: 'udp', sport: 1000, dport: 2000, state: 'established' },
      { path: 'forward', back: true, protocol: 'udp', sport: 1001, dport: 2000 },
    ],
  },
  {
    name: 'nft: what nobody can know beforehand',
    nft: `table inet t {
      set seen { type ipv4_addr; flags dynamic; timeout 1m; }
      chain input { type filter hook input priority filter; policy drop;
        udp dport 500 limit rate 5/second accept
        tcp dport 22 meta skuid 4711 accept
        numgen random mod 2 vmap { 0 : accept, 1 : drop }
      }
      chain forward { type filter hook forward priority filter; jhash ip saddr mod 2 0 return; udp dport 53 accept; drop; }
    }`,
    mayDepend: true,
  },
  {
    name: 'nft: a table switched off',
    nft: 'table inet t { flags dormant; chain input { type filter hook input priority filter; policy drop; } }',
  },
  ...(['iptables', 'legacy'] as const).flatMap((key): readonly Ruleset[] => {
    const name = key === 'iptables' ? 'iptables over nf_tables' : 'iptables-legacy';
    return [
      {
        name: `${name}: a usual gateway`,
        [key]: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:VPN - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p udp -m multiport --dports 500,4500 -m comment --comment "IKE -j DROP" -j VPN
-A INPUT -p esp -j VPN
-A INPUT ! -s 10.50.1.0/24 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22:23 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT
-A INPUT -j REJECT --reject-with icmp-port-unreachable
-A VPN -p udp -m udp ! --sport 500 --dport 500 -j RETURN
-A VPN -j ACCEPT
-A FORWARD -i lan+ -o wan0 -p tcp -m tcp --dport 80 -m iprange ! --dst-range 10.50.2.3-10.50.2.9 -j ACCEPT
-A FORWARD -p icmp -m icmp --icmp-type echo-request -j ACCEPT
-A FORWARD -m policy --dir in --pol ipsec --proto esp -j ACCEPT
-A FORWARD -m policy --dir in --pol none -p udp --dport 53 -i wan0 -j ACCEPT
-A OUTPUT -p udp -m udp --dport 53 -j DROP
-A OUTPUT -m mark --mark 0x7/0xf -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.50.2.2:80
-A POSTROUTING -s 10.50.1.0/24 -o wan0 -m policy --dir out --pol ipsec -j ACCEPT
-A POSTROUTING -s 10.50.1.0/24 -d 10.50.2.3/32 -j ACCEPT
-A POSTROUTING -s 10.50.1.0/24 -o wan0 -m policy --dir out --pol none -j MASQUERADE
COMMIT
*mangle
:PREROUTING ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
-A PREROUTING -p ah -j MARK --set-xmark 0x20/0x20
-A PREROUTING -m mark --mark 0x20/0x20 -j DROP
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
`,
        trials: [
          { ...tcp('forward', 80, 41002), to: '10.50.2.3' },
          { ...tcp('forward', 8080, 44000), to: '10.50.2.3' },
          { ...udp('output', 54, 43000), mark: 0x17 },
          tcp('input', 24),
        ],
      },
      {
        name: `${name}: goto, addrtype, raw, rpfilter`,
        [key]: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -m rpfilter --invert -j DROP
-A PREROUTING -p udp -m udp --dport 4500 -j CT --notrack
-A PREROUTING -m conntrack --ctstate NEW -j DROP
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:A - [0:0]
:B - [0:0]
-A INPUT -p udp -g A
-A INPUT -p udp -j DROP
-A INPUT -m conntrack --ctstate UNTRACKED -j DROP
-A INPUT -p tcp -m addrtype --dst-type LOCAL -j A
-A INPUT -p tcp -j DROP
-A A -p udp -m udp --dport 500 -j B
-A A -p udp -m udp --dport 1194 -j DROP
-A A -p tcp -m tcp --dport 22 -j ACCEPT
-A A -m conntrack --ctstate UNTRACKED -j DROP
-A B -j RETURN
-A FORWARD -m addrtype --dst-type LOCAL -j DROP
-A FORWARD -m pkttype --pkt-type unicast -p esp -j DROP
-A FORWARD ! -i lan0 -p tcp -j DROP
COMMIT
`,
      },
      {
        name: `${name}: a rate limit`,
        [key]: `*filter
:INPUT ACCEPT [0:0]
-A INPUT -p udp -m udp --dport 500 -m limit --limit 1/min -j ACCEPT
-A INPUT -p udp -m udp --dport 500 -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m limit --limit 1/min -j LOG --log-prefix "-j DROP"
COMMIT
`,
        mayDepend: true,
      },
    ];
  }),
  {
    name: 'all three at once',
    nft: 'table inet t { chain f { type filter hook forward priority 5; udp dport 53 drop; } chain i { type filter hook input priority -1; ip protocol esp drop; } }',
    iptables:
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p udp -j ACCEPT\n-A FORWARD -p tcp -j ACCEPT\nCOMMIT\n',
    legacy:
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -p tcp -d 10.50.2.3 -j DROP\n-A INPUT -p ah -j DROP\nCOMMIT\n',
  },
];

const addresses = { client: '10.50.1.2', gatewayLan: '10.50.1.1', gatewayWan: '10.50.2.1', server: '10.50.2.2' };

interface Way {
  readonly from: Place;
  readonly at: Place;
  readonly source: string;
  readonly destination: string;
  readonly iif?: string;
  readonly oif?: string;
}

function wayOf(trial: Trial): Way {
  if (trial.path === 'input')
    return { from: 'client', at: 'gateway', source: addresses.client, destination: addresses.gatewayLan, iif: 'lan0' };
  if (trial.path === 'output')
    return { from: 'gateway', at: 'server', source: addresses.gatewayWan, destination: addresses.server, oif: 'wan0' };
  if (trial.back === true)
    return { from: 'server', at: 'client', source: addresses.server, destination: addresses.client, iif: 'wan0', oif: 'lan0' };
  return { from: 'client', at: 'server', source: addresses.client, destination: trial.to ?? addresses.server, iif: 'lan0', oif: 'wan0' };
}

function packetOf(trial: Trial): Packet {
  const { source, destination, iif, oif } = wayOf(trial);
  return {
    family: 'ip',
    path: trial.path,
    source,
    destination,
    protocol: numbers[trial.protocol],
    ...(iif !== undefined && { iif }),
    ...(oif !== undefined && { oif }),
    ...(trial.sport !== undefined && { sourcePort: trial.sport }),
    ...(trial.dport !== undefined && { destinationPort: trial.dport }),
    ...(trial.protocol === 'icmp' && { icmpType: 8 }),
    ...(trial.mark !== undefined && { mark: trial.mark }),
    ...(trial.state !== undefined && { ctState: trial.state }),
  };
}

/** Milliseconds for a packet that should arrive, on a busy machine; and for one that should not. */
const MOST_WAIT = 20_000;
const STRAGGLERS = 200;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const wordsFor = (trial: Trial) =>
  `${trial.path}${trial.back === true ? ' back' : ''} ${trial.protocol} ${trial.sport ?? ''}>${trial.dport ?? ''}${trial.to === undefined ? '' : ` to ${trial.to}`}${trial.mark === undefined ? '' : ` mark ${trial.mark}`}`;

describe.skipIf(lacking.length > 0)(`simulated verdicts against the kernel's${skipped}`, () => {
  let agents: Record<Place, Agent>;
  let count = 0;

  beforeAll(async () => {
    for (const name of Object.values(names)) run('ip', 'netns', 'add', name);
    run('ip', 'link', 'add', 'eth0', 'netns', names.client, 'type', 'veth', 'peer', 'name', 'lan0', 'netns', names.gateway);
    run('ip', 'link', 'add', 'wan0', 'netns', names.gateway, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', names.server);
    for (const [place, device, ...own] of [
      ['client', 'eth0', '10.50.1.2/24'],
      ['gateway', 'lan0', '10.50.1.1/24'],
      ['gateway', 'wan0', '10.50.2.1/24'],
      ['server', 'eth0', '10.50.2.2/24', '10.50.2.3/24'],
    ] as const) {
      for (const address of own) inside(place, 'ip', 'addr', 'add', address, 'dev', device);
      inside(place, 'ip', 'link', 'set', device, 'up');
      inside(place, 'ip', 'link', 'set', 'lo', 'up');
    }
    inside('client', 'ip', 'route', 'add', 'default', 'via', '10.50.1.1');
    inside('server', 'ip', 'route', 'add', 'default', 'via', '10.50.2.1');
    inside('gateway', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    agents = { client: new Agent('client'), gateway: new Agent('gateway'), server: new Agent('server') };
    await Promise.all(Object.values(agents).map((agent) => agent.ready));
  });

  afterAll(async () => {
    await Promise.all(Object.values(agents ?? {}).map((agent) => agent.end()));
    for (const name of Object.values(names)) spawnSync('ip', ['netns', 'del', name]);
  });

  function load({ nft, iptables, legacy }: Ruleset): void {
    const feed = (text: string, ...command: string[]) => {
      const done = spawnSync('ip', ['netns', 'exec', names.gateway, ...command], { input: text, encoding: 'utf8' });
      if (done.status !== 0) throw new Error(`${command.join(' ')}: ${done.stderr}`);
    };
    inside('gateway', 'nft', 'flush', 'ruleset');
    for (const table of ['filter', 'nat', 'mangle', 'raw']) {
      inside('gateway', 'iptables-legacy', '-t', table, '-F');
      inside('gateway', 'iptables-legacy', '-t', table, '-X');
      for (const chain of ['INPUT', 'FORWARD', 'OUTPUT']) {
        spawnSync('ip', ['netns', 'exec', names.gateway, 'iptables-legacy', '-t', table, '-P', chain, 'ACCEPT']);
      }
    }
    spawnSync('ip', ['netns', 'exec', names.gateway, 'conntrack', '-F']);
    if (nft !== undefined) feed(nft.replace(/; ?\}/g, ';\n}\n'), 'nft', '-f', '-');
    if (iptables !== undefined) feed(iptables, 'iptables-nft-restore');
    if (legacy !== undefined) feed(legacy, 'iptables-legacy-restore');
  }

  /** Sends one after another and tells which arrived; waits for those that should. */
  async function observe(trials: readonly Trial[], passes: readonly boolean[]): Promise<readonly (Received | undefined)[]> {
    const tokens: string[] = [];
    for (const trial of trials) {
      const { from, source, destination } = wayOf(trial);
      const token = `${process.pid}x${count++}`;
      tokens.push(token);
      await agents[from].send({
        token,
        source,
        destination,
        protocol: numbers[trial.protocol],
        sport: trial.sport ?? 1,
        dport: trial.dport ?? 0,
        mark: trial.mark ?? 0,
      });
      await pause(5);
    }
    const look = () => trials.map((trial, at) => agents[wayOf(trial).at].received.find(({ token }) => token === tokens[at]));
    const end = performance.now() + MOST_WAIT;
    while (performance.now() < end && look().some((seen, at) => seen === undefined && passes[at] === true)) await pause(20);
    await pause(STRAGGLERS);
    return look();
  }

  it.each(rulesets)('$name', async (ruleset) => {
    load(ruleset);
    const firewall = await readFirewall(new NamespaceHost(names.gateway));
    if (!firewall.ok) throw new Error(firewall.message);
    expect(firewall.value.unread).toEqual([]);
    const trials = [...common, ...(ruleset.trials ?? [])].filter((trial) => `${trial.path} ${trial.protocol}` !== ruleset.without?.trial);
    const judged = trials.map((trial) => simulate(firewall.value, packetOf(trial)));
    const observed = await observe(
      trials,
      judged.map(({ verdict }) => verdict === 'accept'),
    );
    const rows = trials.map((trial, at) => {
      const said = judged[at] as (typeof judged)[number];
      const seen = observed[at];
      // Where it cannot be known, either is right; without such rules, it must be known.
      const verdict = said.verdict === 'depends' && ruleset.mayDepend === true ? (seen === undefined ? 'drop' : 'accept') : said.verdict;
      const source = seen === undefined ? '' : seen.source === wayOf(trial).source ? 'kept' : 'changed';
      const natted = said.nat.some(({ kind }) => kind === 'masquerade' || kind === 'snat') ? 'changed' : 'kept';
      return {
        said: `${wordsFor(trial)}: ${verdict} ${seen === undefined ? '' : natted}`,
        seen: `${wordsFor(trial)}: ${seen === undefined ? 'drop' : 'accept'} ${source}`,
      };
    });
    expect(rows.map(({ said }) => said)).toEqual(rows.map(({ seen }) => seen));
  });
});
