import { rule } from '../../src/rules/ike-lifetime-churn.js';
import { capture, MAIN_AND_QUICK, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const rekeys = (times: readonly number[]) =>
  session(
    [
      ...UP,
      ...times.flatMap((t, i): Row[] => [
        { from: 'i', t, x: 'CHILD', messageId: i + 2, length: 320 },
        { from: 'r', t: t + 0.1, x: 'CHILD', messageId: i + 2, length: 320 },
      ]),
    ],
    { outcome: 'established' },
  );
const quicks = (n: number) =>
  session(
    [
      ...MAIN_AND_QUICK,
      ...Array.from({ length: n }, (_, i) =>
        MAIN_AND_QUICK.slice(6).map((row) => ({ ...row, t: row.t + 5 * i, messageId: 100 + i })),
      ).flat(),
    ],
    { outcome: 'established' },
  );

ruleCases(rule, [
  {
    name: 'IKEv2, every ten seconds',
    facts: capture({ sessions: [rekeys([10, 20, 30, 40, 50])] }),
    finds: 'warning',
    says: ['6 IPsec SAs negotiated within 50 s, one every 10 s'],
  },
  { name: 'IKEv1', facts: capture({ sessions: [quicks(6)] }), finds: 'warning', says: ['7 IPsec SAs'] },
  { name: 'nothing for a rekey an hour', facts: capture({ sessions: [rekeys([3600, 7200, 10800, 14400, 18000])] }, 20000) },
  { name: 'nothing for many tunnels that come up together', facts: capture({ sessions: [rekeys([1, 2, 3, 4, 5, 6])] }) },
  { name: 'nothing for a few', facts: capture({ sessions: [rekeys([10, 20, 30])] }) },
]);
