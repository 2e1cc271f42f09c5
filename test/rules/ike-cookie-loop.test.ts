import { rule } from '../../src/rules/ike-cookie-loop.js';
import { capture, INIT, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const COOKIE = 16390;
const round = (t: number, more: Partial<Row> = {}): Row[] => [
  { from: 'i', t, x: 'INIT', n: t === 0 ? [] : [COOKIE], ...more },
  { from: 'r', t: t + 0.01, x: 'INIT', n: [COOKIE] },
];

ruleCases(rule, [
  {
    name: 'returned and not accepted',
    facts: capture({ sessions: [session([...round(0), ...round(1), ...round(2)])] }),
    finds: 'error',
    says: ['with a cookie 3 times', 'another source address'],
  },
  {
    name: 'from another port every time',
    facts: capture({ sessions: [session([...round(0), ...round(1, { srcPort: 1001 }), ...round(2, { srcPort: 1002 })])] }),
    finds: 'error',
    says: ['3 different addresses or ports'],
  },
  {
    name: 'never returned',
    facts: capture({ sessions: [session([0, 1, 2].flatMap((t) => round(t, { n: [] })))] }),
    finds: 'error',
    says: ['never sends the cookie back'],
  },
  { name: 'nothing for one cookie', facts: capture({ sessions: [session([...round(0), ...INIT])] }) },
  {
    name: 'nothing when it came up',
    facts: capture({ sessions: [session([...round(0), ...round(1), ...round(2), ...UP], { outcome: 'established' })] }),
  },
]);
