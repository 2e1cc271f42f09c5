import type { SelectorPair } from '../../model/connection.js';
import { contains, type Network, parseNetwork } from '../../wire/ip/network.js';
import type { RemarkList } from '../source.js';
import { listAddress } from './address-and-mask.js';
import type { CiscoParts } from './cisco-parts.js';
import type { CryptoMapEntry } from './crypto-maps.js';
import { findCommands } from './entry-commands.js';

/** More pairs of networks than this are not compared with each other. */
const MAX_PAIRS = 2000;

interface Line {
  readonly permits: boolean;
  readonly pair: SelectorPair;
  readonly local: Network;
  readonly remote: Network;
}

interface Entry {
  readonly name: string;
  readonly entry: CryptoMapEntry;
  readonly peers: readonly string[];
  readonly lines: readonly Line[];
}

/**
 * Entries of a crypto map whose traffic an earlier one takes for another peer: a packet belongs to the first entry, by number, whose access
 * list permits it; one that the list denies goes on to the next (ASA configuration guide, "crypto map", sequence numbers and deny ACEs).
 */
export function remarkOnOrder(parts: CiscoParts, text: string, list: RemarkList): void {
  let earlier: Entry[] = [];
  let left = MAX_PAIRS;
  for (const entry of parts.entries) {
    if (entry.dynamic || entry.dynamicMap !== undefined) continue;
    const one = readEntry(entry, parts);
    left -= one.lines.length;
    if (left < 0) return;
    if (earlier[0]?.entry.map !== entry.map) earlier = [];
    const hit = one.lines.filter(({ permits }) => permits).flatMap((line) => takenBy(line, one, earlier));
    earlier.push(one);
    const [first] = hit;
    if (first === undefined) continue;
    const { file, line } = first.taker.pair.local;
    const alike = hit.filter(({ taker }) => taker.pair.local.line === line).map(({ lost }) => lost.pair);
    const { local, remote } = first.lost.pair;
    // Of the same networks nothing would be left to the earlier one.
    const wider = hit.every(({ lost, taker }) => taker.local.prefix < lost.local.prefix || taker.remote.prefix < lost.remote.prefix);
    const before = text.split('\n')[line - 1]?.trimEnd() ?? '';
    list.add({
      file,
      line,
      severity: 'error',
      code: 'shadowed-entry',
      connection: one.name,
      text: `${first.by.name} comes before ${one.name} and takes ${local.value} - ${remote.value} for its own peer ${first.by.peers.join(', ')}: nothing of it gets to ${one.peers.join(', ')}; ${wider ? `deny it there, or give ${one.name} a lower number` : 'one of the two is too many, or both peers belong into one entry'}`,
      ...(wider && { fix: [...denials(before, alike, parts.platform === 'ios'), before].join('\n') }),
    });
  }
}

function readEntry(entry: CryptoMapEntry, { lists, objects }: CiscoParts): Entry {
  const match = findCommands(entry, 'match', 'address')[0];
  const pairs = (match === undefined ? undefined : lists.find(match.value[0] ?? ''))?.pairs ?? [];
  return {
    name: `${entry.map} ${entry.sequence}`,
    entry,
    peers: findCommands(entry, 'set', 'peer').flatMap(({ value }) =>
      value.filter((word) => word !== 'default').map((word) => objects.address(word)),
    ),
    lines: pairs.flatMap(({ action, ...pair }): readonly Line[] => {
      const [local, remote] = [parseNetwork(pair.local.value), parseNetwork(pair.remote.value)];
      return local === undefined || remote === undefined ? [] : [{ permits: action === 'permit', pair, local, remote }];
    }),
  };
}

interface Taken {
  readonly lost: Line;
  readonly taker: Line;
  readonly by: Entry;
}

/** The first earlier entry for another peer whose list permits the whole of a line. */
function takenBy(lost: Line, own: Entry, earlier: readonly Entry[]): readonly Taken[] {
  for (const by of earlier) {
    if (by.peers.length === 0 || by.peers.some((peer) => own.peers.includes(peer))) continue;
    // Lines for one protocol take a part only.
    const taker = by.lines.find(
      ({ local, remote, pair }) => pair.remotePort === undefined && contains(local, lost.local) && contains(remote, lost.remote),
    );
    if (taker?.permits === true) return [{ lost, taker, by }];
  }
  return [];
}

/** Entries of the list that let the pairs through to the next entry of the map, in the form of the line that they go before. */
function denials(line: string, pairs: readonly SelectorPair[], wildcards: boolean): readonly string[] {
  const [, head = '', extended = '', number] = /^(\s*(?:access-list \S+ )?)(?:line \d+ )?(extended )?(?:(\d+) )?/.exec(line) ?? [];
  return pairs.map(({ local, remote }, i) => {
    const own = number === undefined ? '' : `${Math.max(Number(number) - pairs.length + i, 1)} `;
    return `${head}${extended}${own}deny ip ${listAddress(local.value, wildcards)} ${listAddress(remote.value, wildcards)}`;
  });
}
