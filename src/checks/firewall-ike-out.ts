import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import { PROTOCOL_UDP } from '../wire/ip/protocols.js';
import type { Check } from './check.js';
import { type FirewallFacts, readFirewallFacts } from './shared/firewall-facts.js';
import { type IkeDirection, judgeIkeReach } from './shared/ike-reach.js';

const direction: IkeDirection = {
  id: 'firewall-ike-out',
  label: 'IKE out',
  refs: ['RFC 7296 §2', 'RFC 3948 §2'],
  done: 'sent to',
  cause:
    'The daemon sends its requests and answers from UDP port 500 and 4500. Dropped on the way out they leave no trace on the wire; the daemon may log "operation not permitted".',
  purpose: 'IKE and NAT-T out',
  peerIs: 'destination',
  others: { ufw: { apply: 'ufw allow out 500,4500/udp', undo: 'ufw delete allow out 500,4500/udp' } },
  packet: ({ family, own, peer, device }, port) => ({
    family,
    path: 'output',
    protocol: PROTOCOL_UDP,
    sourcePort: port,
    // Whose address is not known calls us: our packets are answers to wherever a NAT put it.
    ...(peer === undefined ? { ctState: 'established' } : { destination: peer, destinationPort: port }),
    ...(own !== undefined && { source: own }),
    ...(device !== undefined && { oif: device }),
  }),
};

export const check: Check<FirewallFacts> = {
  id: 'firewall-ike-out',
  group: 'firewall',
  title: 'UDP 500 and 4500 to the peers are let out',
  reads: firewallReads,
  refs: direction.refs,
  facts: readFirewallFacts,
  judge: (facts) => judgeIkeReach(direction, facts),
};
