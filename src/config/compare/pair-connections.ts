import type { Connection } from '../../model/connection.js';
import { selectorsOf } from '../effective/selectors.js';
import { contains, parseNetwork, sameNetwork } from '../network.js';

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
  const scored: (ConnectionPair & { score: number; a: Connection; b: Connection })[] = [];
  for (const a of mine)
    for (const b of yours) {
      const ways = [a, ...(a.side === 'unsure' ? [turned(a)] : [])].flatMap((x) =>
        [b, ...(b.side === 'unsure' ? [turned(b)] : [])].map((y) => ({ x, y, score: likeness(x, y) })),
      );
      const best = ways.reduce((first, way) => (way.score > first.score ? way : first));
      scored.push({ ours: best.x, theirs: best.y, score: best.score, a, b });
    }
  scored.sort((x, y) => y.score - x.score);
  const pairs: ConnectionPair[] = [];
  const [usedOurs, usedTheirs] = [new Set<Connection>(), new Set<Connection>()];
  const forced = mine.length === 1 && yours.length === 1;
  for (const { a, b, score, ours: x, theirs: y } of scored) {
    if ((score <= 0 && !forced) || usedOurs.has(a) || usedTheirs.has(b)) continue;
    usedOurs.add(a);
    usedTheirs.add(b);
    pairs.push({ ours: x, theirs: y });
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

/** How well two connections fit: addresses count for more than networks; what contradicts counts against. */
function likeness(ours: Connection, theirs: Connection): number {
  if ((ours.dialect === 'openvpn') !== (theirs.dialect === 'openvpn')) return -10;
  return address(ours, theirs) + address(theirs, ours) + networks(ours, theirs) + (ours.name === theirs.name ? 0.5 : 0);
}

function address(here: Connection, there: Connection): number {
  const wanted = here.remote.addresses.map(({ value }) => value);
  const own = there.local.addresses.map(({ value }) => value);
  let best = -4;
  for (const a of wanted)
    for (const b of own) {
      if (a === b && !a.startsWith('%')) return 8;
      const [x, y] = [parseNetwork(a), parseNetwork(b)];
      if (x !== undefined && y !== undefined) best = Math.max(best, sameNetwork(x, y) ? 8 : contains(x, y) ? 4 : -4);
      else best = Math.max(best, 0);
    }
  return wanted.length === 0 || own.length === 0 ? 0 : best;
}

function networks(ours: Connection, theirs: Connection): number {
  const [mine, yours] = [selectorsOf(ours).pairs.slice(0, 64), selectorsOf(theirs).pairs.slice(0, 64)];
  let best = 0;
  for (const a of mine)
    for (const b of yours) {
      if (sameNetwork(a.local, b.remote) && sameNetwork(a.remote, b.local)) return 5;
      if (sameNetwork(a.local, b.remote) || sameNetwork(a.remote, b.local)) best = Math.max(best, 3);
      else if (
        [a.local, b.remote].every(
          (one, _, [x, y]) => x !== undefined && y !== undefined && one !== undefined && (contains(x, y) || contains(y, x)),
        )
      )
        best = Math.max(best, 1);
    }
  return best;
}
