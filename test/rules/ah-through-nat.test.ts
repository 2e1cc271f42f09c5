import { rule } from '../../src/rules/ah-through-nat.js';
import { capture, sa, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const nat = (initiatorBehindNat: boolean) => ({
  checked: true,
  initiatorBehindNat,
  responderBehindNat: false,
  floated: false,
  text: 'initiator behind NAT',
});

ruleCases(rule, [
  {
    name: 'AH and a NAT',
    facts: capture({ sessions: [session(UP, { nat: nat(true) })], sas: [sa({ protocol: 'ah' })] }),
    finds: 'error',
    says: ['AH 0xaaaa0001', 'phase2=esp'],
  },
  { name: 'nothing without a NAT', facts: capture({ sessions: [session(UP, { nat: nat(false) })], sas: [sa({ protocol: 'ah' })] }) },
  { name: 'nothing for ESP', facts: capture({ sessions: [session(UP, { nat: nat(true) })], sas: [sa()] }) },
]);
