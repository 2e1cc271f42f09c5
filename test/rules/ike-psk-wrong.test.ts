import type { SecretCheckFacts } from '../../src/model/ike-session.js';
import { rule } from '../../src/rules/ike-psk-wrong.js';
import { capture, MAIN_TO_4, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const wrong = (end: SecretCheckFacts['end'], tried = ['psk.txt:1']): SecretCheckFacts => ({ frame: 2, end, tried });
const right = (end: SecretCheckFacts['end']): SecretCheckFacts => ({ frame: 3, end, tried: ['psk.txt:1'], madeBy: 'psk.txt:1' });
const failed = (...secretChecks: readonly SecretCheckFacts[]) =>
  capture({ sessions: [session(MAIN_TO_4, { outcome: 'failed', secretChecks })] });

ruleCases(rule, [
  {
    name: "the responder's",
    facts: failed(wrong('responder')),
    finds: 'error',
    says: ['the secret in psk.txt:1 is not that of responder', 'HASH_R'],
  },
  {
    name: "the initiator's alone",
    facts: failed(right('responder'), wrong('initiator')),
    finds: 'error',
    says: ['is not that of initiator', 'does have the secret in psk.txt:1: the two ends differ'],
  },
  { name: 'neither', facts: failed(wrong('responder'), wrong('initiator')), finds: 'error', says: ['Neither end has it'] },
  {
    name: 'several were given',
    facts: failed(wrong('responder', ['a:1', 'a:2', 'a:3', 'a:4'])),
    finds: 'error',
    says: [/none of the 4 secrets given \(a:1, a:2, a:3, …\) is that of/],
  },
  {
    name: 'the tunnel is up with another one',
    facts: capture({ sessions: [session(MAIN_TO_4, { outcome: 'established', secretChecks: [wrong('responder')] })] }),
    finds: 'warning',
    says: ['another secret in common'],
  },
  { name: 'nothing for the right one', facts: failed(right('responder'), right('initiator')) },
  { name: 'nothing where none was given', facts: capture({ sessions: [session(MAIN_TO_4)] }) },
]);
