import { rule } from '../../src/rules/ike-answered-late.js';
import { again, capture, INIT, type Row, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const exchange = {
  exchange: 'IKE_SA_INIT',
  messageId: 0,
  fromInitiator: true,
  frames: [1, 3],
  retransmissions: 1,
  retransmitIntervals: [4],
  answered: true,
  roundTrip: 4.1,
};
const late = session([INIT[0] as Row, ...again(INIT[0] as Row, 1, 4), { ...(INIT[1] as Row), t: 4.1 }], { outcome: 'established' });

ruleCases(rule, [
  {
    name: 'sent twice',
    facts: capture({ sessions: [{ ...late, exchanges: [exchange] }] }),
    finds: 'info',
    says: ['sent 2 times before it was answered after 4.1 s'],
  },
  { name: 'nothing when never answered', facts: capture({ sessions: [{ ...late, exchanges: [{ ...exchange, answered: false }] }] }) },
  { name: 'nothing when answered at once', facts: capture({ sessions: [{ ...late, exchanges: [{ ...exchange, retransmissions: 0 }] }] }) },
]);
