import { isAnybody } from '../../config/ipsec-conf/local-side.js';
import type { OpenvpnConfig } from '../../config/openvpn/openvpn-config.js';
import type { ConfigurationFile } from '../../host/configurations.js';
import { answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { Family, Route } from '../../host/linux/routes.js';
import type { StackId } from '../../host/linux/stacks.js';
import type { ConfigDialect, Connection, Sourced } from '../../model/connection.js';
import type { Evidence } from '../../model/finding.js';
import { covers, parseAddressRange } from '../../wire/ip/address-range.js';
import { withPool } from './address-pools.js';

/** What the configuration wants of this host: checks judge settings by it. */
export interface Tunnels {
  /** IPsec connections that carry traffic: no bypasses, no blocks, none that is switched off. */
  readonly ipsec: readonly Connection[];
  /** Those with auto=ignore: nothing is wrong for their sake. */
  readonly off?: readonly Connection[];
  readonly openvpn: readonly OpenvpnConfig[];
  /** Files of IPsec that could not be read, with the reason: then nothing can be called unneeded. Those of secrets alone name no tunnel. */
  readonly unread: readonly string[];
  /** The same of OpenVPN. */
  readonly unreadOpenvpn?: readonly string[];
}

const dialectOf: Readonly<Record<ConfigDialect, StackId | undefined>> = {
  openswan: 'openswan',
  libreswan: 'libreswan',
  stroke: 'strongswan',
  swanctl: 'strongswan',
  racoon: 'racoon',
  isakmpd: 'isakmpd',
  'cisco-asa': undefined,
  openvpn: 'openvpn',
};

/** The stack whose configuration a connection is from. */
export function stackOf({ dialect }: Connection): StackId | undefined {
  return dialectOf[dialect];
}

/** With `--stack`, what belongs to that one alone. */
export async function readTunnels(host: HostFacts): Promise<Tunnels> {
  const { files, connections, openvpn, swanctl } = await host.configurations();
  const { stack } = host.options;
  const pools = swanctl.flatMap((config) => config.pools);
  const all = connections.filter(
    (connection) =>
      connection.dialect !== 'openvpn' &&
      ['tunnel', 'transport'].includes(connection.mode.value) &&
      (stack === undefined || stackOf(connection) === stack),
  );
  return {
    ipsec: all.filter((connection) => !isOff(connection)).map((connection) => withPool(connection, pools)),
    off: all.filter(isOff),
    openvpn: stack === undefined || stack === 'openvpn' ? openvpn : [],
    unread: unreadOf(files.filter(({ role }) => !['openvpn', 'ipsec.secrets', 'psk.txt'].includes(role))),
    unreadOpenvpn: unreadOf(files.filter(({ role }) => role === 'openvpn')),
  };
}

/** Without any auto= a connection may be loaded by a script. */
function isOff({ auto }: Connection): boolean {
  return auto.line !== 0 && auto.value === 'ignore';
}

function unreadOf(files: readonly ConfigurationFile[]): readonly string[] {
  return files.flatMap(({ path, unread }) => (unread === undefined ? [] : [`${path}: ${unread.message || unread.reason}`]));
}

/**
 * Why a check has nothing to judge: nothing needs it, or that could not be read.
 * @param of whose files would tell
 */
export function unneeded(
  label: string,
  tunnels: Tunnels,
  why: string,
  of: 'ipsec' | 'openvpn' | 'both' = 'ipsec',
): { status: 'skip' | 'unknown'; label: string; detail: string } {
  const unread = [...(of === 'openvpn' ? [] : tunnels.unread), ...(of === 'ipsec' ? [] : (tunnels.unreadOpenvpn ?? []))];
  return unread.length === 0
    ? { status: 'skip', label, detail: why }
    : { status: 'unknown', label, detail: `which tunnels there are could not be read: ${unread.join(', ')}` };
}

/** `ipsec.conf:12`, for evidence. */
export function placeOf({ file, line }: Pick<Sourced<unknown>, 'file' | 'line'>): { readonly file: string; readonly line?: number } {
  return line === 0 ? { file } : { file, line };
}

/** Connections quoted. */
const MOST_QUOTED = 5;

/** Where they stand, the first of them. */
export function connectionsAsEvidence(connections: readonly Connection[]): readonly Evidence[] {
  return connections.slice(0, MOST_QUOTED).map((connection) => ({ ...placeOf(connection), text: `connection ${connection.name}` }));
}

/** `net-net, road` or `net-net and 48 more`. */
export function namesOf(connections: readonly { readonly name: string }[]): string {
  const names = [...new Set(connections.map(({ name }) => name))];
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

/** Selectors of a connection's own end that are networks: traffic that this host must forward. Both ends where ours is not known. */
export function networksBehind(connection: Connection, family: Family): readonly Sourced<string>[] {
  if (connection.mode.value !== 'tunnel') return [];
  const subnets = connection.side === 'known' ? connection.local.subnets : [...connection.local.subnets, ...connection.remote.subnets];
  return subnets.filter(({ value }) => familyOf(value) === family && isNetwork(value));
}

function isNetwork(cidr: string): boolean {
  const range = parseAddressRange(cidr);
  return range !== undefined && range.low !== range.high;
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** A concrete address or network, not `%any`, a name or everybody. */
export function isAddress(text: string): boolean {
  const range = parseAddressRange(text);
  return range !== undefined && text !== '0.0.0.0' && text !== '::' && !text.endsWith('/0');
}

/**
 * Both ends of an ipsec.conf are written as addresses, or one of them as `%any`, and this host has none of them: no daemon can tell which
 * end it is.
 */
export function neitherIsOurs({ side, local, remote }: Connection, interfaces: readonly Interface[]): boolean {
  const ends = [local, remote].map(({ addresses }) => addresses.map(({ value }) => value));
  const own = new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address.toLowerCase())));
  const elsewhere = (text: string) => isAddress(text) && !/[-/]/.test(text) && !own.has(text.toLowerCase());
  return (
    side !== 'known' &&
    own.size > 0 &&
    ends.some((end) => !isAnybody(end)) &&
    ends.every((end) => end.length > 0 && (isAnybody(end) || end.every(elsewhere)))
  );
}

/** Connections whose ends (or selectors) are of a family; one without any address may be of either. */
export function usesFamily({ local, remote }: Connection, family: Family): boolean {
  const written = [...local.addresses, ...remote.addresses, ...local.subnets, ...remote.subnets]
    .map(({ value }) => value)
    .filter((value) => parseAddressRange(value) !== undefined);
  return written.length === 0 ? family === 'ipv4' : written.some((value) => familyOf(value) === family);
}

/** Kinds of interfaces in which a tunnel ends: what comes out of them was encrypted. */
export const TUNNEL_KINDS: ReadonlySet<string> = new Set(['vti', 'vti6', 'xfrm', 'tun']);

/** Interfaces over which the encrypted packets of connections go. */
export function outerDevices(
  connections: readonly Connection[],
  interfaces: readonly Interface[],
  routes: readonly Route[],
): readonly string[] {
  const devices = new Set<string>();
  for (const { local, remote } of connections) {
    // An address that floats between routers may stand on the loopback: packets go by routes all the same.
    const own = local.addresses.flatMap(({ value }) =>
      interfaces.filter(({ loopback, addresses }) => !loopback && addresses.some(({ address }) => address === value)),
    );
    const found =
      own.length > 0
        ? own.map(({ name }) => name)
        : remote.addresses.map(({ value }) => deviceTo(value, routes)).filter((device) => device !== undefined);
    for (const device of found.length > 0 ? found : defaultDevices(routes)) devices.add(device);
  }
  return interfaces.filter(({ name, loopback }) => devices.has(name) && !loopback).map(({ name }) => name);
}

/** Longest prefix in the main table; names and `%any` have no route of their own. */
export function deviceTo(address: string, routes: readonly Route[]): string | undefined {
  const target = parseAddressRange(address);
  if (target === undefined) return undefined;
  let best: { readonly size: bigint; readonly metric: number; readonly device: string } | undefined;
  for (const { destination, device, table, type, metric, nextHops } of routes) {
    const range = table === 'main' && type === 'unicast' ? parseAddressRange(destination) : undefined;
    const way = device ?? nextHops[0]?.device;
    if (range === undefined || way === undefined || !covers(range, target)) continue;
    const size = range.high - range.low;
    if (best === undefined || size < best.size || (size === best.size && metric < best.metric)) best = { size, metric, device: way };
  }
  return best?.device;
}

function defaultDevices(routes: readonly Route[]): readonly string[] {
  return routes.flatMap(({ destination, device, table, nextHops }) =>
    table === 'main' && ['0.0.0.0/0', '::/0'].includes(destination)
      ? [device, ...nextHops.map((hop) => hop.device)].filter((name) => name !== undefined)
      : [],
  );
}

/** Interfaces and routes, or nothing where they could not be seen. */
export async function readWays(
  host: HostFacts,
): Promise<{ readonly interfaces: readonly Interface[]; readonly routes: readonly Route[] } | undefined> {
  const [interfaces, routes] = await Promise.all([host.interfaces(), host.routes()]);
  const seen = answered(interfaces);
  return seen === undefined ? undefined : { interfaces: seen, routes: answered(routes) ?? [] };
}
