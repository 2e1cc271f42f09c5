import { rule } from '../../src/rules/path-protocol-unreachable.js';
import { capture, I, icmp, R } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const esp = { quoted: { src: I, dst: R, protocol: 'esp', spi: '0xaaaa0001' } };

ruleCases(rule, [
  {
    name: 'the peer takes no ESP',
    facts: capture({ icmpErrors: [icmp(3, 2, 1, esp)] }),
    finds: 'error',
    says: ['ESP (protocol 50)', 'modprobe esp4', '0xaaaa0001'],
  },
  {
    name: 'nor AH',
    facts: capture({ icmpErrors: [icmp(3, 2, 1, { quoted: { src: I, dst: R, protocol: 'ah' } })] }),
    finds: 'error',
    says: ['AH (protocol 51)'],
  },
  { name: 'nothing for an unreachable port', facts: capture({ icmpErrors: [icmp(3, 3, 1)] }) },
]);
