import { type Answer, answered } from '../host/host.js';
import type { HostFacts } from '../host/host-facts.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Route, RoutingRule } from '../host/linux/routes.js';
import type { Connection } from '../model/connection.js';
import type { Fix } from '../model/finding.js';
import type { Check, CheckLine } from './check.js';
import { asRoot, hostFinding, THIS_HOST } from './shared/finding.js';
import { defaultDevice } from './shared/firewall-facts.js';
import { pass, skip, unseen } from './shared/lines.js';
import { ownAddressLines } from './shared/own-address.js';
import { deviceTold, type PeerLookups, peersOf, readPeerLookups } from './shared/peer-lookups.js';
import { routeFor, routeInWords } from './shared/route-choice.js';
import { isEverything } from './shared/tunnel-traffic.js';
import { familyOf, namesOf, placeOf, readTunnels, TUNNEL_KINDS, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly interfaces: readonly Interface[];
  readonly routes: Answer<readonly Route[]>;
  readonly rules: readonly RoutingRule[];
  readonly lookups: PeerLookups;
  /** Interfaces without IPv6 (`disable_ipv6`); looked at where a peer has an address of it. */
  readonly withoutIpv6: readonly string[];
}

const LABEL = 'route to each peer';

export const check: Check<Facts> = {
  id: 'route-to-peer',
  group: 'routing',
  title: 'every peer can be reached, and not through the tunnel itself',
  reads: [
    'ip -j route show table all',
    'ip -j rule',
    'ip -j route get <peer>',
    'ip -d -j addr',
    '/proc/sys/net/ipv6/conf/<if>/disable_ipv6',
    'configuration files',
  ],
  refs: ['ip-route(8)', 'RFC 7296 §2.23'],
  async facts(host) {
    const [tunnels, interfaces, routes, ruleAnswer, lookups] = await Promise.all([
      readTunnels(host),
      host.interfaces(),
      host.routes(),
      host.routingRules(),
      readPeerLookups(host),
    ]);
    const seen = answered(interfaces) ?? [];
    const six = [...peersOf(tunnels.ipsec).keys()].some((peer) => familyOf(peer) === 'ipv6');
    const withoutIpv6 = six ? await devicesWithoutIpv6(host, seen) : [];
    return { tunnels, interfaces: seen, routes, rules: answered(ruleAnswer) ?? [], lookups, withoutIpv6 };
  },
  judge({ tunnels, routes, ...ways }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    if (!routes.ok) return [unseen(LABEL, routes)];
    const peers = peersOf(tunnels.ipsec);
    const lines: CheckLine[] = [];
    for (const [peer, connections] of peers) {
      const fault = faultOf(peer, connections, { ...ways, routes: routes.value });
      if (fault !== undefined) lines.push(faultLine(peer, connections, fault));
    }
    for (const connection of tunnels.ipsec) lines.push(...ownAddressLines(check, connection, ways.interfaces));
    if (lines.length > 0) return lines;
    if (peers.size === 0) return [skip(LABEL, 'no peer has a fixed address')];
    return [pass(LABEL, peers.size === 1 ? ([...peers.keys()][0] as string) : `${peers.size} peers`)];
  },
};

interface Fault {
  readonly what?: string;
  readonly title: string;
  readonly evidence: string;
  readonly fix: Fix;
}

interface Ways {
  readonly interfaces: readonly Interface[];
  readonly routes: readonly Route[];
  readonly rules: readonly RoutingRule[];
  readonly lookups: PeerLookups;
  readonly withoutIpv6: readonly string[];
}

async function devicesWithoutIpv6(host: HostFacts, interfaces: readonly Interface[]): Promise<readonly string[]> {
  const names = interfaces.filter(({ loopback }) => !loopback).map(({ name }) => name);
  const read = await Promise.all(names.map(async (name) => ({ name, off: await host.sysctl(`net/ipv6/conf/${name}/disable_ipv6`) })));
  return read.filter(({ off }) => answered(off) === '1').map(({ name }) => name);
}

/** No route, and what took it away: a route goes with its interface, and one of IPv6 with IPv6. */
function missingRoute(peer: string, users: readonly Connection[], { interfaces, routes, withoutIpv6 }: Ways, evidence: string): Fault {
  const title = `there is no route to the peer ${peer}`;
  const again = (name: string) =>
    `then its routes, which went with it: ifup ${name}, networkctl reconfigure ${name} or nmcli device up ${name}`;
  const own = new Set(users.flatMap(({ local }) => local.addresses.map(({ value }) => value)));
  const ofOurs = ({ addresses }: Interface) => addresses.some(({ address }) => own.has(address));
  const down = interfaces.filter(({ up, loopback, addresses }) => !up && !loopback && addresses.length > 0);
  // Addresses of IPv6 go with the interface, too.
  const gone = down.find(ofOurs) ?? (interfaces.some((each) => each.up && ofOurs(each)) ? undefined : down[0]);
  if (gone !== undefined) {
    const has = gone.addresses.map(({ address }) => address).join(', ');
    return {
      what: 'link-down',
      title: `${title}: ${gone.name}, which has ${has}, is down`,
      evidence: `${evidence}; ip addr: ${gone.name} is not up`,
      fix: ours(`as root:\nip link set ${gone.name} up\n${again(gone.name)}`),
    };
  }
  const outer = familyOf(peer) === 'ipv6' ? defaultDevice('ip', routes) : undefined;
  const off = outer !== undefined && withoutIpv6.includes(outer) ? outer : undefined;
  if (off !== undefined) {
    const setting = `net.ipv6.conf.${off}.disable_ipv6`;
    return {
      what: 'ipv6-off',
      title: `${title}: IPv6 is switched off on ${off}`,
      evidence: `${evidence}; ${setting} = 1`,
      fix: ours(
        `as root:\nsysctl -w ${setting}=0\n${again(off)}\nto keep it, look for disable_ipv6 in /etc/sysctl.d and on the kernel's command line`,
      ),
    };
  }
  return { title, evidence, fix: ours(`ip route add ${peer} via <next hop> dev <interface>, or a default route`) };
}

function faultOf(peer: string, users: readonly Connection[], ways: Ways): Fault | undefined {
  const { interfaces, routes, rules, lookups } = ways;
  const asked = lookups.get(peer);
  const missing = (evidence: string) => missingRoute(peer, users, ways, evidence);
  if (asked?.ok === true && !asked.value.reachable) return missing(`ip route get ${peer}: ${asked.value.message}`);
  const route = asked?.ok === true && asked.value.reachable ? undefined : routeFor(peer, routes, rules);
  if (asked?.ok !== true && route === undefined) return missing(`ip route show table all: no route covers ${peer}`);
  if (route !== undefined && ['unreachable', 'blackhole', 'prohibit'].includes(route.type)) return refused(peer, route);
  const device = deviceTold(peer, lookups) ?? route?.device ?? route?.nextHops[0]?.device;
  const words = route === undefined ? `ip route get ${peer}: dev ${device}` : routeInWords(route);
  const type = asked?.ok === true && asked.value.reachable ? asked.value.type : route?.type;
  if (type === 'local') {
    return {
      what: 'ourselves',
      title: `the peer ${peer} is an address of this host`,
      evidence: words,
      fix: ours(
        `write the address of the other gateway in place of ${peer}, or take the address off this host:\n${takeOff(peer, device, interfaces)}`,
      ),
    };
  }
  const through = interfaces.find(({ name }) => name === device);
  if (through !== undefined && TUNNEL_KINDS.has(through.kind ?? '')) {
    return {
      what: 'through-tunnel',
      title: `the way to the peer ${peer} leads into a tunnel interface, ${through.name}`,
      evidence: words,
      fix: ours(`ip route add ${peer} via <next hop> dev <outer interface>`),
    };
  }
  if (through !== undefined && (!through.up || route?.flags.includes('linkdown') === true)) {
    return {
      what: 'link-down',
      title: `the way to the peer ${peer} leads over ${through.name}, which is down`,
      evidence: words,
      fix: ours(`look at its cable; if somebody switched it off:\nip link set ${through.name} up`),
    };
  }
  return undefined;
}

const ours = (text: string): Fix => ({ end: 'ours', text });

/** A route that is there to refuse: no other can be added in its place. */
function refused(peer: string, route: Route): Fault {
  const { type, family, destination, table, metric } = route;
  const words = [
    `ip ${family === 'ipv6' ? '-6 ' : ''}route del ${type} ${isEverything(destination) ? 'default' : destination}`,
    ...(table === 'main' ? [] : [`table ${table}`]),
    ...(metric === 0 ? [] : [`metric ${metric}`]),
  ];
  return {
    title: `the route to the peer ${peer} refuses what is sent there: ${type}`,
    evidence: `ip route show table all: ${routeInWords(route)}`,
    fix: asRoot(words.join(' ')),
  };
}

function takeOff(address: string, device: string | undefined, interfaces: readonly Interface[]): string {
  const holder = interfaces.flatMap(({ name, addresses }) =>
    addresses.filter((own) => own.address === address).map(({ prefix }) => ({ name, prefix })),
  )[0];
  return holder === undefined ? `ip addr del ${address} dev ${device}` : `ip addr del ${address}/${holder.prefix} dev ${holder.name}`;
}

function faultLine(peer: string, connections: readonly Connection[], { what, title, evidence, fix }: Fault): CheckLine {
  const [first] = connections;
  const written = first?.remote.addresses.find(({ value }) => value === peer);
  return {
    status: 'fail',
    label: `route to ${peer}`,
    detail: evidence,
    finding: hostFinding(check.id, {
      ...(what !== undefined && { what }),
      severity: 'error',
      title,
      cause:
        'Neither IKE nor ESP gets to the peer: the kernel sends by its routes first and looks at IPsec policies only after it has found one.',
      evidence: [{ text: evidence }, ...(written === undefined ? [] : [{ ...placeOf(written), text: `${namesOf(connections)}: ${peer}` }])],
      fix: [fix],
      retest: `vpndoctor verify --only ${check.id}; ip route get ${peer}`,
      refs: check.refs,
      subject: connections.length === 1 ? namesOf(connections) : THIS_HOST,
    }),
  };
}
