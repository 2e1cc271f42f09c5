import { rule } from '../../src/rules/ike-version-refused.js';
import { capture, INIT, MAIN_TO_4, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'IKEv2 to a peer that has version 1 only',
    facts: capture({ sessions: [session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [5] }], { outcome: 'failed' })] }),
    finds: 'error',
    says: ['does not speak IKEv2', 'INVALID_MAJOR_VERSION', 'version = 1'],
  },
  {
    name: 'IKEv1 to a peer that has version 2 only',
    facts: capture({ sessions: [session([...MAIN_TO_4.slice(0, 1), { from: 'r', t: 0.1, x: 'INFO', n: [5] }], { outcome: 'failed' })] }),
    finds: 'error',
    says: ['IKEv1 Main Mode', 'INVALID-MAJOR-VERSION', 'ikev1-policy=accept'],
  },
  {
    name: 'nothing for another notify',
    facts: capture({ sessions: [session([...INIT.slice(0, 1), { from: 'r', t: 0.1, x: 'INIT', n: [14] }])] }),
  },
  { name: 'nothing for a normal start', facts: capture({ sessions: [session(INIT)] }) },
]);
