import { rule } from '../../src/rules/path-protocol-unreachable.js';
import { back, capture, I, icmp, R, session, UP } from '../support/facts.js';
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
    facts: capture({ icmpErrors: [icmp(3, 2, 1, { quoted: { src: I, dst: R, protocol: 'ah', spi: '0xaaaa0001' } })] }),
    finds: 'error',
    says: ['AH (protocol 51)'],
  },
  {
    name: 'a router that rejects it, while IKE lives on',
    facts: capture({
      sessions: [session([...UP, { from: 'r', t: 9, x: 'INFO2' }], { outcome: 'established' })],
      icmpErrors: [icmp(3, 2, 1, { reporter: '198.51.100.9', quoted: { ...esp.quoted, protocol: 'ESP' } })],
    }),
    finds: 'error',
    says: ['198.51.100.9 is not 203.0.113.2 itself', 'permit protocol 50 and 51'],
  },
  {
    name: 'a warning when ESP comes back later',
    facts: capture({ icmpErrors: [icmp(3, 2, 1, esp)], sas: [back({ to: 20 })] }),
    finds: 'warning',
  },
  {
    name: 'nothing for a scan that sends empty packets of each protocol',
    facts: capture({
      icmpErrors: [
        icmp(3, 2, 1, { quoted: { src: I, dst: R, protocol: 'ESP', spi: '0x00000000' } }),
        icmp(3, 2, 1, { quoted: { src: I, dst: R, protocol: 'AH' } }),
        icmp(3, 2, 1, { quoted: { src: I, dst: R, protocol: 'IPComp' } }),
      ],
    }),
  },
  { name: 'nothing for an unreachable port', facts: capture({ icmpErrors: [icmp(3, 3, 1)] }) },
]);
