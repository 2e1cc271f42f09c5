import type { Connection, ConnectionEnd, Sourced } from '../../model/connection.js';
import { formatNetwork, parseNetwork } from '../../wire/ip/network.js';

/** What `--local-ts` and `--remote-ts` would be given; empty: everything. */
export interface ConnectionSelectors {
  readonly local: readonly string[];
  readonly remote: readonly string[];
  readonly places: readonly Sourced<string>[];
  /** Pairs in all, where the product makes a CHILD_SA of each; else 1. */
  readonly pairs: number;
  /** What is no network. */
  readonly unknown: readonly Sourced<string>[];
}

/** Addresses of the ends, for a connection that leaves them open. */
export interface EndAddresses {
  readonly local: string | undefined;
  readonly remote: string | undefined;
}

interface Selector {
  readonly text: string;
  readonly place: Sourced<string>;
}

/**
 * The selectors of one CHILD_SA. strongSwan with IKEv2 puts every network into one; the others, and IKEv1, make one of each pair.
 * @param wanted which of the pairs, from 1
 */
export function selectorsFor(
  connection: Connection,
  version: 'ikev1' | 'ikev2',
  addresses: EndAddresses,
  wanted: number,
): ConnectionSelectors {
  const unknown: Sourced<string>[] = [];
  const side = (end: ConnectionEnd, address: string | undefined): readonly Selector[] => {
    const place = end.addresses[0] ?? { value: '', file: connection.file, line: 0 };
    const own = address === undefined ? [] : [{ ...place, value: address }];
    const virtual = end === connection.local && asksForAddress(connection);
    const from = end.subnets.length > 0 ? end.subnets : virtual ? [] : own;
    return from.flatMap((network) => selectorOf(network, end.protoPort, unknown));
  };
  const pairs =
    connection.selectorPairs?.flatMap(({ local, remote, localPort, remotePort }) =>
      selectorOf(local, localPort, unknown).flatMap((ours) =>
        selectorOf(remote, remotePort, unknown).map((theirs) => ({ ours: [ours], theirs: [theirs] })),
      ),
    ) ?? [];
  if (connection.selectorPairs === undefined) {
    const ours = side(connection.local, addresses.local);
    const theirs = side(connection.remote, addresses.remote);
    const together = version === 'ikev2' && (connection.dialect === 'swanctl' || connection.dialect === 'stroke');
    if (together || ours.length === 0 || theirs.length === 0) pairs.push({ ours: [...ours], theirs: [...theirs] });
    else for (const one of ours) for (const other of theirs) if (pairs.length < MOST_PAIRS) pairs.push({ ours: [one], theirs: [other] });
  }
  const { ours, theirs } = pairs[wanted - 1] ?? { ours: [], theirs: [] };
  return {
    local: ours.map(({ text }) => text),
    remote: theirs.map(({ text }) => text),
    places: [...ours, ...theirs].map(({ place }) => place),
    pairs: pairs.length,
    unknown,
  };
}

const MOST_PAIRS = 1024;

/** `vips = 0.0.0.0`, `leftsourceip=%config`, `leftmodecfgclient=yes`. */
export function asksForAddress({ local, localSide, other }: Connection): boolean {
  if (local.sourceIp !== undefined && /^(%config[46]?|%modeconfig|%modecfg|%cfg|0\.0\.0\.0|::)(\s*,.*)?$/i.test(local.sourceIp.value))
    return true;
  return other.some(({ key, value }) => key === `${localSide}modecfgclient` && /^(yes|y|true|on|1)$/i.test(value.value));
}

function selectorOf(network: Sourced<string>, port: Sourced<string> | undefined, unknown: Sourced<string>[]): readonly Selector[] {
  const parsed = parseNetwork(network.value);
  const range = /^[\da-f.:]+-[\da-f.:]+$/i.test(network.value);
  if (parsed === undefined && !range) {
    unknown.push(network);
    return [];
  }
  return [{ text: `${parsed === undefined ? network.value : formatNetwork(parsed)}${portText(port)}`, place: network }];
}

/** `17/1701`, `tcp/%any`, `0`: as `--local-ts` takes it. */
function portText(port: Sourced<string> | undefined): string {
  const [protocol = '', number] = (port?.value ?? '').toLowerCase().split('/');
  if (/^(0|any|%any|ip)?$/.test(protocol)) return '';
  return `[${protocol}${number === undefined || /^(0|any|%any)$/.test(number) ? '' : `/${number}`}]`;
}
