import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import { simulate } from '../host/linux/firewall/simulate.js';
import type { NatHit } from '../host/linux/firewall/simulation.js';
import { covers, overlaps, parseAddressRange } from '../wire/ip/address-range.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { insertRule } from './shared/firewall-change.js';
import { type FirewallFacts, readFirewallFacts } from './shared/firewall-facts.js';
import { placeAsEvidence, placeInWords, placeKey } from './shared/firewall-verdict.js';
import { firewalldChange } from './shared/firewalld.js';
import { pass, unknown, unseen } from './shared/lines.js';
import { ofPairs, packetOf, pairInWords, pairsInWords, type TunnelTraffic, tunnelTraffic } from './shared/tunnel-traffic.js';
import { connectionsAsEvidence, namesOf, unneeded } from './shared/tunnels.js';

const LABEL = 'tunnel traffic not translated';
/** Of firewalld, whose rules name each. */
const MAX_PAIRS = 20;

interface Taken {
  readonly traffic: TunnelTraffic;
  readonly hit: NatHit;
}

export const check: Check<FirewallFacts> = {
  id: 'firewall-nat-exemption',
  group: 'firewall',
  title: 'no masquerade or SNAT rule takes traffic that belongs into a tunnel',
  reads: firewallReads,
  refs: [
    'strongSwan documentation: Forwarding and Split-Tunneling, "General NAT problems"',
    'iptables-extensions(8): policy',
    'nft(8): rt ipsec',
    'ipsec verify (libreswan 3, Openswan): NAT and MASQUERADEing',
  ],
  facts: readFirewallFacts,
  judge(facts) {
    const pairs = tunnelTraffic(facts);
    if (pairs.length === 0) return [unneeded(LABEL, facts.tunnels, 'no connection with selectors')];
    if (!facts.firewall.ok) return [unseen(LABEL, facts.firewall)];
    const { value } = facts.firewall;
    const taken = pairs.flatMap((traffic) =>
      simulate(value, packetOf(traffic, 'there'))
        .nat.filter((hit) => hit.hook === 'postrouting' && changesTunnel(hit, traffic, pairs))
        .map((hit): Taken => ({ traffic, hit })),
    );
    const lines: CheckLine[] = [];
    const groups = new Map<string, Taken[]>();
    for (const entry of taken) {
      const key = `${placeKey(entry.hit.place)} ${entry.hit.certain ? '' : entry.hit.why}`;
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    for (const group of groups.values()) lines.push(...groupLines(group));
    if (lines.length > 0) return lines;
    if (value.unread.length > 0) return [unknown(LABEL, `nothing in what could be read, but not read: ${value.unread.join(', ')}`)];
    return [pass(LABEL, pairsInWords(pairs))];
  },
};

/** A source that still lies in a selector of ours is NAT into the tunnel, and meant; so is one of an address that stays as it was. */
function changesTunnel({ place, kind }: NatHit, traffic: TunnelTraffic, pairs: readonly TunnelTraffic[]): boolean {
  const to = place.rule?.steps.find((step) => step.kind === 'nat');
  const address = to?.kind === 'nat' ? to.address : undefined;
  const remote = parseAddressRange(traffic.remote);
  if (address !== undefined && remote !== undefined) {
    const within = pairs.some((other) => {
      const local = parseAddressRange(other.local);
      const far = parseAddressRange(other.remote);
      return local !== undefined && far !== undefined && covers(local, address) && overlaps(far, remote);
    });
    if (within) return false;
  }
  // What this host sends from the address of its outer interface is masqueraded to that very address.
  const own = traffic.connection.local.addresses.some(({ value }) => value === traffic.local);
  return !(own && !traffic.forwarded && kind === 'masquerade');
}

function groupLines(group: readonly Taken[]): readonly CheckLine[] {
  const [first] = group;
  if (first === undefined) return [];
  const { place, kind, certain, why = '' } = first.hit;
  const pairs = group.map(({ traffic }) => traffic);
  const words = pairsInWords(pairs);
  const partly = !certain && why.split(', ').every((reason) => /address|protocol|port|icmp/.test(reason));
  if (!certain && !partly) return [unknown(LABEL, `${words}: ${kind} by ${placeInWords(place)} depends on ${why}`)];
  const connections = [...new Set(pairs.map(({ connection }) => connection))];
  const routed = pairs.every(({ routeBased }) => routeBased);
  const devices = [...new Set(pairs.flatMap(({ outside }) => outside ?? []))];
  const { fix, mend } = insertRule(place, {
    purpose: 'tunnel traffic keeps its addresses',
    nft: routed ? devices.map((device) => `oifname "${device}" accept`) : ['rt ipsec exists accept'],
    iptables: routed ? devices.map((device) => `-o ${device} -j ACCEPT`) : ['-m policy --dir out --pol ipsec -j ACCEPT'],
    firewalld: firewalld(pairs),
  });
  return [
    {
      status: partly ? 'warn' : 'fail',
      label: LABEL,
      detail: `${words}: ${kind} by ${placeInWords(place)}${partly ? `, in part (${why})` : ''}`,
      mend,
      finding: hostFinding(check.id, {
        ...(partly && { what: 'in-part' }),
        severity: partly ? 'warning' : 'error',
        confidence: partly ? 0.8 : 0.95,
        title: `${kind === 'masquerade' ? 'Masquerading' : 'Source NAT'} takes ${partly ? 'some of ' : ''}the traffic ${ofPairs(pairs)} before it reaches the tunnel`,
        cause:
          'Postrouting NAT comes before the lookup of the IPsec policy. With its source rewritten a packet no longer matches the selectors: it leaves unencrypted towards the internet, or is dropped, while the tunnel itself is up. An exemption has to stand before the rule.',
        evidence: [{ text: placeAsEvidence(place) }, ...connectionsAsEvidence(connections)],
        fix: [...fix],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: check.refs.slice(0, 2),
        subject: connections.length === 1 ? namesOf(connections) : 'this host',
      }),
    },
  ];
}

/**
 * firewalld masquerades in a chain of its own, which an ACCEPT in another one does not keep it from; a translation that changes nothing
 * does, since a connection is translated once.
 */
function firewalld(pairs: readonly TunnelTraffic[]): ReturnType<typeof firewalldChange> {
  const named = [...new Map(pairs.slice(0, MAX_PAIRS).map((pair) => [pairInWords(pair), pair])).values()];
  return firewalldChange((verb) =>
    named.map(
      ({ family, local, remote }) =>
        `--direct --${verb}-rule ${family === 'ip' ? 'ipv4' : 'ipv6'} nat POSTROUTING 0 -s ${local} -d ${remote} -j NETMAP --to ${local}`,
    ),
  );
}
