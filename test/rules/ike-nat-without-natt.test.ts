import { rule } from '../../src/rules/ike-nat-without-natt.js';
import { back, capture, MAIN_AND_QUICK, sa, session } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const fromPort = MAIN_AND_QUICK.map((row) => (row.from === 'i' ? { ...row, srcPort: 61000 } : row));
const natt = { vendorIds: { initiator: ['RFC 3947 NAT-T'], responder: [] } };

ruleCases(rule, [
  {
    name: 'another source port, ESP one way',
    facts: capture({ sessions: [session(fromPort)], sas: [sa()] }),
    finds: 'error',
    says: ['from port 61000 instead of 500', 'from the initiator only', 'nat_traversal=yes'],
  },
  {
    name: 'the end that did not announce it is named',
    facts: capture({ sessions: [session(fromPort, natt)] }),
    finds: 'warning',
    says: ['responder 203.0.113.2 did not announce it'],
  },
  {
    name: 'an identity that is not the address',
    facts: capture({
      sessions: [session(MAIN_AND_QUICK, { identityInitiator: { type: 'ID_IPV4_ADDR', value: '10.0.0.5' } })],
      sas: [sa()],
    }),
    finds: 'error',
    says: ['calls itself 10.0.0.5'],
  },
  { name: 'nothing when ESP passes both ways', facts: capture({ sessions: [session(fromPort)], sas: [sa(), back()] }) },
  {
    name: 'nothing when it floated',
    facts: capture({ sessions: [session(fromPort, { nat: { checked: true, floated: true, method: 'RFC 3947', text: '' } })], sas: [sa()] }),
  },
  { name: 'nothing without a sign of a NAT', facts: capture({ sessions: [session(MAIN_AND_QUICK)], sas: [sa()] }) },
]);
