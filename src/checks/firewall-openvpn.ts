import { shellWord } from '../bytes/shell-word.js';
import type { OpenvpnConfig } from '../config/openvpn/openvpn-config.js';
import type { Firewall } from '../host/linux/firewall/firewall.js';
import { firewallReads } from '../host/linux/firewall/read-firewall.js';
import { simulate } from '../host/linux/firewall/simulate.js';
import { parseAddressRange } from '../wire/ip/address-range.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ip/protocols.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { insertRule, type NewRule, peersAsMatch } from './shared/firewall-change.js';
import { addressOn, defaultDevice, type FirewallFacts, familyOfPath, ownAddresses, readFirewallFacts } from './shared/firewall-facts.js';
import { judgeReach, type Reach, type ReachWords } from './shared/firewall-reach.js';
import { doubtsInWords, placeAsEvidence, placeInWords, placeKey, verdictOf } from './shared/firewall-verdict.js';
import { firewalldChange } from './shared/firewalld.js';
import { pass, unknown, unseen } from './shared/lines.js';
import { wayOutLines } from './shared/openvpn-way-out.js';
import { deviceTo, isAddress, unneeded } from './shared/tunnels.js';

const LABEL = 'OpenVPN';

export const check: Check<FirewallFacts> = {
  id: 'firewall-openvpn',
  group: 'firewall',
  title: 'ports of OpenVPN are open, and what comes out of the tun device is forwarded',
  reads: [...firewallReads, 'OpenVPN configurations'],
  refs: ['openvpn(8): --port, --proto, --push', 'OpenVPN community wiki: BridgingAndRouting'],
  facts: readFirewallFacts,
  judge(facts) {
    const { openvpn } = facts.tunnels;
    if (openvpn.length === 0) return [unneeded(LABEL, facts.tunnels, 'no OpenVPN configuration', 'openvpn')];
    if (!facts.firewall.ok) return [unseen(LABEL, facts.firewall)];
    const { value } = facts.firewall;
    const incoming = openvpn.flatMap((config) => incomingReaches(config, facts));
    const outgoing = openvpn.flatMap((config) => outgoingReaches(config, facts));
    return [
      ...(incoming.length === 0 ? [] : judgeReach(wordsFor('in'), value, incoming, ownAddresses(facts))),
      ...(outgoing.length === 0 ? [] : judgeReach(wordsFor('out'), value, outgoing)),
      ...openvpn.flatMap((config) => forwardLines(config, value, facts)),
      ...openvpn.flatMap((config) => wayOutLines(check.id, `${LABEL}, to the Internet`, config, tunDevice(config, facts), value, facts)),
    ];
  },
};

const isTcp = (proto: string) => proto.startsWith('tcp');
const wordFor = (proto: string, port: number) => `${isTcp(proto) ? 'TCP' : 'UDP'} ${port}`;

/** Who is called: a server, or a peer that waits on a port of its own. */
function incomingReaches(config: OpenvpnConfig, { routes, interfaces }: FirewallFacts): readonly Reach[] {
  if (config.localPort === undefined || config.role === 'client') return [];
  const own = config.localAddress?.value;
  const family = own === undefined || !isAddress(own) ? 'ip' : familyOfPath(own);
  const device =
    interfaces.find(({ addresses }) => addresses.some(({ address }) => address === own))?.name ?? defaultDevice(family, routes);
  const address = own !== undefined && isAddress(own) ? own : addressOn(device, family, interfaces);
  return [
    {
      path: { family, connections: [config.connection], ...(device !== undefined && { device }) },
      what: wordFor(config.proto.value, config.localPort.value),
      packet: {
        family,
        path: 'input',
        protocol: isTcp(config.proto.value) ? PROTOCOL_TCP : PROTOCOL_UDP,
        destinationPort: config.localPort.value,
        ...(address !== undefined && { destination: address }),
        ...(device !== undefined && { iif: device }),
      },
    },
  ];
}

function outgoingReaches(config: OpenvpnConfig, { routes }: FirewallFacts): readonly Reach[] {
  return config.remotes.map(({ host, port, proto }): Reach => {
    const peer = isAddress(host) ? host : undefined;
    const family = peer === undefined ? 'ip' : familyOfPath(peer);
    const device = (peer === undefined ? undefined : deviceTo(peer, routes)) ?? defaultDevice(family, routes);
    return {
      path: { family, connections: [config.connection], ...(peer !== undefined && { peer }), ...(device !== undefined && { device }) },
      what: wordFor(proto, port),
      packet: {
        family,
        path: 'output',
        protocol: isTcp(proto) ? PROTOCOL_TCP : PROTOCOL_UDP,
        destinationPort: port,
        ...(peer !== undefined && { destination: peer }),
        ...(device !== undefined && { oif: device }),
      },
    };
  });
}

function wordsFor(direction: 'in' | 'out'): ReachWords {
  return {
    id: check.id,
    label: `${LABEL}, ${direction}`,
    done: direction === 'in' ? 'accepted from' : 'sent to',
    cause:
      direction === 'in'
        ? 'Clients send their first packet to this port and get no answer: "TLS key negotiation failed to occur within 60 seconds".'
        : 'The first packet to the server never leaves this host: "TLS key negotiation failed to occur within 60 seconds".',
    refs: check.refs.slice(0, 1),
    allow: (reaches) => allow(reaches, direction),
  };
}

function allow(reaches: readonly Reach[], direction: 'in' | 'out'): NewRule {
  const family = reaches[0]?.packet.family ?? 'ip';
  const peers =
    direction === 'in'
      ? { nft: '', iptables: '' }
      : peersAsMatch(
          reaches.map(({ path }) => path.peer),
          family,
          'destination',
        );
  const ports = [
    ...new Set(reaches.map(({ packet }) => `${packet.protocol === PROTOCOL_TCP ? 'tcp' : 'udp'} ${packet.destinationPort}`)),
  ].map((text) => text.split(' ') as [string, string]);
  const ufw = (verb: string) =>
    ports.map(([proto, port]) => `ufw ${verb}${direction === 'out' ? ' out' : ''} ${port}/${proto}`).join(' && ');
  return {
    purpose: `OpenVPN ${direction}`,
    nft: ports.map(([proto, port]) => `${peers.nft}${proto} dport ${port} accept`),
    iptables: ports.map(([proto, port]) => `${peers.iptables}-p ${proto} --dport ${port} -j ACCEPT`),
    ...(direction === 'in' && { firewalld: firewalldChange((verb) => ports.map(([proto, port]) => `--${verb}-port=${port}/${proto}`)) }),
    ufw: { apply: ufw('allow'), undo: ufw('delete allow') },
  };
}

/** What a server pushes routes to, it has to forward to: from the network of the clients, and back. */
function forwardLines(config: OpenvpnConfig, firewall: Firewall, facts: FirewallFacts): readonly CheckLine[] {
  const label = `${LABEL}, forwarded`;
  if (config.role !== 'server') return [];
  const tun = tunDevice(config, facts);
  const trials = config.networks.flatMap(({ value: network }) =>
    config.pushedRoutes
      .filter(({ value }) => parseAddressRange(value) !== undefined && value.includes(':') === network.includes(':'))
      .flatMap(({ value: target }) => {
        const family = familyOfPath(network);
        const device = deviceTo(target.split('/')[0] ?? target, facts.routes);
        const there = {
          source: network,
          destination: target,
          ...(tun !== undefined && { iif: tun }),
          ...(device !== undefined && { oif: device }),
        };
        const back = {
          source: target,
          destination: network,
          ...(tun !== undefined && { oif: tun }),
          ...(device !== undefined && { iif: device }),
        };
        return [
          { words: `${network} to ${target}`, packet: { family, path: 'forward', ...there } as const },
          // What clients began has to be answered; what the network begins is the admin's choice.
          { words: `answers from ${target} to ${network}`, packet: { family, path: 'forward', ctState: 'established', ...back } as const },
        ];
      }),
  );
  if (trials.length === 0) return [];
  const lines = new Map<string, CheckLine>();
  for (const { words, packet } of trials) {
    const simulation = simulate(firewall, packet);
    const verdict = verdictOf(simulation);
    const place = simulation.decidedBy;
    if (verdict === 'passes' || verdict === 'partly') continue;
    if (verdict === 'unsure' || place === undefined) {
      lines.set(words, unknown(label, `${words}: depends on ${doubtsInWords(simulation.uncertain)}`));
      continue;
    }
    const key = placeKey(place);
    if (lines.has(key)) continue;
    const name = tun ?? 'tun0';
    const word = shellWord(name);
    const { fix, mend } = insertRule(place, {
      purpose: 'traffic of OpenVPN clients forwarded',
      nft: [`iifname "${name}" accept`, `oifname "${name}" ct state established,related accept`],
      iptables: [`-i ${word} -j ACCEPT`, `-o ${word} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`],
      firewalld: firewalldChange((verb) => [`--zone=trusted --${verb}-interface=${word}`]),
      ufw: { apply: `ufw route allow in on ${word}`, undo: `ufw route delete allow in on ${word}` },
    });
    lines.set(key, {
      status: 'fail',
      label,
      detail: `${words}: dropped by ${placeInWords(place)}`,
      mend,
      finding: hostFinding(check.id, {
        what: 'forward',
        severity: 'error',
        title: `Clients of OpenVPN do not get through this host: ${words} is dropped`,
        cause:
          'The server gives its clients a route to a network behind it, but the firewall drops what they send there: they connect, can ping the server, and nothing else.',
        evidence: [{ text: placeAsEvidence(place) }, { file: config.file, text: `push "route …" of ${config.connection.name}` }],
        fix: [...fix],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: check.refs,
        subject: config.connection.name,
      }),
    });
  }
  return lines.size > 0
    ? [...lines.values()]
    : [
        pass(
          label,
          `${config.connection.name}: to ${config.pushedRoutes.length === 1 ? config.pushedRoutes[0]?.value : `${config.pushedRoutes.length} networks`} and back`,
        ),
      ];
}

/** `dev tun0` names it; for `dev tun` it is the one that has an address of the server's network. */
function tunDevice({ dev, networks }: OpenvpnConfig, { interfaces }: FirewallFacts): string | undefined {
  if (dev !== undefined && /\d/.test(dev.value)) return dev.value;
  const ranges = networks.map(({ value }) => parseAddressRange(value));
  return interfaces.find(({ addresses }) =>
    addresses.some(({ address }) => {
      const own = parseAddressRange(address);
      return (
        own !== undefined &&
        ranges.some((range) => range !== undefined && range.version === own.version && range.low <= own.low && own.high <= range.high)
      );
    }),
  )?.name;
}
