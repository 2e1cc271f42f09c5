import { rule } from '../../src/rules/openvpn-challenge.js';
import { ANSWER, capturing, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const saying = (text: string) => openvpn([RESET, ANSWER], { outcome: 'failed', control: [{ frame: 12, fromClient: false, text }] });
const ASKED = saying('AUTH_FAILED,CRV1:R,E:[secret]:anna:Code of your token: ');

ruleCases(rule, [
  {
    name: 'a question that nobody answers',
    facts: capturing(ASKED),
    finds: 'warning',
    says: ['asks user', 'anna', 'Code of your token', 'were not refused', 'third line of the file of auth-user-pass'],
  },
  { name: 'a refusal in words', facts: capturing(saying('AUTH_FAILED,no such user')) },
]);
