import type { InnerAddresses } from '../../shared/inner-addresses.js';
import type { Outcome } from '../../shared/probe.js';
import type { InnerService } from '../../shared/service.js';
import type { ProbeContext } from '../probe.js';
import { innerAddresses, selectorCovers } from './inner-addresses.js';
import { type InnerStepId, outsideSelectors } from './outside-selectors.js';

/** Asks a service inside the tunnel, where the selectors have it; says that they do not otherwise. */
export async function serviceInside(
  id: InnerStepId,
  { address, port }: InnerService,
  context: ProbeContext,
  ask: (addresses: InnerAddresses) => Promise<Outcome>,
): Promise<Outcome> {
  const { target, facts, link } = context;
  const addresses = innerAddresses(target, facts, address);
  const covered = facts.child?.remoteSelectors.some((selector) => selectorCovers(selector, address)) === true;
  if (addresses === undefined || !covered) return outsideSelectors(id, address, 'the selectors do not have it', context);
  const before = link.counters.sent;
  const outcome = await ask(addresses);
  // Selectors may be for other protocols and ports.
  if (outcome.status === 'pass' || outcome.status === 'warn' || link.counters.sent > before) return outcome;
  return outsideSelectors(id, `${address} port ${port}`, [...link.counters.dropped.keys()].at(-1) ?? outcome.text, context);
}
