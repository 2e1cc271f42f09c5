import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { fellSilent, isSilence } from './shared/fell-silent.js';
import { putOff } from './shared/put-off.js';
import { refused } from './shared/refused.js';

/** A new IKE SA in the place of the old one (RFC 7296 §1.3.2). */
export const probe: Probe = {
  id: 'rekey-ike',
  title: 'rekey of the IKE SA',
  titleOf: ({ tunnel }) => (tunnel.ikev1 === undefined ? 'rekey of the IKE SA' : 'rekey of phase 1'),
  after: ['auth-ours', 'auth-theirs'],
  plan: (_target, facts) => (facts.ikeUp ? applies : skips('there is no IKE SA')),
  async run(context) {
    const { facts, link } = context;
    const before = facts.sa;
    const start = link.now();
    const { ikeRekeys } = facts;
    const refusals = facts.rekeyRefusals.length;
    link.command({ kind: 'rekey-ike', ...(before && { sa: before }) });
    const settled = () => facts.ikeRekeys > ikeRekeys || facts.rekeyRefusals.length > refusals || facts.down !== undefined;
    await link.waitFor(settled, exchangePatience(context));
    if (facts.ikeRekeys > ikeRekeys) {
      return { status: 'pass', text: 'new keys and SPIs', details: [`${before?.spiI ?? '?'} became ${facts.sa?.spiI ?? '?'}`] };
    }
    const refusal = facts.rekeyRefusals.at(-1)?.refusal ?? facts.refusal;
    const busy = refusal === undefined ? putOff(facts, start) : undefined;
    if (busy !== undefined) return busy;
    return refusal === undefined || isSilence(refusal) ? fellSilent('rekey-ike', refusal, context) : refused('rekey-ike', refusal, context);
  },
};
