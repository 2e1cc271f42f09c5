import type { Firewall } from '../../host/linux/firewall/firewall.js';
import { type RulePlace, type Simulation, simulate } from '../../host/linux/firewall/simulate.js';
import { type FirewallVerdict, placeKey, verdictOf } from './firewall-verdict.js';
import { packetOf, type TunnelTraffic } from './tunnel-traffic.js';

/** What the forward rules make of one pair of selectors, in one direction. */
export interface ForwardVerdict {
  readonly traffic: TunnelTraffic;
  readonly direction: 'there' | 'back';
  readonly verdict: FirewallVerdict;
  /** Answers to what the other side began pass all the same. */
  readonly answersPass: boolean;
  readonly simulation: Simulation;
}

export function forwardVerdicts(firewall: Firewall, pairs: readonly TunnelTraffic[]): readonly ForwardVerdict[] {
  return pairs
    .filter(({ forwarded }) => forwarded)
    .flatMap((traffic) =>
      (['there', 'back'] as const).map((direction): ForwardVerdict => {
        const simulation = simulate(firewall, packetOf(traffic, direction));
        const verdict = verdictOf(simulation);
        const answersPass =
          verdict !== 'blocked' || verdictOf(simulate(firewall, packetOf(traffic, direction, { ctState: 'established' }))) !== 'blocked';
        return { traffic, direction, verdict, answersPass, simulation };
      }),
    );
}

/** Those that are stopped, by the rule that stops them. */
export function byPlace(
  verdicts: readonly ForwardVerdict[],
): readonly { readonly place: RulePlace; readonly verdicts: readonly ForwardVerdict[] }[] {
  const groups = new Map<string, { place: RulePlace; verdicts: ForwardVerdict[] }>();
  for (const verdict of verdicts) {
    const place = verdict.simulation.decidedBy;
    if (place === undefined) continue;
    const key = `${verdict.traffic.family} ${placeKey(place)}`;
    const group = groups.get(key) ?? { place, verdicts: [] };
    groups.set(key, group);
    group.verdicts.push(verdict);
  }
  return [...groups.values()];
}
