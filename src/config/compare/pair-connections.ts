import type { Connection } from '../../model/connection.js';
import { contains, type Network, parseNetwork, sameNetwork } from '../../wire/ip/network.js';
import { type SelectorNetworks, selectorsOf } from '../effective/selectors.js';
import { shareNetworks } from './share-networks.js';

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
 * each end belongs together whatever it says; several may belong to one of the other end, which then has a share of the networks for each.
 */
export function pairConnections(ours: readonly Connection[], theirs: readonly Connection[]): PairedConnections {
  const [mine, yours] = [ours.filter(negotiates).slice(0, MAX_CONNECTIONS), theirs.filter(negotiates).slice(0, MAX_CONNECTIONS)];
  const scored: Fit[] = [];
  const [ourViews, theirViews] = [mine.map(viewsOf), yours.map(viewsOf)];
  for (const ours of ourViews)
    for (const theirs of theirViews) {
      const ways = ours.flatMap((x) => theirs.map((y) => ({ x, y, score: likeness(x, y) })));
      const best = ways.reduce((first, way) => (way.score > first.score ? way : first));
      const [[a], [b]] = [ours, theirs];
      scored.push({ a: a.connection, b: b.connection, ...best });
    }
  scored.sort((x, y) => y.score - x.score);
  const groups = new Map<Connection, Group>();
  const forced = mine.length === 1 && yours.length === 1;
  for (const fit of scored) {
    if ((fit.score <= 0 && !forced) || groups.has(fit.a) || groups.has(fit.b)) continue;
    const group = { fits: [fit] };
    groups.set(fit.a, group).set(fit.b, group);
  }
  // What is left over belongs to a connection of the other end that is of the same two gateways and has several networks.
  for (const fit of scored) {
    const [ofOurs, ofTheirs] = [groups.get(fit.a), groups.get(fit.b)];
    const group = ofOurs ?? ofTheirs;
    const shared = ofOurs === undefined ? 'theirs' : 'ours';
    if (group === undefined || (ofOurs !== undefined && ofTheirs !== undefined) || (group.shared ?? shared) !== shared) continue;
    if ((shared === 'theirs' ? fit.y : fit.x).pairs.length < 2 || !sameGateways(fit)) continue;
    group.shared = shared;
    group.fits.push(fit);
    groups.set(shared === 'theirs' ? fit.a : fit.b, group);
  }
  const found = [...new Set(groups.values())].flatMap(pairsOf);
  const [paired, wanted] = [new Set(found.map(({ fit }) => fit.a)), new Set(found.map(({ fit }) => fit.b))];
  return {
    pairs: found.map(({ pair }) => pair),
    oursAlone: mine.filter((one) => !paired.has(one)),
    theirsAlone: yours.filter((one) => !wanted.has(one)),
  };
}

/** Two connections, as they stand in their files, and the views of them that fit best. */
interface Fit {
  readonly a: Connection;
  readonly b: Connection;
  readonly x: View;
  readonly y: View;
  readonly score: number;
}

/** What belongs together; `shared`: whose one connection has the networks of several of the other end. */
interface Group {
  readonly fits: Fit[];
  shared?: 'ours' | 'theirs';
}

function sameGateways({ x, y }: Fit): boolean {
  return networks(x, y) > 0 && address(x.wanted, y.own) >= 0 && address(y.wanted, x.own) >= 0 && likeness(x, y) > 8;
}

function pairsOf({ fits, shared }: Group): readonly { readonly fit: Fit; readonly pair: ConnectionPair }[] {
  const [first] = fits;
  if (shared === undefined || first === undefined)
    return fits.map((fit) => ({ fit, pair: { ours: fit.x.connection, theirs: fit.y.connection } }));
  const { connection } = shared === 'theirs' ? first.y : first.x;
  const members = fits.map(({ x, y }) => (shared === 'theirs' ? x : y));
  const shares = shareNetworks(
    connection,
    selectorsOf(connection).pairs,
    members.map(({ pairs }) => pairs),
  );
  return fits.flatMap((fit, i) => {
    const [share, member] = [shares[i], members[i]?.connection];
    if (share === undefined || member === undefined) return [];
    return [{ fit, pair: shared === 'theirs' ? { ours: member, theirs: share } : { ours: share, theirs: member } }];
  });
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
    const addresses = (values: readonly { readonly value: string }[]) =>
      values.map(({ value }) => ({ text: value, network: parseNetwork(value) }));
    const { local, remote } = one;
    // Behind a NAT the identity is often the address that the other end knows.
    const outside = local.id !== undefined && parseNetwork(local.id.value) !== undefined ? [local.id] : [];
    return {
      connection: one,
      wanted: addresses(remote.addresses),
      own: addresses([...local.addresses, ...outside]),
      pairs: selectorsOf(one).pairs.slice(0, MAX_LOOKED_AT),
    };
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
