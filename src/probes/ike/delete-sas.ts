import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { authenticates, isAuthentication } from './shared/authenticates.js';
import type { ProbeFacts } from './shared/probe-facts.js';
import type { ProbeTarget } from './target.js';

/** How long a peer is waited for, in milliseconds: after Ctrl-C nobody wants to wait. */
const PATIENCE = 2000;

/** Everything deleted at the peer: nothing of the probe is left there. */
export const probe: Probe = {
  id: 'delete-sas',
  title: 'delete',
  after: [],
  always: true,
  plan: (target, facts) =>
    facts.ikeUp || (authenticates(target) && authIsOut(target, facts))
      ? applies
      : skips(facts.over === undefined ? 'nothing was set up' : 'nothing is left at the peer but what expires by itself'),
  async run(context) {
    const { target, facts, link } = context;
    const start = link.now();
    // What was cut short may still come up there.
    await link.waitFor(() => facts.ikeUp || facts.down !== undefined, PATIENCE);
    if (!facts.ikeUp) {
      return facts.down !== undefined && facts.down.refusal?.by !== 'nobody'
        ? { status: 'pass', text: 'the peer set up nothing' }
        : unheard(context);
    }
    link.command({ kind: 'delete-ike', ...(facts.sa && { sa: facts.sa }) });
    await link.waitFor(() => facts.down !== undefined, PATIENCE - (link.now() - start));
    const { down } = facts;
    if (down === undefined || down.refusal?.by === 'nobody') {
      return { status: 'warn', text: `the peer did not confirm within ${PATIENCE / 1000} s; it deletes by itself when it notices` };
    }
    return {
      status: 'pass',
      text: target.tunnel.ikev1 === undefined ? 'the peer confirmed' : 'the peer was told; IKEv1 has no answer to that',
    };
  },
};

/** The peer may have made an IKE SA of it, or be at it. */
function authIsOut({ tunnel }: ProbeTarget, { sent, down }: ProbeFacts): boolean {
  const open = down === undefined || (tunnel.ikev1 === undefined && down.refusal?.by === 'nobody');
  return open && sent.some(isAuthentication);
}

/** Where only its answers are lost it has an IKE SA, and hears of the end all the same. The engine has said so where it gave up by itself. */
function unheard({ facts, link }: ProbeContext): Outcome {
  if (facts.down === undefined) link.command({ kind: 'delete-ike' });
  return {
    status: 'warn',
    text: 'the peer does not answer: whatever it set up goes with our last message, if that gets there, or when it notices by itself',
  };
}
