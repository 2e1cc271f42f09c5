import { rule } from '../../src/rules/path-nat-mapping-expired.js';
import { capture, notify, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const moved = (t: number, srcPort: number, n: number[] = []) =>
  session(
    [
      ...UP.map((row) => (row.x === 'AUTH' ? { ...row, port: 4500, srcPort: row.from === 'i' ? 40001 : 4500 } : row)),
      { from: 'i', t, x: 'INFO2', port: 4500, srcPort, n: n.map((type) => notify(2, type)) },
    ],
    { outcome: 'established' },
  );

ruleCases(rule, [
  {
    name: 'another port after a silence',
    facts: capture({ sessions: [moved(120.2, 50002)] }, 200),
    finds: 'warning',
    says: ['40001', '50002', 'after 2 min'],
  },
  { name: 'nothing when the port stays', facts: capture({ sessions: [moved(120, 40001)] }, 200) },
  { name: 'nothing without a silence', facts: capture({ sessions: [moved(2, 50002)] }, 200) },
  { name: 'nothing for MOBIKE', facts: capture({ sessions: [moved(120, 50002, [16400])] }, 200) },
  {
    name: 'nothing for the move from 500 to 4500',
    facts: capture({ sessions: [session(UP.map((row) => (row.x === 'AUTH' ? { ...row, t: row.t + 60, port: 4500 } : row)))] }, 200),
  },
]);
