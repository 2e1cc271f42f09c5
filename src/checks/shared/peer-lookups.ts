import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { RouteLookup } from '../../host/linux/routes.js';
import type { Connection } from '../../model/connection.js';
import { rulesArePlain } from './route-choice.js';
import { familyOf, isAddress, readTunnels } from './tunnels.js';

/** The kernel's own word on the way to each peer, where policy routing makes it hard to follow; else empty. */
export type PeerLookups = ReadonlyMap<string, Answer<RouteLookup>>;

/** Asking the kernel costs a process each. */
const MAX_LOOKUPS = 16;

export async function readPeerLookups(host: HostFacts): Promise<PeerLookups> {
  const [{ ipsec }, interfaces, rules] = await Promise.all([readTunnels(host), host.interfaces(), host.routingRules()]);
  if (rulesArePlain(answered(rules) ?? [])) return new Map();
  const seen = answered(interfaces) ?? [];
  const asked = [...peersOf(ipsec)].slice(0, MAX_LOOKUPS);
  return new Map(
    await Promise.all(asked.map(async ([peer, users]) => [peer, await host.routeTo(peer, sourceTo(peer, users, seen))] as const)),
  );
}

/** Peers of one fixed address, with the connections that name them. */
export function peersOf(connections: readonly Connection[]): ReadonlyMap<string, readonly Connection[]> {
  const peers = new Map<string, Connection[]>();
  for (const connection of connections) {
    for (const { value } of connection.remote.addresses) {
      if (!isAddress(value) || value.includes('/') || value.includes('-')) continue;
      peers.set(value, [...(peers.get(value) ?? []), connection]);
    }
  }
  return peers;
}

/** The address of ours that the daemon sends from, where the configuration fixes it: rules may ask for it. */
function sourceTo(peer: string, connections: readonly Connection[], interfaces: readonly Interface[]): string | undefined {
  const written = new Set(connections.flatMap(({ local }) => local.addresses.map(({ value }) => value)));
  const [source, second] = [...written].filter(
    (address) =>
      familyOf(address) === familyOf(peer) && interfaces.some(({ addresses }) => addresses.some((own) => own.address === address)),
  );
  return second === undefined ? source : undefined;
}

/** The interface by which the kernel would send to a peer, where it was asked and has one. */
export function deviceTold(peer: string, lookups: PeerLookups): string | undefined {
  const told = lookups.get(peer);
  return told?.ok === true && told.value.reachable ? told.value.device : undefined;
}
