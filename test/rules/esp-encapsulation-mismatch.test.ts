import { rule } from '../../src/rules/esp-encapsulation-mismatch.js';
import { back, capture, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'one in UDP, one bare',
    facts: capture({ sas: [sa({ encapsulation: 'udp' }), back()] }),
    finds: 'error',
    says: ['192.0.2.1 sends ESP in UDP 4500, 203.0.113.2 sends it as protocol 50', 'XfrmInStateMismatch'],
  },
  { name: 'nothing when both agree', facts: capture({ sas: [sa({ encapsulation: 'udp' }), back({ encapsulation: 'udp' })] }) },
  {
    name: 'nothing when one end changed over',
    facts: capture({ sas: [sa({ encapsulation: 'udp' }), back(), back({ spi: '0xbbbb0003', encapsulation: 'udp' })] }),
  },
  { name: 'nothing for one direction', facts: capture({ sas: [sa()] }) },
]);
