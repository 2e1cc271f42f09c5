import { rule } from '../../src/rules/ike-ip-fragments-in-use.js';
import { capture, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const fragmented = UP.map((row) => (row.x === 'AUTH' ? { ...row, ipFragments: 2, length: 1800 } : row));

ruleCases(rule, [
  {
    name: 'got through this time',
    facts: capture({ sessions: [session(fragmented, { outcome: 'established' })] }),
    finds: 'info',
    says: ['IKE_AUTH of 1800 bytes went in 2 IP fragments', 'neither end announces it'],
  },
  { name: 'nothing when it failed: another rule', facts: capture({ sessions: [session(fragmented, { outcome: 'failed' })] }) },
  { name: 'nothing without fragments', facts: capture({ sessions: [session(UP, { outcome: 'established' })] }) },
]);
