import { identityText } from '../../wire/ike/identity-facts.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { refused } from './shared/refused.js';

/** Whether the peer is who it says it is: its AUTH, judged by us apart from whether it accepted ours. */
export const probe: Probe = {
  id: 'auth-theirs',
  title: "the peer's authentication",
  after: ['auth-ours'],
  plan: ({ tunnel }) => (tunnel.proof === undefined ? skips('the peer shows its own only after ours') : applies),
  async run(context) {
    const { facts, link } = context;
    await link.waitFor(() => facts.peerAuth !== undefined || facts.down !== undefined, exchangePatience(context));
    const { peerAuth, identity, down } = facts;
    const who = identity === undefined ? '' : `${identityText(identity.type, identity.data)}: `;
    if (peerAuth === undefined) {
      return down?.refusal === undefined
        ? { status: 'unknown', text: 'the peer showed none' }
        : refused('auth-theirs', down.refusal, context);
    }
    switch (peerAuth.verdict) {
      case 'valid':
        return { status: 'pass', text: `${who}${peerAuth.text}` };
      case 'unverified':
        return {
          status: 'unknown',
          text: `${who}${peerAuth.text}`,
          details: [`method: ${peerAuth.method}; --ca FILE or --psk-file FILE gives something to check it with`],
        };
      case 'invalid':
        return peerAuth.refusal === undefined
          ? { status: 'fail', text: `${who}${peerAuth.text}` }
          : refused('auth-theirs', peerAuth.refusal, context);
    }
  },
};
