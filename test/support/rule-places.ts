import type { FirewallSource, FirewallTable } from '../../src/host/linux/firewall/firewall.js';
import type { RulePlace } from '../../src/host/linux/firewall/simulation.js';

/** Where a chain `forward` of a table `filter` decides: by its policy `drop`, or by the rule that is given. */
export function rulePlace(
  source: FirewallSource,
  rule?: { readonly handle?: number; readonly position: number; readonly text: string },
): RulePlace {
  const chain = {
    name: source === 'nft' ? 'forward' : 'FORWARD',
    base: { hook: 'forward', priority: 0, type: 'filter', policy: 'drop' },
    rules: [],
  } as const;
  const table: FirewallTable = {
    source,
    command: source === 'nft' ? 'nft' : source,
    family: source === 'nft' ? 'inet' : 'ip',
    name: 'filter',
    chains: new Map([[chain.name, chain]]),
  };
  return { table, chain, ...(rule !== undefined && { rule: { ...rule, steps: [] } }) };
}
