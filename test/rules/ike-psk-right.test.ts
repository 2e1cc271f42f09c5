import type { SecretCheckFacts } from '../../src/model/ike-session.js';
import { rule } from '../../src/rules/ike-psk-right.js';
import { capture, MAIN_TO_4, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const right = (end: SecretCheckFacts['end']): SecretCheckFacts => ({ frame: 3, end, tried: ['psk.txt:1'], madeBy: 'psk.txt:1' });
const of = (outcome: 'established' | 'failed', ...secretChecks: readonly SecretCheckFacts[]) =>
  capture({ sessions: [session(MAIN_TO_4, { outcome, secretChecks })] });

ruleCases(rule, [
  { name: 'both', facts: of('failed', right('responder'), right('initiator')), finds: 'info', says: ['Both ends have it'] },
  { name: 'one, and the tunnel is up', facts: of('established', right('responder')), finds: 'info', says: ['so that it has it too'] },
  { name: 'one, and it failed', facts: of('failed', right('responder')), finds: 'info', says: ['that one may have another'] },
  {
    name: 'one, whose hash the other end refused, encrypted',
    facts: capture({
      sessions: [
        session(MAIN_TO_4, {
          outcome: 'failed',
          secretChecks: [right('responder')],
          hiddenError: { kind: 'auth-refused', frame: 4, fromInitiator: true, length: 108, text: '' },
        }),
      ],
    }),
    finds: 'info',
    says: [/The initiator refused that hash \(packet 4\): most likely it has another secret/],
  },
  { name: 'nothing where one is wrong', facts: of('failed', right('responder'), { frame: 4, end: 'initiator', tried: ['psk.txt:1'] }) },
  { name: 'nothing where none was given', facts: capture({ sessions: [session(MAIN_TO_4)] }) },
]);
