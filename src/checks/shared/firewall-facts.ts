import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Firewall } from '../../host/linux/firewall/firewall.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { Route } from '../../host/linux/routes.js';
import type { XfrmState } from '../../host/linux/xfrm-states.js';
import type { Connection } from '../../model/connection.js';
import { parseAddressRange } from '../../wire/ip/address-range.js';
import { deviceTold, type PeerLookups, readPeerLookups } from './peer-lookups.js';
import { deviceTo, familyOf, isAddress, readTunnels, readWays, type Tunnels } from './tunnels.js';

/** What the checks of the firewall look at. */
export interface FirewallFacts {
  readonly firewall: Answer<Firewall>;
  readonly tunnels: Tunnels;
  readonly interfaces: readonly Interface[];
  readonly routes: readonly Route[];
  readonly lookups: PeerLookups;
  readonly states: readonly XfrmState[];
  /** An IKE daemon runs here. */
  readonly daemon: boolean;
}

export async function readFirewallFacts(host: HostFacts): Promise<FirewallFacts> {
  const [firewall, tunnels, ways, lookups, states, stacks] = await Promise.all([
    host.firewall(),
    readTunnels(host),
    readWays(host),
    readPeerLookups(host),
    host.xfrmStates(),
    host.runningStacks(),
  ]);
  return {
    firewall,
    tunnels,
    interfaces: ways?.interfaces ?? [],
    routes: ways?.routes ?? [],
    lookups,
    states: answered(states) ?? [],
    daemon: stacks.some(({ id }) => id !== 'openvpn'),
  };
}

/** Addresses of this host, without prefix. */
export const ownAddresses = ({ interfaces }: Pick<FirewallFacts, 'interfaces'>): readonly string[] =>
  interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));

/** The way of IKE and ESP between this host and a peer. Without connections: any peer. */
export interface PeerPath {
  readonly family: 'ip' | 'ip6';
  /** Address of ours, where it is known. */
  readonly own?: string;
  /** Address or network of the peer; absent for `%any` and for names. */
  readonly peer?: string;
  readonly device?: string;
  readonly connections: readonly Connection[];
}

export const familyOfPath = (address: string): 'ip' | 'ip6' => (familyOf(address) === 'ipv6' ? 'ip6' : 'ip');

/** One path for each pair of ends; with no connection at all, one for whoever may come over the default route. */
export function peerPaths({ tunnels, interfaces, routes, lookups }: FirewallFacts): readonly PeerPath[] {
  const paths = new Map<string, PeerPath>();
  for (const connection of tunnels.ipsec) {
    const peers = connection.remote.addresses.map(({ value }) => value).filter(isAddress);
    const owns = connection.local.addresses.map(({ value }) => value).filter(isAddress);
    for (const peer of peers.length > 0 ? peers : [undefined]) {
      const family = peer === undefined ? (owns[0] === undefined ? 'ip' : familyOfPath(owns[0])) : familyOfPath(peer);
      const holder = interfaces.find(({ loopback, addresses }) => !loopback && addresses.some(({ address }) => owns.includes(address)));
      const device =
        (peer === undefined ? undefined : (deviceTold(peer, lookups) ?? deviceTo(peer, routes))) ??
        holder?.name ??
        defaultDevice(family, routes);
      const own = owns.find((address) => familyOfPath(address) === family) ?? addressOn(device, family, interfaces);
      const key = `${family} ${own} ${peer} ${device}`;
      const known = paths.get(key);
      paths.set(key, {
        family,
        ...(own !== undefined && { own }),
        ...(peer !== undefined && { peer }),
        ...(device !== undefined && { device }),
        connections: [...(known?.connections ?? []), connection],
      });
    }
  }
  if (paths.size > 0) return [...paths.values()];
  const device = defaultDevice('ip', routes);
  const own = addressOn(device, 'ip', interfaces);
  return [{ family: 'ip', connections: [], ...(own !== undefined && { own }), ...(device !== undefined && { device }) }];
}

export function defaultDevice(family: 'ip' | 'ip6', routes: readonly Route[]): string | undefined {
  const everything = family === 'ip' ? '0.0.0.0/0' : '::/0';
  const route = routes.find(({ destination, table }) => destination === everything && table === 'main');
  return route?.device ?? route?.nextHops[0]?.device;
}

export function addressOn(device: string | undefined, family: 'ip' | 'ip6', interfaces: readonly Interface[]): string | undefined {
  return interfaces
    .find(({ name }) => name === device)
    ?.addresses.find((address) => address.scope === 'global' && familyOfPath(address.address) === family)?.address;
}

/** Whether ESP of a path travels in UDP: forced, behind a NAT for certain, or as SAs in the kernel show. */
export function encapsulation({ own, peer, connections }: PeerPath, states: readonly XfrmState[]): 'udp' | 'plain' | 'either' {
  const seen = states.filter(({ source, destination }) => peer !== undefined && (source === peer || destination === peer));
  if (seen.length > 0) return seen.every(({ encapsulation: udp }) => udp !== undefined) ? 'udp' : 'plain';
  if (connections.length > 0 && connections.every(({ forceEncapsulation }) => forceEncapsulation.value)) return 'udp';
  if (peer === undefined) return 'either';
  // A private address that talks to a public one has a NAT before it, and IKE finds out.
  if (own !== undefined && isPrivate(own) && !isPrivate(peer)) return 'udp';
  return 'plain';
}

const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'].map(
  (text) => parseAddressRange(text),
);

export function isPrivate(address: string): boolean {
  const range = parseAddressRange(address);
  return (
    range !== undefined &&
    privateNetworks.some((net) => net !== undefined && net.version === range.version && net.low <= range.low && range.high <= net.high)
  );
}

/** Ours is the side that calls: the peer need not be able to begin. */
export function onlyWeBegin({ connections }: PeerPath): boolean {
  return (
    connections.length > 0 &&
    connections.every(({ local, other }) => {
      const keys = new Set(other.map(({ key, value }) => `${key}=${value.value}`));
      return (
        local.sourceIp !== undefined &&
        (['%config', '%config4', '%config6', '0.0.0.0', '::'].some((asked) => local.sourceIp?.value.includes(asked)) ||
          keys.has('leftmodecfgclient=yes') ||
          keys.has('rightmodecfgserver=yes'))
      );
    })
  );
}

/** `192.0.2.9`, `192.0.2.9 and 192.0.2.10`, `50 peers`, `anybody`. */
export function peersInWords(paths: readonly PeerPath[]): string {
  const peers = [...new Set(paths.map(({ peer }) => peer ?? 'anybody'))];
  return peers.length <= 2 ? peers.join(' and ') : `${peers.length} peers`;
}
