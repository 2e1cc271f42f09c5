import { rule } from '../../src/rules/path-frag-needed.js';
import { back, capture, I, icmp, R, sa } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const esp = { reporter: '198.51.100.9', mtu: 1300, quoted: { src: I, dst: R, protocol: 'esp', spi: '0xaaaa0001' } };
const echo = [
  sa({ minLength: 136, maxLength: 1384, packets: 12, bytes: 8 * 136 + 4 * 1384, pairSpi: '0xbbbb0002' }),
  back({ packets: 8, pairSpi: '0xaaaa0001' }),
];

ruleCases(rule, [
  {
    name: 'one message is discovery at work',
    facts: capture({ icmpErrors: [icmp(3, 4, 1, esp)] }),
    finds: 'info',
    says: ['MTU of 1300', 'nothing is wrong', '--set-mss 1160'],
  },
  {
    name: 'a sender that does not listen',
    facts: capture({ icmpErrors: [1, 2, 3].map((t) => icmp(3, 4, t, esp)), sas: echo.slice(0, 1) }),
    finds: 'error',
    says: ['does not adapt', '1404 bytes'],
  },
  {
    name: 'large packets stay unanswered',
    facts: capture({ icmpErrors: [icmp(3, 4, 1, esp)], sas: echo }),
    finds: 'error',
    says: ['None of the 4 large packets'],
  },
  {
    name: 'packet too big of IPv6, without MTU',
    facts: capture({ icmpErrors: [icmp(2, 0, 1, { quoted: { src: '2001:db8::1', dst: '2001:db8::2', protocol: 'esp' } })] }),
    finds: 'info',
    says: ['--set-mss 1360'],
  },
  {
    name: 'about OpenVPN: in the words of its own options',
    facts: capture({
      icmpErrors: [icmp(3, 4, 1, { mtu: 1300, quoted: { src: I, dst: R, protocol: 'UDP', srcPort: 43447, dstPort: 1194 } })],
    }),
    finds: 'info',
    says: ['mssfix 1252', 'sniff --openvpn'],
  },
  {
    name: 'an MTU that no link has',
    facts: capture({ icmpErrors: [icmp(3, 4, 1, { ...esp, mtu: 68 })] }),
    finds: 'info',
    says: ['libreswan mtu=576', '--set-mss 536'],
  },
  { name: 'nothing for other codes', facts: capture({ icmpErrors: [icmp(3, 3, 1)] }) },
]);
