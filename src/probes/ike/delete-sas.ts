import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { authenticates, isAuthentication } from './shared/authenticates.js';
import type { ProbeFacts } from './shared/probe-facts.js';

/** How long a peer is waited for, in milliseconds: after Ctrl-C nobody wants to wait. */
const PATIENCE = 2000;

/** Everything deleted at the peer: nothing of the probe is left there. */
export const probe: Probe = {
  id: 'delete-sas',
  title: 'delete',
  after: [],
  always: true,
  plan: (target, facts) =>
    facts.ikeUp || (authenticates(target) && authIsOut(facts))
      ? applies
      : skips(facts.over === undefined ? 'nothing was set up' : 'nothing is left at the peer but what expires by itself'),
  async run({ target, facts, link }) {
    const start = link.now();
    // What was cut short may still come up there.
    await link.waitFor(() => facts.ikeUp || facts.down !== undefined, PATIENCE);
    if (!facts.ikeUp) {
      return facts.down !== undefined
        ? { status: 'pass', text: 'the peer set up nothing' }
        : { status: 'warn', text: 'IKE_AUTH was out and the peer did not answer: if it set something up, it deletes it when it notices' };
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

/** The peer may be making an IKE SA of it at this moment. */
function authIsOut({ sent, down }: ProbeFacts): boolean {
  return down === undefined && sent.some(isAuthentication);
}
