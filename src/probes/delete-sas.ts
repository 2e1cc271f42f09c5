import { applies, type Probe, skips } from './probe.js';

/** How long a peer is waited for, in milliseconds: after Ctrl-C nobody wants to wait. */
const PATIENCE = 2000;

/** Everything deleted at the peer: nothing of the probe is left there. */
export const probe: Probe = {
  id: 'delete-sas',
  title: 'delete',
  after: [],
  always: true,
  plan: (_target, facts) =>
    facts.ikeUp
      ? applies
      : skips(facts.over === undefined ? 'nothing was set up' : 'nothing is left at the peer but what expires by itself'),
  async run({ facts, link }) {
    link.command({ kind: 'delete-ike', ...(facts.sa && { sa: facts.sa }) });
    await link.waitFor(() => facts.down !== undefined, PATIENCE);
    const { down } = facts;
    if (down === undefined || down.refusal?.by === 'nobody') {
      return { status: 'warn', text: `the peer did not confirm within ${PATIENCE / 1000} s; it deletes by itself when it notices` };
    }
    return { status: 'pass', text: 'the peer confirmed' };
  },
};
