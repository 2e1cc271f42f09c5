import { rule } from '../../src/rules/openvpn-refused-after-tls.js';
import { ANSWER, capturing, failed, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const last = (length: number) => ({ from: 's', t: 2, op: 4, packetId: 5, content: ['encrypted'], length }) as const;

ruleCases(rule, [
  {
    name: 'the size of AUTH_FAILED',
    facts: capturing(failed([RESET, ANSWER, last(68)], 'refused-after-tls')),
    finds: 'error',
    says: ['68 bytes: too short for PUSH_REPLY', 'data-ciphers'],
  },
  {
    name: 'a long answer tells less',
    facts: capturing(failed([RESET, ANSWER, last(400)], 'refused-after-tls')),
    finds: 'error',
    says: ['"confidence":0.65'],
  },
  { name: 'nothing of one that is up', facts: capturing(openvpn([RESET, ANSWER], { data: UP })) },
]);
