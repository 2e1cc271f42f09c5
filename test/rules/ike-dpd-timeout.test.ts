import { rule } from '../../src/rules/ike-dpd-timeout.js';
import { again, back, capture, MAIN_AND_QUICK, type Row, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const probe: Row = { from: 'i', t: 10, x: 'INFO2', messageId: 2, length: 80 };
const v2 = (...more: readonly Row[]) => session([...UP, probe, ...more], { outcome: 'established' });
const silent = v2(...again(probe, 5, 14, 21.2));
const v1 = (...times: number[]) =>
  session([...MAIN_AND_QUICK, ...times.map((t): Row => ({ from: 'i', t, x: 'INFO', encrypted: true, length: 92, messageId: t }))], {
    outcome: 'established',
  });

ruleCases(rule, [
  {
    name: 'three times and nothing back',
    facts: capture({ sessions: [silent] }),
    finds: 'error',
    says: ['responder 203.0.113.2 no longer answers', '3 times within 11 s', 'neither IKE nor ESP', '0 to 15 bytes'],
  },
  {
    name: 'while ESP still arrives: IKE alone is lost',
    facts: capture({ sessions: [silent], sas: [back({ to: 30 })] }),
    finds: 'error',
    says: ['while its ESP still arrives', 'IKE alone is lost'],
  },
  {
    name: 'a warning when it speaks again',
    facts: capture({ sessions: [v2(...again(probe, 5, 14, 21.2), { from: 'r', t: 40, x: 'INFO2', messageId: 9, response: false })] }),
    finds: 'warning',
  },
  {
    name: 'IKEv1: probes of one size, each with its own id',
    facts: capture({ sessions: [v1(10, 12, 14, 16)] }),
    finds: 'error',
    says: ['4 times within 6 s'],
  },
  {
    name: 'nothing when it is answered',
    facts: capture({ sessions: [v2(...again(probe, 5, 14, 21.2), { ...probe, from: 'r', t: 21.3, response: true })] }),
  },
  { name: 'nothing for one repetition', facts: capture({ sessions: [v2(...again(probe, 5, 14))] }) },
  { name: 'nothing for the deletes of IKEv1, sent together', facts: capture({ sessions: [v1(10, 10.01, 10.02, 10.03)] }) },
  { name: 'nothing before it came up', facts: capture({ sessions: [{ ...silent, outcome: 'failed' }] }) },
]);
