import type { Connection } from '../../model/connection.js';
import { contains, type Network, parseNetwork, sameNetwork } from '../../wire/ip/network.js';
import { type SelectorNetworks, selectorsOf } from '../effective/selectors.js';

/** Two connections taken for the ends of one tunnel. */
export interface ConnectionPair {
  readonly ours: Connection;
  readonly theirs: Connection;
}

export interface PairedConnections {
  readonly pairs: readonly ConnectionPair[];
  readonly oursAlone: readonly Connection[];
  readonly theirsAlone: readonly Connection[];
}

/** More connections than this are compared by the first of them. */
const MAX_CONNECTIONS = 500;

/**
 * Finds which connections of two gateways belong together: by the addresses they call each other, then by their networks. Where it is
 * not sure which side of an ipsec.conf is its own (both ends often have the same file), the side that fits counts. One connection at
 * each end belongs together whatever it says.
 */
export function pairConnections(ours: readonly Connection[], theirs: readonly Connection[]): PairedConnections {
  const [mine, yours] = [ours.filter(negotiates).slice(0, MAX_CONNECTIONS), theirs.filter(negotiates).slice(0, MAX_CONNECTIONS)];
  const scored: { readonly a: View; readonly b: View; readonly x: View; readonly y: View; readonly score: number }[] = [];
  const [ourViews, theirViews] = [mine.map(viewsOf), yours.map(viewsOf)];
  for (const ours of ourViews)
    for (const theirs of theirViews) {
      const ways = ours.flatMap((x) => theirs.map((y) => ({ x, y, score: likeness(x, y) })));
      const best = ways.reduce((first, way) => (way.score > first.score ? way : first));
      const [[a], [b]] = [ours, theirs];
      scored.push({ a, b, ...best });
    }
  scored.sort((x, y) => y.score - x.score);
  const pairs: ConnectionPair[] = [];
  const [usedOurs, usedTheirs] = [new Set<Connection>(), new Set<Connection>()];
  const forced = mine.length === 1 && yours.length === 1;
  for (const { a, b, score, x, y } of scored) {
    if ((score <= 0 && !forced) || usedOurs.has(a.connection) || usedTheirs.has(b.connection)) continue;
    usedOurs.add(a.connection);
    usedTheirs.add(b.connection);
    pairs.push({ ours: x.connection, theirs: y.connection });
  }
  return { pairs, oursAlone: mine.filter((one) => !usedOurs.has(one)), theirsAlone: yours.filter((one) => !usedTheirs.has(one)) };
}

/** Bypass and drop policies are nobody's tunnel. */
function negotiates({ mode }: Connection): boolean {
  return mode.value === 'tunnel' || mode.value === 'transport';
}

/** The same connection seen from its other side. */
export function turned(connection: Connection): Connection {
  const { local, remote, localSide, selectorPairs } = connection;
  return {
    ...connection,
    local: remote,
    remote: local,
    ...(localSide !== undefined && { localSide: localSide === 'left' ? 'right' : 'left' }),
    ...(selectorPairs !== undefined && {
      selectorPairs: selectorPairs.map((pair) => ({
        local: pair.remote,
        remote: pair.local,
        ...(pair.remotePort !== undefined && { localPort: pair.remotePort }),
        ...(pair.localPort !== undefined && { remotePort: pair.localPort }),
      })),
    }),
  };
}

/** What is compared of a connection, taken apart once. */
interface View {
  readonly connection: Connection;
  readonly wanted: readonly Address[];
  readonly own: readonly Address[];
  readonly pairs: readonly SelectorNetworks[];
}

interface Address {
  readonly text: string;
  readonly network: Network | undefined;
}

/** More networks of a connection than this are not looked at to find where it belongs. */
const MAX_LOOKED_AT = 64;

/** As it stands, and turned round where its side is not known. */
function viewsOf(connection: Connection): readonly [View, ...View[]] {
  const view = (one: Connection): View => {
    const addresses = (side: 'local' | 'remote') => one[side].addresses.map(({ value }) => ({ text: value, network: parseNetwork(value) }));
    return { connection: one, wanted: addresses('remote'), own: addresses('local'), pairs: selectorsOf(one).pairs.slice(0, MAX_LOOKED_AT) };
  };
  return connection.side === 'unsure' ? [view(connection), view(turned(connection))] : [view(connection)];
}

/** How well two connections fit: addresses count for more than networks; what contradicts counts against. */
function likeness(ours: View, theirs: View): number {
  const [a, b] = [ours.connection, theirs.connection];
  if ((a.dialect === 'openvpn') !== (b.dialect === 'openvpn')) return -10;
  return address(ours.wanted, theirs.own) + address(theirs.wanted, ours.own) + networks(ours, theirs) + (a.name === b.name ? 0.5 : 0);
}

function address(wanted: readonly Address[], own: readonly Address[]): number {
  let best = -4;
  for (const a of wanted)
    for (const b of own) {
      if (a.text === b.text && !a.text.startsWith('%')) return 8;
      if (a.network === undefined || b.network === undefined) best = Math.max(best, 0);
      else best = Math.max(best, sameNetwork(a.network, b.network) ? 8 : contains(a.network, b.network) ? 4 : -4);
    }
  return wanted.length === 0 || own.length === 0 ? 0 : best;
}

function networks(ours: View, theirs: View): number {
  // Networks that have nothing to do with each other speak against it.
  let best = ours.pairs.length === 0 || theirs.pairs.length === 0 ? 0 : -4;
  for (const a of ours.pairs)
    for (const b of theirs.pairs) {
      const [near, far] = [sameNetwork(a.local, b.remote), sameNetwork(a.remote, b.local)];
      if (near && far) return 5;
      best = Math.max(best, near || far ? 3 : touches(a.local, b.remote) && touches(a.remote, b.local) ? 1 : best);
    }
  return best;
}

function touches(a: Network, b: Network): boolean {
  return contains(a, b) || contains(b, a);
}
