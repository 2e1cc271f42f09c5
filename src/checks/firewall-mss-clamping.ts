import { shellWord } from '../bytes/shell-word.js';
import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import { simulate } from '../host/linux/firewall/simulate.js';
import type { Evidence } from '../model/finding.js';
import type { Check } from './check.js';
import { asRoot, hostFinding } from './shared/finding.js';
import { type FirewallFacts, readFirewallFacts } from './shared/firewall-facts.js';
import { placeAsEvidence, verdictOf } from './shared/firewall-verdict.js';
import { pass, skip, unseen } from './shared/lines.js';
import { packetOf, type TunnelTraffic, tunnelTraffic } from './shared/tunnel-traffic.js';
import { TUNNEL_KINDS, unneeded } from './shared/tunnels.js';

const LABEL = 'MSS of tunnelled TCP';
const ETHERNET_MTU = 1500;

export const check: Check<FirewallFacts> = {
  id: 'firewall-mss-clamping',
  group: 'firewall',
  title: 'TCP through the tunnel is clamped where path MTU discovery cannot be relied on',
  reads: [...firewallReads, 'ip -d -j addr'],
  refs: ['RFC 4301 §8.2', 'RFC 2923 §2.1', 'iptables-extensions(8): TCPMSS'],
  facts: readFirewallFacts,
  judge(facts) {
    const pairs = tunnelTraffic(facts).filter(({ forwarded }) => forwarded);
    if (pairs.length === 0) return [unneeded(LABEL, facts.tunnels, 'no connection has a network behind this host')];
    if (!facts.firewall.ok) return [unseen(LABEL, facts.firewall)];
    const { value } = facts.firewall;
    const judged = pairs.map((pair) => ({ pair, ...simulate(value, packetOf(pair, 'there', { protocol: 6 })) }));
    const tooLarge = new Set(judged.flatMap(({ pair, clampedTo }) => tooLargeFor(pair, clampedTo, facts) ?? []));
    const unclamped = judged.filter(({ clamped }) => clamped === 'no').map(({ pair }) => pair);
    if (unclamped.length === 0 && tooLarge.size === 0) return [pass(LABEL, 'clamped')];
    const reasons = [...[...tooLarge].map((text) => ({ text })), ...reasonsToClamp(unclamped, facts)];
    const first = unclamped[0] ?? pairs[0];
    const how = tooLarge.size > 0 ? 'clamped to more than fits' : 'not clamped';
    if (reasons.length === 0 || first === undefined)
      return [skip(LABEL, 'not clamped; path MTU discovery is left to work, nothing speaks against it')];
    const [apply, undo] = clampCommands(first, facts);
    return [
      {
        status: 'warn',
        label: LABEL,
        detail: `${how}${tooLarge.size > 0 ? ': ' : ', and '}${reasons.map(({ text }) => text).join('; ')}`,
        mend: [{ comment: 'TCP through the tunnel agrees on segments that fit', apply, undo }],
        finding: hostFinding(check.id, {
          severity: 'warning',
          confidence: 0.6,
          title: `Large TCP segments may be lost in the tunnel: their MSS is ${how}`,
          cause:
            'ESP adds up to some 80 bytes to every packet. A host behind this gateway that sends full segments has to be told so by ICMP; where that message is lost, small packets pass and large transfers hang.',
          evidence: reasons,
          fix: [asRoot(apply)],
          retest: `vpndoctor verify --only ${check.id}; ping -M do -s 1300 through the tunnel`,
          refs: check.refs,
        }),
      },
    ];
  },
};

/** Outer header, SPI, sequence number, trailer and the shortest ICV: no ESP in tunnel mode adds less. */
const LEAST_OVERHEAD = 42;

/** A clamp meant for the plain way out (1452 of PPPoE) does nothing for what ESP is added to. */
function tooLargeFor({ family, outside }: TunnelTraffic, clampedTo: number | undefined, { interfaces }: FirewallFacts): string | undefined {
  const outer = interfaces.find(({ name }) => name === outside);
  if (clampedTo === undefined || outer === undefined || TUNNEL_KINDS.has(outer.kind ?? '')) return undefined;
  const fits = outer.mtu - LEAST_OVERHEAD - (family === 'ip' ? 40 : 60);
  return clampedTo > fits ? `MSS ${clampedTo}, where ESP over ${outer.name} (MTU ${outer.mtu}) leaves ${fits} at most` : undefined;
}

/** What makes it likely that segments are too large and that nobody says so. */
function reasonsToClamp(pairs: readonly TunnelTraffic[], { firewall, interfaces }: FirewallFacts): readonly Evidence[] {
  if (!firewall.ok) return [];
  const reasons: Evidence[] = [];
  for (const device of new Set(pairs.map(({ outside }) => outside))) {
    const outer = interfaces.find(({ name }) => name === device);
    if (outer !== undefined && !TUNNEL_KINDS.has(outer.kind ?? '') && outer.mtu < ETHERNET_MTU)
      reasons.push({ text: `${outer.name} has an MTU of ${outer.mtu}` });
  }
  for (const { family, outside } of pairs) {
    // That of a router on the way outside, about our ESP.
    const told = simulate(firewall.value, {
      family,
      path: 'input',
      protocol: family === 'ip' ? 1 : 58,
      icmpType: family === 'ip' ? 3 : 2,
      ctState: 'related',
      ...(outside !== undefined && { iif: outside }),
    });
    if (verdictOf(told) !== 'blocked' || told.decidedBy === undefined) continue;
    reasons.push({ text: `ICMP "fragmentation needed" from routers outside is dropped: ${placeAsEvidence(told.decidedBy)}` });
    break;
  }
  for (const { family, inside, local } of pairs) {
    // Our own "fragmentation needed" to a host of the network behind us.
    const told = simulate(firewall.value, {
      family,
      path: 'output',
      protocol: family === 'ip' ? 1 : 58,
      icmpType: family === 'ip' ? 3 : 2,
      ctState: 'related',
      destination: local,
      ...(inside !== undefined && { oif: inside }),
    });
    if (verdictOf(told) !== 'blocked' || told.decidedBy === undefined) continue;
    reasons.push({ text: `ICMP "fragmentation needed" to ${local} is dropped: ${placeAsEvidence(told.decidedBy)}` });
    break;
  }
  return reasons;
}

/** In the dialect that already has a forward chain; iptables' mangle table is always there to use. */
function clampCommands({ family }: TunnelTraffic, { firewall }: FirewallFacts): readonly [string, string] {
  const tables = firewall.ok ? firewall.value.tables : [];
  const nft = tables.find(
    (table) =>
      table.source === 'nft' &&
      (table.family === 'inet' || table.family === family) &&
      [...table.chains.values()].some(({ base }) => base?.hook === 'forward'),
  );
  if (nft !== undefined || tables.length === 0) {
    const [table, chain] =
      nft === undefined
        ? ['inet vpndoctor', 'forward']
        : [
            `${nft.family} ${shellWord(nft.name)}`,
            shellWord([...nft.chains.values()].find(({ base }) => base?.hook === 'forward')?.name ?? 'forward'),
          ];
    const rule = `'rt ipsec exists tcp flags syn / syn,rst tcp option maxseg size set rt mtu comment "vpndoctor: clamp"'`;
    if (nft === undefined) {
      return [
        `nft add table ${table} && nft 'add chain ${table} ${chain} { type filter hook forward priority mangle; }' && nft add rule ${table} ${chain} ${rule}`,
        `nft delete table ${table}`,
      ];
    }
    return [
      `nft insert rule ${table} ${chain} ${rule}`,
      `nft delete rule ${table} ${chain} handle "$(nft -a list chain ${table} ${chain} | sed -n 's/.*comment "vpndoctor: clamp" # handle //p' | head -n 1)"`,
    ];
  }
  const command =
    tables.find((table) => table.family === family && table.source !== 'nft')?.command ?? (family === 'ip' ? 'iptables' : 'ip6tables');
  const rule = 'FORWARD -m policy --dir out --pol ipsec -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu';
  return [`${command} -t mangle -A ${rule}`, `${command} -t mangle -D ${rule}`];
}
