import { rule } from '../../src/rules/ike-auth-unanswered.js';
import { again, capture, INIT, MAIN, MAIN_TO_4, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const stuck = (before: readonly Row[], request: Row) =>
  session([...before, request, ...again(request, before.length + 1, request.t + 4, request.t + 11)]);
const five: Row = { from: 'i', t: 0.4, x: 'MAIN', encrypted: true, length: 108 };

ruleCases(rule, [
  {
    name: 'message 5',
    facts: capture({ sessions: [stuck(MAIN_TO_4, five)] }),
    finds: 'error',
    says: ['message 5 of Main Mode', 'another pre-shared key', '192.0.2.1 203.0.113.2 : PSK'],
  },
  {
    name: 'message 3: no key for this peer',
    facts: capture({ sessions: [stuck(MAIN_TO_4.slice(0, 2), MAIN_TO_4[2] as Row)] }),
    finds: 'error',
    says: ['message 3 of Main Mode', 'tunnel-group 192.0.2.1'],
  },
  {
    name: 'IKE_AUTH',
    facts: capture({ sessions: [stuck(INIT, { from: 'i', t: 0.2, x: 'AUTH' })] }),
    finds: 'error',
    says: ['does not answer IKE_AUTH', '3 times within 11 s'],
  },
  {
    name: 'IKE_INTERMEDIATE',
    facts: capture({ sessions: [stuck(INIT, { from: 'i', t: 0.2, x: 'INTERMEDIATE' })] }),
    finds: 'error',
    says: ['ML-KEM'],
  },
  {
    name: 'the last message of the responder is named',
    facts: capture({ sessions: [stuck(MAIN_TO_4, five)] }),
    finds: 'error',
    says: ['the last that the responder said'],
  },
  {
    name: 'the responder repeats message 4: it waits too',
    facts: capture({
      sessions: [session([...MAIN_TO_4, five, { ...(MAIN_TO_4[3] as Row), t: 1, retransmissionOf: 4 }, ...again(five, 5, 4, 11)])],
    }),
    finds: 'error',
    says: ['repeats its own last message (packet 6)'],
  },
  { name: 'nothing when message 6 came', facts: capture({ sessions: [session(MAIN)] }) },
  { name: 'nothing when it came up', facts: capture({ sessions: [session(UP, { outcome: 'established' })] }) },
  { name: 'nothing when the capture ends on message 5', facts: capture({ sessions: [session([...MAIN_TO_4, five])] }, 2) },
  { name: 'nothing when nobody ever answered', facts: capture({ sessions: [stuck([], { from: 'i', t: 0, x: 'INIT' })] }) },
]);
