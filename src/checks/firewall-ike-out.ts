import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import type { Check } from './check.js';
import { peersAsMatch } from './shared/firewall-change.js';
import { type FirewallFacts, type PeerPath, peerPaths, readFirewallFacts } from './shared/firewall-facts.js';
import { judgeReach, nothingToFilter, type Reach } from './shared/firewall-reach.js';

const LABEL = 'IKE out';

export const check: Check<FirewallFacts> = {
  id: 'firewall-ike-out',
  group: 'firewall',
  title: 'UDP 500 and 4500 to the peers are let out',
  reads: firewallReads,
  refs: ['RFC 7296 §2', 'RFC 3948 §2'],
  facts: readFirewallFacts,
  judge(facts) {
    const nothing = nothingToFilter(LABEL, facts);
    if (nothing !== undefined || !facts.firewall.ok) return nothing === undefined ? [] : [nothing];
    return judgeReach(
      {
        id: check.id,
        label: LABEL,
        done: 'sent to',
        cause:
          'The daemon sends its requests and answers from UDP port 500 and 4500. Dropped on the way out they leave no trace on the wire; the daemon may log "operation not permitted".',
        refs: check.refs,
        allow(reaches) {
          const family = reaches[0]?.packet.family ?? 'ip';
          const { nft, iptables } = peersAsMatch(
            reaches.map(({ path }) => path.peer),
            family,
            'destination',
          );
          const ports = [...new Set(reaches.map(({ packet }) => packet.destinationPort))].join(', ');
          return {
            purpose: 'IKE and NAT-T out',
            nft: [`${nft}udp dport { ${ports} } accept`],
            iptables: [`${iptables}-p udp -m multiport --dports ${ports.replaceAll(', ', ',')} -j ACCEPT`],
            ufw: { apply: 'ufw allow out 500,4500/udp', undo: 'ufw delete allow out 500,4500/udp' },
          };
        },
      },
      facts.firewall.value,
      peerPaths(facts).flatMap((path) => [500, 4500].map((port) => reachOf(path, port))),
    );
  },
};

function reachOf(path: PeerPath, port: number): Reach {
  const { family, own, peer, device } = path;
  return {
    path,
    what: `UDP ${port}`,
    packet: {
      family,
      path: 'output',
      protocol: 17,
      sourcePort: port,
      // Whose address is not known calls us: our packets are answers to wherever a NAT put it.
      ...(peer === undefined ? { ctState: 'established' } : { destination: peer, destinationPort: port }),
      ...(own !== undefined && { source: own }),
      ...(device !== undefined && { oif: device }),
    },
  };
}
