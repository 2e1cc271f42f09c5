import type { Firewall } from '../../host/linux/firewall/firewall.js';
import { simulate } from '../../host/linux/firewall/simulate.js';
import type { Packet, RulePlace, Simulation } from '../../host/linux/firewall/simulation.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip/protocols.js';
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
        const ask = (more?: Partial<Packet>) => simulate(firewall, packetOf(traffic, direction, more));
        const { simulation, verdict } = judge(ask);
        const answersPass = verdict !== 'blocked' || judge((more) => ask({ ...more, ctState: 'established' })).verdict !== 'blocked';
        return { traffic, direction, verdict, answersPass, simulation };
      }),
    );
}

/** Where pings alone are let through, everybody calls that blocked. */
function judge(ask: (more?: Partial<Packet>) => Simulation): { readonly simulation: Simulation; readonly verdict: FirewallVerdict } {
  const simulation = ask();
  const verdict = verdictOf(simulation);
  if (verdict !== 'partly') return { simulation, verdict };
  const [tcp, udp] = [ask({ protocol: PROTOCOL_TCP }), ask({ protocol: PROTOCOL_UDP })];
  return verdictOf(tcp) === 'blocked' && verdictOf(udp) === 'blocked' ? { simulation: tcp, verdict: 'blocked' } : { simulation, verdict };
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
