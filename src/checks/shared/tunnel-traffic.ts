import type { Packet } from '../../host/linux/firewall/simulation.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { Route } from '../../host/linux/routes.js';
import type { Connection } from '../../model/connection.js';
import { overlaps, parseAddressRange, sizeOf } from '../../wire/ip/address-range.js';
import { formatNetwork, parseNetwork } from '../../wire/ip/network.js';
import { defaultDevice, familyOfPath } from './firewall-facts.js';
import { deviceTo, neitherIsOurs, networksBehind, outerDevices, TUNNEL_KINDS, type Tunnels } from './tunnels.js';

/** Traffic of one pair of selectors, as it is before it is encrypted and after it is decrypted. */
export interface TunnelTraffic {
  readonly connection: Connection;
  readonly family: 'ip' | 'ip6';
  /** Network behind us, or our own address. */
  readonly local: string;
  readonly remote: string;
  /** Interface of the network behind us; absent where it is this host's own traffic or cannot be told. */
  readonly inside?: string;
  /** Interface by which it leaves: the outer one, or a VTI, XFRM or tun interface. */
  readonly outside?: string;
  /** An interface of its own carries the tunnel: there is no policy for the firewall to see. */
  readonly routeBased: boolean;
  /** This host forwards it: a network is behind us. */
  readonly forwarded: boolean;
}

interface Ways {
  readonly tunnels: Tunnels;
  readonly interfaces: readonly Interface[];
  readonly routes: readonly Route[];
}

/** Pairs beyond these are more of the same. */
const MAX_PAIRS = 300;

/** Selectors of every connection whose two ends are known. A selector that means everything stands for the networks at hand. */
export function tunnelTraffic({ tunnels, interfaces, routes }: Ways): readonly TunnelTraffic[] {
  const found: TunnelTraffic[] = [];
  for (const connection of tunnels.ipsec) {
    if (connection.mode.value !== 'tunnel' || neitherIsOurs(connection, interfaces)) continue;
    const outer = outerDevices([connection], interfaces, routes)[0];
    for (const remote of remoteNetworks(connection)) {
      const family = familyOfPath(remote);
      const via = deviceTo(firstAddress(remote), routes) ?? outer ?? defaultDevice(family, routes);
      const routeBased = TUNNEL_KINDS.has(interfaces.find(({ name }) => name === via)?.kind ?? '');
      const outside = routeBased ? via : (outer ?? via);
      for (const local of localNetworks(connection, family, remote, interfaces, outside)) {
        if (found.length >= MAX_PAIRS) return found;
        const inside = insideDevice(local, interfaces, routes);
        found.push({
          connection,
          family,
          local,
          remote,
          routeBased,
          forwarded: !isOwn(local, interfaces),
          ...(inside !== undefined && inside !== outside && { inside }),
          ...(outside !== undefined && { outside }),
        });
      }
    }
  }
  return found;
}

/** Selectors of the peer; its pool of addresses where it has no others. */
function remoteNetworks({ remote }: Connection): readonly string[] {
  const written = remote.subnets.length > 0 ? remote.subnets.map(({ value }) => value) : (remote.sourceIp?.value ?? '').split(',');
  const concrete = written.map((text) => text.trim()).filter((text) => parseAddressRange(text) !== undefined);
  // Without a selector of its own a peer stands for itself.
  return concrete.length > 0 || written.some((text) => text.trim() !== '')
    ? concrete
    : remote.addresses.map(({ value }) => value).filter((text) => parseAddressRange(text) !== undefined);
}

function localNetworks(
  connection: Connection,
  family: 'ip' | 'ip6',
  remote: string,
  interfaces: readonly Interface[],
  outside: string | undefined,
): readonly string[] {
  const { local } = connection;
  const networks = networksBehind(connection, family === 'ip' ? 'ipv4' : 'ipv6').map(({ value }) => value);
  const ofFamily = (text: string) => parseAddressRange(text) !== undefined && familyOfPath(text) === family;
  const own =
    networks.length > 0 ? [] : [...local.subnets, ...(local.sourceIp ? [local.sourceIp] : [])].map(({ value }) => value).filter(ofFamily);
  const far = parseAddressRange(remote);
  const all = networks.flatMap((network) =>
    isEverything(network) ? connectedNetworks(interfaces, family, outside).filter((text) => !touches(text, far)) : [network],
  );
  const known = [...all, ...own];
  return known.length > 0 || networks.length > 0 ? known : local.addresses.map(({ value }) => value).filter(ofFamily);
}

function touches(text: string, far: ReturnType<typeof parseAddressRange>): boolean {
  const range = parseAddressRange(text);
  return range !== undefined && far !== undefined && overlaps(range, far);
}

export function isEverything(network: string): boolean {
  const range = parseAddressRange(network);
  return range !== undefined && sizeOf(range) >= 1n << (range.version === 4 ? 31n : 127n);
}

/** Networks that interfaces other than the outer one are in. */
function connectedNetworks(interfaces: readonly Interface[], family: 'ip' | 'ip6', outside: string | undefined): readonly string[] {
  return interfaces
    .filter(({ name, loopback, up }) => !loopback && up && name !== outside)
    .flatMap(({ addresses }) =>
      addresses
        .filter(
          ({ address, scope, prefix }) => scope === 'global' && familyOfPath(address) === family && prefix < (family === 'ip' ? 32 : 128),
        )
        .flatMap(({ address, prefix }) => parseNetwork(`${address}/${prefix}`) ?? [])
        .map(formatNetwork),
    );
}

function isOwn(local: string, interfaces: readonly Interface[]): boolean {
  const range = parseAddressRange(local);
  if (range === undefined || range.low !== range.high) return false;
  return (
    interfaces.some(({ addresses }) => addresses.some(({ address }) => parseAddressRange(address)?.low === range.low)) ||
    interfaces.length === 0
  );
}

function insideDevice(local: string, interfaces: readonly Interface[], routes: readonly Route[]): string | undefined {
  const range = parseAddressRange(local);
  if (range === undefined) return undefined;
  const holder = interfaces.find(
    ({ loopback, addresses }) =>
      !loopback &&
      addresses.some(({ address, prefix }) => touches(`${address}/${prefix}`, range) && prefix < (range.version === 4 ? 32 : 128)),
  );
  return holder?.name ?? deviceTo(firstAddress(local), routes);
}

function firstAddress(network: string): string {
  return network.split(/[/-]/)[0] ?? network;
}

/** The packet of a pair on its way out (`there`) or in (`back`), forwarded or this host's own. */
export function packetOf(traffic: TunnelTraffic, direction: 'there' | 'back', more: Partial<Packet> = {}): Packet {
  const { connection, family, local, remote, inside, outside, forwarded, routeBased } = traffic;
  const there = direction === 'there';
  return {
    family,
    path: forwarded ? 'forward' : there ? 'output' : 'input',
    source: there ? local : remote,
    destination: there ? remote : local,
    ...(there ? { ipsecOut: !routeBased } : { ipsecIn: !routeBased }),
    ...saOf(connection),
    ...(forwarded && inside !== undefined && { [there ? 'iif' : 'oif']: inside }),
    ...(outside !== undefined && { [there ? 'oif' : 'iif']: outside }),
    ...more,
  };
}

/** IPComp takes the place of ESP in the tunnel, for packets that it makes smaller. */
function saOf({ protocol, mode, compress }: Connection): Pick<Packet, 'sa'> {
  const { value } = mode;
  return compress.value || (value !== 'tunnel' && value !== 'transport') ? {} : { sa: { protocol: protocol.value, mode: value } };
}

/** `10.1.0.0/24 - 10.2.0.0/24` */
export const pairInWords = ({ local, remote }: TunnelTraffic) => `${local} - ${remote}`;

/** One or two pairs by their networks, more as `3 pairs of networks`. */
export function pairsInWords(traffic: readonly TunnelTraffic[]): string {
  const pairs = distinctPairs(traffic);
  return pairs.length <= 2 ? pairs.join(' and ') : `${pairs.length} pairs of networks`;
}

/** What follows the word "traffic": `10.1.0.0/24 - 10.2.0.0/24`, or `of 3 pairs of networks`. */
export function ofPairs(traffic: readonly TunnelTraffic[]): string {
  return `${distinctPairs(traffic).length <= 2 ? '' : 'of '}${pairsInWords(traffic)}`;
}

const distinctPairs = (traffic: readonly TunnelTraffic[]) => [...new Set(traffic.map(pairInWords))];
