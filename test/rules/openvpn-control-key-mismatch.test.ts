import { rule } from '../../src/rules/openvpn-control-key-mismatch.js';
import { ANSWER, capturing, failed, openvpn, RESET, UP } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const auth = { kind: 'tls-auth', hmacLength: 32 } as const;

ruleCases(rule, [
  {
    name: 'a client with another key',
    facts: capturing(failed([RESET], 'reset-unanswered', { wrapping: { ...auth, client: 'wrong', server: 'unknown' } })),
    finds: 'error',
    says: ['tls-auth key given does not fit what client', 'digest of 32 bytes', 'sha256sum'],
  },
  {
    name: 'ends that understand each other: it is the key given that is wrong',
    facts: capturing(openvpn([RESET, ANSWER], { data: UP, wrapping: { kind: 'tls-crypt', client: 'wrong', server: 'wrong' } })),
    finds: 'info',
    says: ['stays closed'],
  },
  {
    name: 'nothing without keys',
    facts: capturing(failed([RESET], 'reset-unanswered', { wrapping: { ...auth, client: 'unknown', server: 'unknown' } })),
  },
  { name: 'nothing where it fits', facts: capturing(openvpn([RESET, ANSWER], { wrapping: { ...auth, client: 'fits', server: 'fits' } })) },
]);
