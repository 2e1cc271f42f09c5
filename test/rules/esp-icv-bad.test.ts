import { rule } from '../../src/rules/esp-icv-bad.js';
import { capture, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'all: the keys do not belong',
    facts: capture({ sas: [sa({ decrypted: { good: 0, bad: 10, unknown: 0 } })] }),
    finds: 'error',
    says: ['10 of 10 packets', 'keys or algorithms given are not those', 'sha2-truncbug'],
  },
  {
    name: 'some: changed on the way',
    facts: capture({ sas: [sa({ decrypted: { good: 90, bad: 10, unknown: 0 } })] }),
    finds: 'error',
    says: ['10 of 100 packets', 'changed on the way', 'ethtool'],
  },
  { name: 'nothing when all are good', facts: capture({ sas: [sa({ decrypted: { good: 10, bad: 0, unknown: 0 } })] }) },
  { name: 'nothing without keys', facts: capture({ sas: [sa()] }) },
]);
