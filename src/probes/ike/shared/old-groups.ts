import { keyExchangeByIkev2 } from '../../../crypto/key-exchange/key-exchanges.js';
import type { Proposal } from '../../../wire/ike/payloads/sa.js';
import { TRANSFORM } from '../../../wire/ike/tables/transforms.js';
import type { ProbeContext } from '../probe.js';
import { beginAgain, exchangePatience } from './begin.js';

/**
 * Openswan 2.6.52 asks for no other group where it does not know that of our KE payload (elliptic curves): it calls the ID of the first
 * message invalid, which cannot be. Measured; its log: "rejecting I1 from …, invalid DH group=31".
 */
export const GROUP_UNKNOWN = 'INVALID_MESSAGE_ID';

/** The same proposals with MODP groups alone; undefined where that makes no difference, or leaves nothing. */
export function withOldGroups(proposals: readonly Proposal[]): readonly Proposal[] | undefined {
  const isOld = (id: number) => keyExchangeByIkev2(id)?.name.startsWith('MODP_') === true;
  const kept = proposals.flatMap((proposal) => {
    const transforms = proposal.transforms.filter(({ type, id }) => type !== TRANSFORM.KE || isOld(id));
    return transforms.some(({ type }) => type === TRANSFORM.KE) ? [{ ...proposal, transforms }] : [];
  });
  const count = (some: readonly Proposal[]) => some.reduce((sum, { transforms }) => sum + transforms.length, 0);
  return kept.length === 0 || count(kept) === count(proposals) ? undefined : kept;
}

/** Begins IKEv2 anew with groups that an old daemon knows. False where there are none to begin with. */
export async function beginWithOldGroups(context: ProbeContext): Promise<boolean> {
  const { target, facts, link } = context;
  const { tunnel } = target;
  const ikeProposals = withOldGroups(tunnel.settings.ikeProposals);
  if (tunnel.ikev1 !== undefined || ikeProposals === undefined || link.signal.aborted) return false;
  target.tunnel = { ...tunnel, settings: { ...tunnel.settings, ikeProposals } };
  beginAgain(context, target.tunnel.settings);
  await link.waitFor(() => facts.proposal !== undefined || facts.down !== undefined, exchangePatience(context));
  return true;
}
