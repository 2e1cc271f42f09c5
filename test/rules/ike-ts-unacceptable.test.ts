import { rule } from '../../src/rules/ike-ts-unacceptable.js';
import { capture, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const refused = [...UP.slice(0, 3), { from: 'r', t: 0.3, x: 'AUTH', n: [38], decrypted: true }] as const;
const child = (outcome: 'refused' | 'established', frame = 3) => ({
  frame,
  protocol: 'ESP',
  offered: [],
  selectorsInitiator: [{ text: '10.1.0.0/16' }],
  selectorsResponder: [{ text: '10.9.0.0/16' }],
  lifetimes: [],
  outcome,
});

ruleCases(rule, [
  {
    name: 'names both subnets and the mirror',
    facts: capture({ sessions: [session(refused, { children: [child('refused')] })] }),
    finds: 'error',
    says: ['10.1.0.0/16 === 10.9.0.0/16', 'leftsubnet=10.9.0.0/16 rightsubnet=10.1.0.0/16', 'local_ts = 10.9.0.0/16'],
  },
  {
    name: 'a warning when another CHILD_SA came up',
    facts: capture({ sessions: [session(refused, { children: [child('refused'), child('established', 9)] })] }),
    finds: 'warning',
  },
  {
    name: 'nothing for another error',
    facts: capture({ sessions: [session([...UP.slice(0, 3), { from: 'r', t: 0.3, x: 'AUTH', n: [14], decrypted: true }])] }),
  },
]);
