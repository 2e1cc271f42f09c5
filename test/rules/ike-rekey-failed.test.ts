import { rule } from '../../src/rules/ike-rekey-failed.js';
import { again, capture, MAIN_AND_QUICK, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const ask = (t: number, messageId: number, more: Partial<Row> = {}): Row => ({ from: 'i', t, x: 'CHILD', messageId, length: 320, ...more });
const answer = (t: number, messageId: number, length: number, more: Partial<Row> = {}): Row => ({
  from: 'r',
  t,
  x: 'CHILD',
  messageId,
  length,
  ...more,
});
const up = (...rows: readonly Row[]) => session([...UP, ...rows], { outcome: 'established' });

ruleCases(rule, [
  {
    name: 'a reply too small for an SA',
    facts: capture({ sessions: [up(ask(60, 2), answer(60.1, 2, 80))] }),
    finds: 'error',
    says: ['refuses CREATE_CHILD_SA with 80 bytes (contents encrypted)', 'disagree on PFS', 'set pfs group14'],
  },
  {
    name: 'read with keys',
    facts: capture({ sessions: [up(ask(60, 2), answer(60.1, 2, 80, { n: [14], decrypted: true }))] }),
    finds: 'error',
    says: ['N(NO_PROPOSAL_CHOSEN)'],
  },
  {
    name: 'only worth knowing when the next one goes through',
    facts: capture({ sessions: [up(ask(60, 2), answer(60.1, 2, 80), ask(61, 3), answer(61.1, 3, 320))] }),
    finds: 'info',
    says: ['a later one went through'],
  },
  {
    name: 'never answered',
    facts: capture({ sessions: [up(ask(20, 2), ...again(ask(20, 2), 5, 24, 31))] }),
    finds: 'error',
    says: ['does not answer CREATE_CHILD_SA'],
  },
  {
    name: 'IKEv1: a later Quick Mode is refused',
    facts: capture({
      sessions: [
        session([
          ...MAIN_AND_QUICK,
          { from: 'i', t: 30, x: 'QUICK', messageId: 78 },
          { from: 'r', t: 30.1, x: 'INFO', encrypted: true, length: 92 },
        ]),
      ],
    }),
    finds: 'error',
    says: ['refuses a later Quick Mode'],
  },
  {
    name: 'nothing when the end that refuses was closing the IKE SA: the two crossed',
    facts: capture({
      sessions: [up({ from: 'r', t: 60.09, x: 'INFO2', messageId: 0, response: false, length: 80 }, ask(60.1, 2), answer(60.11, 2, 80))],
    }),
  },
  { name: 'nothing when it succeeds', facts: capture({ sessions: [up(ask(60, 2), answer(60.1, 2, 320))] }) },
  {
    name: 'nothing when every later Quick Mode succeeds',
    facts: capture({
      sessions: [session([...MAIN_AND_QUICK, ...MAIN_AND_QUICK.slice(6).map((row) => ({ ...row, t: row.t + 30, messageId: 78 }))])],
    }),
  },
  { name: 'nothing when the capture ends before the answer', facts: capture({ sessions: [up(ask(60, 2))] }) },
]);
