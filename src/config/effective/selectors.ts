import type { Connection, Sourced } from '../../model/connection.js';
import { formatNetwork, type Network, parseNetwork, sameNetwork } from '../../wire/ip/network.js';

/** A pair of networks that the tunnel carries, ours first. */
export interface SelectorNetworks {
  readonly local: Network;
  readonly remote: Network;
  /** `tcp/80`; absent: anything. */
  readonly localPort?: string;
  readonly remotePort?: string;
}

/** The same with the places it comes from. */
export interface SourcedSelectors extends SelectorNetworks {
  readonly places: readonly Sourced<string>[];
}

/** More pairs than this are compared by nobody. */
const MAX_PAIRS = 1024;

/**
 * The pairs of a connection: those of its access list, else every local network with every remote one; without networks the addresses
 * of the ends themselves. What is no network (a name, `%dynamic`, `vhost:`) makes no pair and is counted in `unknown`.
 */
export function selectorsOf(connection: Connection): {
  readonly pairs: readonly SourcedSelectors[];
  readonly unknown: readonly Sourced<string>[];
} {
  const unknown: Sourced<string>[] = [];
  const network = (from: Sourced<string>): Network | undefined => {
    const found = parseNetwork(from.value);
    if (found === undefined) unknown.push(from);
    return found;
  };
  const pairs: SourcedSelectors[] = [];
  const add = (
    local: Sourced<string>,
    remote: Sourced<string>,
    localPort: Sourced<string> | undefined,
    remotePort: Sourced<string> | undefined,
  ) => {
    const [a, b] = [network(local), network(remote)];
    if (a === undefined || b === undefined || a.family !== b.family || pairs.length >= MAX_PAIRS) return;
    const [ours, theirs] = [canonicalPort(localPort?.value), canonicalPort(remotePort?.value)];
    pairs.push({
      local: a,
      remote: b,
      ...(ours !== undefined && { localPort: ours }),
      ...(theirs !== undefined && { remotePort: theirs }),
      places: [local, remote, localPort, remotePort].filter((place) => place !== undefined),
    });
  };
  if (connection.selectorPairs !== undefined) {
    for (const { local, remote, localPort, remotePort } of connection.selectorPairs) add(local, remote, localPort, remotePort);
    return { pairs, unknown };
  }
  const of = (side: 'local' | 'remote') => {
    const { subnets, addresses, sourceIp } = connection[side];
    if (subnets.length > 0) return subnets;
    // A virtual address is not known before the other end gave it.
    if (sourceIp !== undefined && connection.dialect !== 'openswan')
      return [/^(0\.0\.0\.0|::)$/.test(sourceIp.value) ? { ...sourceIp, value: '%config' } : sourceIp];
    return addresses.slice(0, 1);
  };
  for (const local of of('local'))
    for (const remote of of('remote')) add(local, remote, connection.local.protoPort, connection.remote.protoPort);
  return { pairs, unknown };
}

const protocols: ReadonlyMap<string, string> = new Map(
  Object.entries({ '1': 'icmp', '6': 'tcp', '17': 'udp', '47': 'gre', '58': 'icmpv6' }),
);

/** `17/1701`, `udp/1701`, `6`, `tcp/%any`: one spelling; undefined where it is anything. */
function canonicalPort(text: string | undefined): string | undefined {
  const [protocol = '', port] = (text ?? '').toLowerCase().split('/');
  if (/^(0|any|%any|ip)?$/.test(protocol)) return undefined;
  const name = protocols.get(protocol) ?? protocol;
  return port === undefined || /^(0|any|%any)$/.test(port) ? name : `${name}/${port}`;
}

/** The same pair as the other end has to write it. */
export function mirrored({ local, remote, localPort, remotePort }: SelectorNetworks): SelectorNetworks {
  return {
    local: remote,
    remote: local,
    ...(remotePort !== undefined && { localPort: remotePort }),
    ...(localPort !== undefined && { remotePort: localPort }),
  };
}

export function samePair(a: SelectorNetworks, b: SelectorNetworks): boolean {
  return sameNetwork(a.local, b.local) && sameNetwork(a.remote, b.remote) && a.localPort === b.localPort && a.remotePort === b.remotePort;
}

/** `10.1.0.0/16 - 10.2.0.0/16`, with ports in brackets. */
export function selectorText({ local, remote, localPort, remotePort }: SelectorNetworks): string {
  const part = (network: Network, port: string | undefined) => `${formatNetwork(network)}${port === undefined ? '' : `[${port}]`}`;
  return `${part(local, localPort)} - ${part(remote, remotePort)}`;
}
