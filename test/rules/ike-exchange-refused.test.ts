import { rule } from '../../src/rules/ike-exchange-refused.js';
import { capture, INIT, MAIN_TO_4, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'Aggressive Mode is not allowed',
    facts: capture({
      sessions: [
        session([
          { from: 'i', t: 0, x: 'AGGRESSIVE', payloads: ['SA', 'KE'] },
          { from: 'r', t: 0.1, x: 'INFO', n: [29] },
        ]),
      ],
    }),
    finds: 'error',
    says: ['refuses IKEv1 Aggressive Mode: N(UNSUPPORTED-EXCHANGE-TYPE)', 'aggressive=no'],
  },
  {
    name: 'Main Mode is not',
    facts: capture({ sessions: [session([...MAIN_TO_4.slice(0, 1), { from: 'r', t: 0.1, x: 'INFO', n: [7] }])] }),
    finds: 'error',
    says: ['INVALID-EXCHANGE-TYPE', 'aggressive=yes'],
  },
  {
    name: 'nothing for INVALID_SYNTAX, which is 7 in IKEv2',
    facts: capture({ sessions: [session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [7] }])] }),
  },
  { name: 'nothing for a normal start', facts: capture({ sessions: [session(MAIN_TO_4)] }) },
]);
