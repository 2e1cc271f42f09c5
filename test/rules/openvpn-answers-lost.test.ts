import { rule } from '../../src/rules/openvpn-answers-lost.js';
import { ANSWER, capturing, failed, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'the client repeats its reset',
    facts: capturing(failed([RESET, ANSWER, { ...RESET, t: 2 }], 'answer-unheard')),
    finds: 'error',
    says: ['never acknowledges', 'multihome'],
  },
  { name: 'nothing of one that is up', facts: capturing(openvpn([RESET, ANSWER], { data: UP })) },
]);
