import { rule } from '../../src/rules/esp-non-esp-marker-missing.js';
import { capture, sa, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

// The SPI of the sessions here is 0x1111111122222222.
const misread = sa({ encapsulation: 'udp', spi: '0x11111111', firstSequence: 0x22222222 });

ruleCases(rule, [
  {
    name: 'the SPI is the first half of an IKE SPI',
    facts: capture({ sessions: [session(UP)], sas: [misread] }),
    finds: 'error',
    says: ['without the four zero bytes', '0x1111111122222222'],
  },
  { name: 'nothing for another sequence number', facts: capture({ sessions: [session(UP)], sas: [{ ...misread, firstSequence: 7 }] }) },
  { name: 'nothing for bare ESP', facts: capture({ sessions: [session(UP)], sas: [{ ...misread, encapsulation: 'none' }] }) },
]);
