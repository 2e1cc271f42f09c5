import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { fellSilent } from './shared/fell-silent.js';

/** An empty INFORMATIONAL: dead peer detection as the peer sees it (RFC 7296 §2.4). */
export const probe: Probe = {
  id: 'liveness',
  title: 'liveness',
  after: ['auth-ours', 'auth-theirs'],
  plan: (_target, facts) => (facts.ikeUp ? applies : skips('there is no IKE SA')),
  async run(context) {
    const { facts, link } = context;
    facts.liveness = undefined;
    link.command({ kind: 'liveness', ...(facts.sa && { sa: facts.sa }) });
    await link.waitFor(() => facts.liveness !== undefined || facts.down !== undefined, exchangePatience(context));
    const told = facts.liveness as { readonly alive: boolean; readonly milliseconds: number } | undefined;
    if (told?.alive === true) return { status: 'pass', text: `answered in ${told.milliseconds.toFixed(1)} ms` };
    return fellSilent('liveness', facts.refusal, context);
  },
};
