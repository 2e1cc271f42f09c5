import type { FirewallTable } from '../../host/linux/firewall/firewall.js';
import type { RulePlace } from '../../host/linux/firewall/simulation.js';

/** Docker keeps its rules in chains of these names. */
export function isDockers({ chains }: FirewallTable): boolean {
  return chains.has('DOCKER-USER') || chains.has('DOCKER-FORWARD') || chains.has('DOCKER-ISOLATION-STAGE-1') || chains.has('DOCKER');
}

/** The policy of FORWARD that Docker sets to DROP when it starts, without a word to anybody. */
export function isDockersPolicy({ table, chain, rule }: RulePlace): boolean {
  return rule === undefined && chain.base?.hook === 'forward' && table.name === 'filter' && isDockers(table);
}
