import { rule } from '../../src/rules/esp-duplicates.js';
import { capture, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'one in a hundred',
    facts: capture({ sas: [sa({ packets: 1000, duplicates: 10, lateFrames: [20] })] }),
    finds: 'warning',
    says: ['10 of 1000 packets came before (1.0 %)'],
  },
  {
    name: 'all of them: the capture saw them twice',
    facts: capture({ sas: [sa({ packets: 20, duplicates: 10, lateFrames: [20] })] }),
    finds: 'info',
    says: ['capture on one interface'],
  },
  { name: 'nothing for two', facts: capture({ sas: [sa({ packets: 20, duplicates: 2 })] }) },
  { name: 'nothing for three in a million', facts: capture({ sas: [sa({ packets: 1_000_000, duplicates: 3 })] }) },
]);
