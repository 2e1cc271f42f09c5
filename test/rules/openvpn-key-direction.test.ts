import { rule } from '../../src/rules/openvpn-key-direction.js';
import { ANSWER, capturing, failed, openvpn, RESET } from '../support/openvpn-facts.js';
import { ruleCases } from '../support/rule-cases.js';

const auth = { kind: 'tls-auth', hmacLength: 20, digest: 'SHA1', client: 'fits', server: 'unknown' } as const;

ruleCases(rule, [
  {
    name: 'a client that signs as servers do',
    facts: capturing(failed([RESET], 'reset-unanswered', { wrapping: { ...auth, clientDirection: 0 } })),
    finds: 'error',
    says: ['half 0', 'tls-auth ta.key 1'],
  },
  {
    name: 'both with direction 1: certain',
    facts: capturing(
      failed([RESET, ANSWER], 'answer-unheard', { wrapping: { ...auth, server: 'fits', clientDirection: 1, serverDirection: 1 } }),
    ),
    finds: 'error',
    says: ['Both ends sign with half 1'],
  },
  {
    name: 'nothing where the client has direction 1',
    facts: capturing(failed([RESET], 'reset-unanswered', { wrapping: { ...auth, clientDirection: 1 } })),
  },
  {
    name: 'nothing of a tunnel without direction that is up',
    facts: capturing(openvpn([RESET, ANSWER], { wrapping: { ...auth, clientDirection: 0, serverDirection: 0 } })),
  },
]);
