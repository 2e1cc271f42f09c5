import type { RulePlace, Simulation, Uncertainty } from '../../host/linux/firewall/simulation.js';

/**
 * What a check makes of a simulation. `partly`: some of the packets that were asked about pass and some do not, as the rules mean it
 * (they ask for a protocol or a port that was left open); `unsure`: it hangs on something that cannot be seen.
 */
export type FirewallVerdict = 'passes' | 'blocked' | 'partly' | 'unsure';

/** Fields of a packet that a check may leave open. */
const openFields =
  /^(protocol|source port|destination port|port|icmp type|tcp flags|source address|destination address|set of several fields)$/;

/** Matches that pick few packets out of many: a limit, a list of banned addresses. */
const selective = /rate limit|^(limit|hashlimit|recent|connlimit|quota|set|geoip|time|statistic|string|ct count|meter)\b|^(ip6?) saddr @/;

export function verdictOf(simulation: Simulation): FirewallVerdict {
  if (simulation.verdict === 'accept') return 'passes';
  if (simulation.verdict === 'drop') return 'blocked';
  const reasons = simulation.uncertain.flatMap(({ why }) => why.split(', '));
  if (reasons.every((why) => selective.test(why))) {
    // Lists and limits take few: what comes without them is what happens. A limit before a drop lets the first ones pass.
    return simulation.otherwise === 'accept' || reasons.every((why) => /limit/.test(why)) ? 'passes' : 'unsure';
  }
  return reasons.every((why) => openFields.test(why) || selective.test(why)) ? 'partly' : 'unsure';
}

/** `nft inet filter input, handle 9`, `iptables-nft filter FORWARD, policy`. */
export function placeInWords({ table, chain, rule }: RulePlace): string {
  const where =
    table.source === 'nft'
      ? `nft ${table.written ?? table.family} ${table.name} ${chain.name}`
      : `${table.command} ${table.name} ${chain.name}`;
  if (rule === undefined) return `${where}, policy ${chain.base?.policy ?? 'accept'}`;
  return rule.handle === undefined ? `${where}, rule ${rule.position}` : `${where}, handle ${rule.handle}`;
}

/** The place with its text: evidence. */
export function placeAsEvidence(place: RulePlace): string {
  return place.rule === undefined ? placeInWords(place) : `${placeInWords(place)}: ${place.rule.text}`;
}

/** `rate limit (nft inet filter input, handle 9)`. */
export function doubtsInWords(uncertain: readonly Uncertainty[]): string {
  const [first, ...rest] = uncertain;
  if (first === undefined) return '';
  return `${first.why} (${placeInWords(first.place)})${rest.length > 0 ? ` and ${rest.length} more` : ''}`;
}

/** Places are the same when they name the same rule or policy. */
export function placeKey(place: RulePlace | undefined): string {
  return place === undefined ? '' : placeInWords(place);
}
