import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import type { Check } from './check.js';
import { peersAsMatch } from './shared/firewall-change.js';
import { type FirewallFacts, type PeerPath, peerPaths, readFirewallFacts } from './shared/firewall-facts.js';
import { judgeReach, nothingToFilter, type Reach } from './shared/firewall-reach.js';

const LABEL = 'IKE in';

export const check: Check<FirewallFacts> = {
  id: 'firewall-ike-in',
  group: 'firewall',
  title: 'UDP 500 and 4500 of the peers are let in',
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
        done: 'accepted from',
        cause:
          'IKE comes to UDP port 500 and, as soon as a NAT is found, to 4500 together with the encapsulated ESP. What is dropped is never seen by the daemon; the peer retransmits and gives up.',
        refs: check.refs,
        allow(reaches) {
          const family = reaches[0]?.packet.family ?? 'ip';
          const { nft, iptables } = peersAsMatch(
            reaches.map(({ path }) => path.peer),
            family,
            'source',
          );
          const ports = [...new Set(reaches.map(({ packet }) => packet.destinationPort))].join(', ');
          return {
            purpose: 'IKE and NAT-T in',
            nft: [`${nft}udp dport { ${ports} } accept`],
            iptables: [`${iptables}-p udp -m multiport --dports ${ports.replaceAll(', ', ',')} -j ACCEPT`],
            firewalld: {
              apply: 'firewall-cmd --permanent --add-service=ipsec && firewall-cmd --reload',
              undo: 'firewall-cmd --permanent --remove-service=ipsec && firewall-cmd --reload',
            },
            ufw: { apply: 'ufw allow 500,4500/udp', undo: 'ufw delete allow 500,4500/udp' },
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
      path: 'input',
      protocol: 17,
      destinationPort: port,
      // A peer that comes from behind a NAT uses any port.
      ...(peer !== undefined && { source: peer, sourcePort: port }),
      ...(own !== undefined && { destination: own }),
      ...(device !== undefined && { iif: device }),
    },
  };
}
