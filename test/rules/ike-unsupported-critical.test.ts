import { rule } from '../../src/rules/ike-unsupported-critical.js';
import { capture, INIT, MAIN_TO_4, notify, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'names the payload',
    facts: capture({
      sessions: [
        session([
          ...INIT.slice(0, 1),
          { from: 'r', t: 0.1, x: 'INIT', n: [notify(2, 1, { value: 200, detail: 'payload 200 (unknown (200))' })] },
        ]),
      ],
    }),
    finds: 'error',
    says: ['payload 200'],
  },
  {
    name: 'nothing for notify 1 of IKEv1',
    facts: capture({ sessions: [session([...MAIN_TO_4.slice(0, 1), { from: 'r', t: 0.1, x: 'INFO', n: [1] }])] }),
  },
]);
