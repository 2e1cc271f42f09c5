import { rule } from '../../src/rules/esp-sequence-wrap.js';
import { capture, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

ruleCases(rule, [
  {
    name: 'near the end',
    facts: capture({ sas: [sa({ highestSequence: 4_294_967_000 })] }),
    finds: 'warning',
    says: ['296 before the end', 'esn=yes'],
  },
  {
    name: 'past it',
    facts: capture({ sas: [sa({ wraps: 1, highestSequence: 4_294_968_000 })] }),
    finds: 'warning',
    says: ['went past sequence number 2^32', 'forbids'],
  },
  { name: 'nothing in the middle', facts: capture({ sas: [sa({ highestSequence: 2_000_000_000 })] }) },
]);
