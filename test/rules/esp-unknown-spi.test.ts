import { rule } from '../../src/rules/esp-unknown-spi.js';
import { capture, MAIN_AND_QUICK, notify, sa, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const child = (more = {}) => ({
  frame: 3,
  protocol: 'ESP',
  spiInitiator: '0xbbbb0002',
  spiResponder: '0xaaaa0001',
  offered: [],
  selectorsInitiator: [],
  selectorsResponder: [],
  lifetimes: [],
  outcome: 'established' as const,
  ...more,
});
const opened = (children = [child()]) =>
  session(
    UP.map((row) => (row.x === 'AUTH' ? { ...row, decrypted: true } : row)),
    { outcome: 'established', children },
  );

ruleCases(rule, [
  {
    name: 'INVALID_SPI',
    facts: capture({
      sessions: [session([...UP, { from: 'r', t: 30, x: 'INFO2', n: [notify(2, 11, { spi: '0xdeadbeef' })], encrypted: false }])],
    }),
    finds: 'error',
    says: ['203.0.113.2 says N(INVALID_SPI) for SPI 0xdeadbeef', 'not authenticated', 'XfrmInNoStates'],
  },
  {
    name: 'INVALID-SPI of IKEv1',
    facts: capture({ sessions: [session([...MAIN_AND_QUICK, { from: 'r', t: 30, x: 'INFO', n: [11] }])] }),
    finds: 'error',
    says: ['INVALID-SPI'],
  },
  {
    name: 'an SPI that no readable negotiation gave',
    facts: capture({ sessions: [opened()], sas: [sa({ spi: '0xcccc0009' })] }),
    finds: 'warning',
    says: ['0xcccc0009', 'nobody negotiated'],
  },
  { name: 'nothing for the SPIs negotiated', facts: capture({ sessions: [opened()], sas: [sa()] }) },
  {
    name: 'nothing when the negotiation is hidden',
    facts: capture({ sessions: [session(UP, { outcome: 'established', children: [child()] })], sas: [sa({ spi: '0xcccc0009' })] }),
  },
  { name: 'nothing for what began before it', facts: capture({ sessions: [opened()], sas: [sa({ spi: '0xcccc0009', from: -5 })] }) },
  { name: 'nothing without any negotiation', facts: capture({ sas: [sa()] }) },
]);
