import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import { PROTOCOL_UDP } from '../wire/ip/protocols.js';
import type { Check } from './check.js';
import { type FirewallFacts, readFirewallFacts } from './shared/firewall-facts.js';
import { firewalldChange } from './shared/firewalld.js';
import { type IkeDirection, judgeIkeReach } from './shared/ike-reach.js';

const direction: IkeDirection = {
  id: 'firewall-ike-in',
  label: 'IKE in',
  refs: ['RFC 7296 §2', 'RFC 3948 §2'],
  done: 'accepted from',
  cause:
    'IKE comes to UDP port 500 and, as soon as a NAT is found, to 4500 together with the encapsulated ESP. What is dropped is never seen by the daemon; the peer retransmits and gives up.',
  purpose: 'IKE and NAT-T in',
  peerIs: 'source',
  others: {
    firewalld: firewalldChange((verb) => [`--${verb}-service=ipsec`]),
    ufw: { apply: 'ufw allow 500,4500/udp', undo: 'ufw delete allow 500,4500/udp' },
  },
  packet: ({ family, own, peer, device }, port) => ({
    family,
    path: 'input',
    protocol: PROTOCOL_UDP,
    destinationPort: port,
    // A peer that comes from behind a NAT uses any port.
    ...(peer !== undefined && { source: peer, sourcePort: port }),
    ...(own !== undefined && { destination: own }),
    ...(device !== undefined && { iif: device }),
  }),
};

export const check: Check<FirewallFacts> = {
  id: 'firewall-ike-in',
  group: 'firewall',
  title: 'UDP 500 and 4500 of the peers are let in',
  reads: firewallReads,
  refs: direction.refs,
  facts: readFirewallFacts,
  judge: (facts) => judgeIkeReach(direction, facts),
};
