import type { Packet } from '../../host/linux/firewall/simulation.js';
import type { CheckLine } from '../check.js';
import { type NewRule, peersAsMatch } from './firewall-change.js';
import { type FirewallFacts, ownAddresses, type PeerPath, peerPaths } from './firewall-facts.js';
import { judgeReach, nothingToFilter } from './firewall-reach.js';

/** One direction of IKE and what stops it. */
export interface IkeDirection {
  /** Of the check. */
  readonly id: string;
  readonly label: string;
  readonly refs: readonly string[];
  /** Before the names of the peers: `accepted from`. */
  readonly done: string;
  readonly cause: string;
  readonly purpose: string;
  /** Which end of a packet is the peer's. */
  readonly peerIs: 'source' | 'destination';
  /** What opens it in the words of other tools. */
  readonly others: Pick<NewRule, 'firewalld' | 'ufw'>;
  packet(path: PeerPath, port: number): Packet;
}

/** UDP 500 and 4500 between this host and each peer. */
export function judgeIkeReach({ purpose, peerIs, others, packet, ...direction }: IkeDirection, facts: FirewallFacts): readonly CheckLine[] {
  const nothing = nothingToFilter(direction.label, facts);
  if (nothing !== undefined || !facts.firewall.ok) return nothing === undefined ? [] : [nothing];
  return judgeReach(
    {
      ...direction,
      allow(reaches) {
        const peers = reaches.map(({ path }) => path.peer);
        const { nft, iptables } = peersAsMatch(peers, reaches[0]?.packet.family ?? 'ip', peerIs);
        const ports = [...new Set(reaches.map((reach) => reach.packet.destinationPort))].join(', ');
        return {
          purpose,
          nft: [`${nft}udp dport { ${ports} } accept`],
          iptables: [`${iptables}-p udp -m multiport --dports ${ports.replaceAll(', ', ',')} -j ACCEPT`],
          ...others,
        };
      },
    },
    facts.firewall.value,
    peerPaths(facts).flatMap((path) => [500, 4500].map((port) => ({ path, what: `UDP ${port}`, packet: packet(path, port) }))),
    ownAddresses(facts),
  );
}
