import { rule } from '../../src/rules/esp-natt-keepalive-missing.js';
import { capture, I, R, sa, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const nat = { checked: true, initiatorBehindNat: true, responderBehindNat: false, floated: true, text: 'initiator behind NAT' };
const behind = session(UP, { outcome: 'established', nat });
const idle = sa({ encapsulation: 'udp', longestGap: 130 });

ruleCases(rule, [
  {
    name: 'two minutes of silence',
    facts: capture({ sessions: [behind], sas: [idle] }),
    finds: 'info',
    says: ['192.0.2.1 is behind a NAT and was silent for 2 min'],
  },
  {
    name: 'nothing with keepalives',
    facts: capture({ sessions: [behind], sas: [idle], keepalives: [{ src: I, dst: R, count: 6, longestGap: 20 }] }),
  },
  { name: 'nothing without a NAT', facts: capture({ sessions: [session(UP)], sas: [idle] }) },
  { name: 'nothing without silence', facts: capture({ sessions: [behind], sas: [sa({ encapsulation: 'udp' })] }) },
]);
