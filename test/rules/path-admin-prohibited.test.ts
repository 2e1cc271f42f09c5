import { rule } from '../../src/rules/path-admin-prohibited.js';
import { capture, I, icmp, R, session, UP } from '../support/facts.js';
import { ruleCases } from '../support/rule-cases.js';

const v6 = { reporter: '2001:db8::2', quoted: { src: '2001:db8::1', dst: '2001:db8::2', protocol: 'udp', srcPort: 500, dstPort: 500 } };

ruleCases(rule, [
  {
    name: 'ICMP',
    facts: capture({ icmpErrors: [icmp(3, 13, 1), icmp(3, 13, 5)] }),
    finds: 'error',
    says: [/administratively prohibited/, 'UDP 500', '2 times'],
  },
  { name: 'ICMPv6', facts: capture({ icmpErrors: [icmp(1, 1, 1, v6)] }), finds: 'error', says: ['2001:db8::2', '1 time'] },
  {
    name: 'one case a port',
    facts: capture({
      icmpErrors: [icmp(3, 13, 1), icmp(3, 13, 2, { quoted: { src: I, dst: R, protocol: 'udp', srcPort: 4500, dstPort: 4500 } })],
    }),
    finds: 'error',
    count: 2,
    says: ['UDP 4500'],
  },
  {
    name: 'from a router on the way, about ESP',
    facts: capture({
      icmpErrors: [icmp(3, 13, 1, { reporter: '198.51.100.9', quoted: { src: I, dst: R, protocol: 'esp', spi: '0x00000001' } })],
    }),
    finds: 'error',
    says: ['198.51.100.9', 'ESP (protocol 50)'],
  },
  {
    name: 'a warning when the peer speaks again afterwards',
    facts: capture({
      sessions: [
        session(
          UP.map((row) => ({ ...row, t: row.t + 10 })),
          { outcome: 'established' },
        ),
      ],
      icmpErrors: [icmp(3, 13, 1)],
    }),
    finds: 'warning',
  },
  {
    name: 'an error when it comes after the tunnel was up',
    facts: capture({ sessions: [session(UP, { outcome: 'established' })], icmpErrors: [icmp(3, 13, 9)] }),
    finds: 'error',
  },
  {
    name: 'for OpenVPN: its own port is to be permitted',
    facts: capture({ icmpErrors: [icmp(3, 13, 1, { quoted: { src: I, dst: R, protocol: 'UDP', srcPort: 43447, dstPort: 1194 } })] }),
    finds: 'error',
    says: ['permit UDP 1194 between', 'udp dport 1194 accept', `permit udp host ${I} host ${R} eq 1194`],
  },
  {
    name: 'for answers of OpenVPN over TCP',
    facts: capture({ icmpErrors: [icmp(3, 13, 1, { quoted: { src: R, dst: I, protocol: 'TCP', srcPort: 1194, dstPort: 43447 } })] }),
    finds: 'error',
    says: ['permit TCP 1194 between', `permit tcp host ${I} host ${R} eq 1194`],
  },
  {
    name: 'for IKE over TCP',
    facts: capture({ icmpErrors: [icmp(3, 13, 1, { quoted: { src: I, dst: R, protocol: 'TCP', srcPort: 43447, dstPort: 4500 } })] }),
    finds: 'error',
    says: ['permit TCP 4500 between'],
  },
  { name: 'nothing for the numbers of another error', facts: capture({ icmpErrors: [icmp(3, 4, 1), icmp(5, 1, 1)] }) },
  { name: 'nothing when IPv4 numbers come in IPv6', facts: capture({ icmpErrors: [icmp(12, 0, 1, v6)] }) },
]);
