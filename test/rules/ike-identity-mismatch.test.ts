import { rule } from '../../src/rules/ike-identity-mismatch.js';
import { capture, R, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const calls = (type: string, value: string, outcome: 'failed' | 'established' = 'failed') =>
  capture({
    sessions: [
      session([...UP.slice(0, 3), { from: 'r', t: 0.3, x: 'AUTH', payloads: ['IDr', 'AUTH'], decrypted: true }], {
        outcome,
        identityResponder: { type, value },
      }),
    ],
  });

ruleCases(rule, [
  {
    name: 'a private address behind a public one',
    facts: calls('ID_IPV4_ADDR', '10.0.0.9'),
    finds: 'warning',
    says: ['calls itself 10.0.0.9', 'rightid=10.0.0.9', 'leftid=203.0.113.2'],
  },
  { name: 'nothing for its own address', facts: calls('ID_IPV4_ADDR', R) },
  { name: 'nothing for a name', facts: calls('ID_FQDN', 'gateway.example') },
  { name: 'nothing when it came up', facts: calls('ID_IPV4_ADDR', '10.0.0.9', 'established') },
]);
