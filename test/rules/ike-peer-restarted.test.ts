import { rule } from '../../src/rules/ike-peer-restarted.js';
import { back, capture, I, INIT, MAIN_AND_QUICK, R, sa, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const later = (rows: typeof UP, by: number) => rows.map((row) => ({ ...row, t: row.t + by }));
const again = session(later(UP, 20), { i: R, r: I, outcome: 'established', firstFrame: 60 });
const old = sa({ from: 1, to: 18, packets: 30 });
const oldBack = back({ from: 1, to: 10, packets: 18 });

ruleCases(rule, [
  {
    name: 'the silent end begins anew',
    facts: capture({ sessions: [session(UP, { outcome: 'established' }), again], sas: [old, oldBack] }),
    finds: 'warning',
    says: ['203.0.113.2 stopped answering', 'began a new negotiation in packet 60', 'For 8.0 s'],
  },
  {
    name: 'the other end goes on with the old SPI',
    facts: capture({
      sessions: [again],
      sas: [sa({ from: 1, to: 40, packets: 60 }), oldBack, back({ spi: '0xbbbb0003', from: 21, to: 40 })],
    }),
    finds: 'warning',
    says: ['192.0.2.1 goes on sending on the old SPI 0xaaaa0001'],
  },
  {
    name: 'INVALID_IKE_SPI',
    facts: capture({ sessions: [session([...UP, { from: 'r', t: 30, x: 'INFO2', n: [4], encrypted: false }])] }),
    finds: 'warning',
    says: ['does not know the IKE SA', 'N(INVALID_IKE_SPI)'],
  },
  {
    name: 'INVALID-COOKIE',
    facts: capture({ sessions: [session([...MAIN_AND_QUICK, { from: 'r', t: 30, x: 'INFO', n: [4] }])] }),
    finds: 'warning',
    says: ['INVALID-COOKIE'],
  },
  {
    name: 'sequence numbers start again',
    facts: capture({ sas: [sa({ restarts: 1 })] }),
    finds: 'warning',
    says: ['start again (1 time)'],
  },
  {
    name: 'nothing when phase 1 is renewed and both directions go on',
    facts: capture({
      sessions: [session(later(INIT, 20), { outcome: 'established' })],
      sas: [sa({ to: 40, packets: 60 }), back({ to: 40, packets: 60 })],
    }),
  },
  { name: 'nothing when both stop before', facts: capture({ sessions: [again], sas: [sa({ to: 18 }), back({ to: 18 })] }) },
]);
