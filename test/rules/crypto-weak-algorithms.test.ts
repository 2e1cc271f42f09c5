import { rule } from '../../src/rules/crypto-weak-algorithms.js';
import { capture, MAIN_AND_QUICK, proposal, session, transform, UP, V1_OLD_SUITE, V1_SUITE, V2_SUITE } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const weakChild = (id: number) => ({
  frame: 3,
  protocol: 'ESP',
  offered: [],
  chosen: proposal(transform('ENCR', id, 'x')),
  selectorsInitiator: [],
  selectorsResponder: [],
  lifetimes: [],
  outcome: 'established' as const,
});
const des = proposal(transform('ENCR', 1, 'DES_CBC'), transform('HASH', 2, 'SHA1'), transform('GROUP', 14, 'MODP_2048'));

ruleCases(rule, [
  {
    name: '3DES, MD5 and group 2 are worth knowing, no fault',
    facts: capture({ sessions: [session(MAIN_AND_QUICK, { chosen: V1_OLD_SUITE })] }),
    finds: 'info',
    says: ['3DES (phase 1)', 'MD5 (phase 1)', 'MODP 1024 (group 2)', 'IKEv1 (phase 1)', 'RFC 8247'],
  },
  {
    name: 'DES is broken',
    facts: capture({ sessions: [session(MAIN_AND_QUICK, { chosen: des })] }),
    finds: 'warning',
    says: ['DES (phase 1)', 'hours'],
  },
  {
    name: 'Aggressive Mode with a pre-shared key',
    facts: capture({
      sessions: [
        session(
          [
            { from: 'i', t: 0, x: 'AGGRESSIVE' },
            { from: 'r', t: 0.1, x: 'AGGRESSIVE', payloads: ['SA', 'KE'] },
          ],
          { chosen: V1_SUITE },
        ),
      ],
    }),
    finds: 'info',
    says: ['guess it offline'],
  },
  {
    name: 'a CHILD_SA with 3DES',
    facts: capture({ sessions: [session(UP, { chosen: V2_SUITE, children: [weakChild(3)] })] }),
    finds: 'info',
    says: ['3DES (CHILD_SA)'],
  },
  {
    name: 'the same of every rekey is said once',
    facts: capture({ sessions: [1, 2, 3].map(() => session(MAIN_AND_QUICK, { chosen: V1_OLD_SUITE })) }),
    finds: 'info',
  },
  { name: 'nothing for today’s algorithms', facts: capture({ sessions: [session(UP, { chosen: V2_SUITE, children: [weakChild(20)] })] }) },
  { name: 'nothing for what was only offered', facts: capture({ sessions: [session(UP.slice(0, 1), { offered: [V1_OLD_SUITE] })] }) },
]);
