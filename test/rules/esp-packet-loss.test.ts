import { rule } from '../../src/rules/esp-packet-loss.js';
import { capture, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'every fifth',
    facts: capture({ sas: [sa({ packets: 80, lost: 20 })] }),
    finds: 'warning',
    says: ['20 of 100 packets missing (20.0 %)'],
  },
  {
    name: 'a jump is no loss',
    facts: capture({ sas: [sa({ packets: 10, lost: 100_000 })] }),
    finds: 'info',
    says: ['jumps ahead', 'cluster'],
  },
  { name: 'nothing for a few', facts: capture({ sas: [sa({ packets: 20, lost: 3 })] }) },
  { name: 'nothing for less than a hundredth', facts: capture({ sas: [sa({ packets: 100_000, lost: 50 })] }) },
  {
    name: 'nothing for one SPI to several destinations',
    facts: capture({ sas: [sa({ packets: 80, lost: 20 }), sa({ dst: 'ff02::5', packets: 20, lost: 80 })] }),
  },
  { name: 'nothing for IPComp, which has no sequence', facts: capture({ sas: [sa({ protocol: 'ipcomp', packets: 20, lost: 20 })] }) },
]);
