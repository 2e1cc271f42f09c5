import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import { PROTOCOL_AH, PROTOCOL_ESP } from '../wire/ip/protocols.js';
import type { Check } from './check.js';
import { type NewRule, peersAsMatch } from './shared/firewall-change.js';
import { encapsulation, type FirewallFacts, ownAddresses, type PeerPath, peerPaths, readFirewallFacts } from './shared/firewall-facts.js';
import { judgeReach, nothingToFilter, type Reach, type ReachWords } from './shared/firewall-reach.js';
import { firewalldChange } from './shared/firewalld.js';
import { skip } from './shared/lines.js';

const LABEL = 'ESP and AH';

const protocols = { esp: { number: PROTOCOL_ESP, name: 'ESP' }, ah: { number: PROTOCOL_AH, name: 'AH' } } as const;
type Protocol = keyof typeof protocols;

export const check: Check<FirewallFacts> = {
  id: 'firewall-esp',
  group: 'firewall',
  title: 'ESP (protocol 50) and, where used, AH (51) pass in and out',
  reads: [...firewallReads, 'ip -s xfrm state'],
  refs: ['RFC 4303 §2', 'RFC 4302 §2', 'RFC 3948 §2.2'],
  facts: readFirewallFacts,
  judge(facts) {
    const nothing = nothingToFilter(LABEL, facts);
    if (nothing !== undefined || !facts.firewall.ok) return nothing === undefined ? [] : [nothing];
    const paths = peerPaths(facts).flatMap((path) => protocolsOf(path, facts).map((protocol) => ({ path, protocol })));
    if (paths.length === 0) return [skip(LABEL, 'every connection carries its ESP in UDP 4500')];
    const { value } = facts.firewall;
    return [
      ...judgeReach(
        wordsFor('in'),
        value,
        paths.map(({ path, protocol }) => reachOf(path, protocol, 'in')),
        ownAddresses(facts),
      ),
      ...judgeReach(
        wordsFor('out'),
        value,
        paths.map(({ path, protocol }) => reachOf(path, protocol, 'out')),
      ),
    ];
  },
};

function protocolsOf(path: PeerPath, { states }: FirewallFacts): readonly Protocol[] {
  const used = new Set(path.connections.map(({ protocol }) => protocol.value));
  const ah: readonly Protocol[] = used.has('ah') ? ['ah'] : [];
  const esp = (used.has('esp') || used.size === 0) && encapsulation(path, states) !== 'udp';
  return esp ? ['esp', ...ah] : ah;
}

function wordsFor(direction: 'in' | 'out'): ReachWords {
  return {
    id: check.id,
    label: `${LABEL}, ${direction}`,
    done: direction === 'in' ? 'accepted from' : 'sent to',
    cause:
      direction === 'in'
        ? 'IKE comes up over UDP and the SAs look established, but the encrypted packets are an IP protocol of their own, dropped here before they reach the SA: the byte counters of the inbound SA stay at zero.'
        : 'IKE comes up over UDP and the SAs look established, but the encrypted packets are an IP protocol of their own and never leave this host.',
    refs: check.refs,
    allow: (reaches) => allow(reaches, direction),
  };
}

function allow(reaches: readonly Reach[], direction: 'in' | 'out'): NewRule {
  const family = reaches[0]?.packet.family ?? 'ip';
  const end = direction === 'in' ? 'source' : 'destination';
  const { nft, iptables } = peersAsMatch(
    reaches.map(({ path }) => path.peer),
    family,
    end,
  );
  const numbers = [...new Set(reaches.map(({ packet }) => packet.protocol))];
  const names = numbers.map((number) => (number === PROTOCOL_AH ? 'ah' : 'esp'));
  const plain = direction === 'in' ? '' : 'out ';
  const ufw = names.map((name) => `allow ${plain}proto ${name} from any to any`);
  return {
    purpose: `${names.join(' and ').toUpperCase()} ${direction}`,
    nft: [`${nft}meta l4proto ${names.length === 1 ? names[0] : `{ ${names.join(', ')} }`} accept`],
    iptables: names.map((name) => `${iptables}-p ${name} -j ACCEPT`),
    ...(direction === 'in' && { firewalld: firewalldChange((verb) => names.map((name) => `--${verb}-protocol=${name}`)) }),
    ufw: { apply: ufw.map((rule) => `ufw ${rule}`).join(' && '), undo: ufw.map((rule) => `ufw delete ${rule}`).join(' && ') },
  };
}

function reachOf(path: PeerPath, protocol: Protocol, direction: 'in' | 'out'): Reach {
  const { family, own, peer, device } = path;
  const { number, name } = protocols[protocol];
  const [ours, theirs] = direction === 'in' ? (['destination', 'source'] as const) : (['source', 'destination'] as const);
  return {
    path,
    what: name,
    packet: {
      family,
      path: direction === 'in' ? 'input' : 'output',
      protocol: number,
      ...(peer !== undefined && { [theirs]: peer }),
      ...(own !== undefined && { [ours]: own }),
      ...(device !== undefined && { [direction === 'in' ? 'iif' : 'oif']: device }),
    },
  };
}
