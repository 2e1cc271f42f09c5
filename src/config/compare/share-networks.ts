import type { Connection, SelectorPair, Sourced } from '../../model/connection.js';
import { contains, formatNetwork, sameNetwork } from '../../wire/ip/network.js';
import { mirrored, type SelectorNetworks, type SourcedSelectors, samePair } from '../effective/selectors.js';

/**
 * The networks of one connection shared out among several of the other end: an entry of a crypto map has all networks of a peer where
 * strongSwan has a child for each. `members`: the networks of each of those. What is of nobody goes to the first that has none of its
 * own in common and comes near it, else to the first of all.
 * @returns for each member what of the connection belongs to it; undefined: nothing does
 */
export function shareNetworks(
  connection: Connection,
  pairs: readonly SourcedSelectors[],
  members: readonly (readonly SelectorNetworks[])[],
): readonly (Connection | undefined)[] {
  const shares = members.map((): SourcedSelectors[] => []);
  const rest: SourcedSelectors[] = [];
  for (const pair of pairs) {
    const owner = members.findIndex((theirs) => theirs.some((other) => samePair(pair, mirrored(other))));
    (shares[owner] ?? rest).push(pair);
  }
  for (const pair of rest) {
    const near = members.findIndex((theirs, i) => shares[i]?.length === 0 && theirs.some((other) => comesNear(pair, mirrored(other))));
    shares[Math.max(near, 0)]?.push(pair);
  }
  return shares.map((share) =>
    share.length === 0
      ? undefined
      : {
          ...connection,
          selectorPairs: share.map(selectorPair),
          otherPairs: pairs.filter((pair) => !share.includes(pair)).map(selectorPair),
        },
  );
}

/** One network is the same, or both overlap: a slip of the pen apart. */
function comesNear(a: SelectorNetworks, b: SelectorNetworks): boolean {
  const sides = ['local', 'remote'] as const;
  return (
    sides.some((side) => sameNetwork(a[side], b[side])) || sides.every((side) => contains(a[side], b[side]) || contains(b[side], a[side]))
  );
}

function selectorPair({ local, remote, localPort, remotePort, places }: SourcedSelectors): SelectorPair {
  const [here, there, ...ports] = places as readonly [Sourced<string>, Sourced<string>, ...Sourced<string>[]];
  const at = ({ file, line }: Sourced<string>, value: string) => ({ value, file, line });
  return {
    local: at(here, formatNetwork(local)),
    remote: at(there, formatNetwork(remote)),
    ...(localPort !== undefined && { localPort: at(ports[0] ?? here, localPort) }),
    ...(remotePort !== undefined && { remotePort: at(ports.at(-1) ?? there, remotePort) }),
  };
}
