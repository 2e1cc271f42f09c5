import type { SelectorPair } from '../../model/connection.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { selectorsOf } from '../effective/selectors.js';
import type { Change, Edit } from './change.js';
import { mendCisco } from './mend-cisco.js';
import { mendIpsecConf } from './mend-ipsec-conf.js';
import { mendIsakmpd } from './mend-isakmpd.js';
import { mendOpenvpn } from './mend-openvpn.js';
import { mendRacoon } from './mend-racoon.js';
import { mendSwanctl } from './mend-swanctl.js';
import { tidyEdits } from './tidy-edits.js';

/**
 * The corrected lines of one end for a change, in its own language. Undefined where we have none to offer: the thing cannot be said
 * there, or saying it means to write the connection anew.
 */
export function mend(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  const edits = change.kind === 'selectors' ? editsOf(...withOtherPairs(end, change)) : editsOf(end, change);
  return edits === undefined ? undefined : tidyEdits(edits, end.texts);
}

/** Networks in the lines that change, of a connection that is shared by several of the other end, stay as they are. */
function withOtherPairs(end: ConfigEnd, change: Extract<Change, { kind: 'selectors' }>): readonly [ConfigEnd, Change] {
  const { connection } = end;
  const { selectorPairs = [], otherPairs } = connection;
  if (otherPairs === undefined) return [end, change];
  const lines = (pair: SelectorPair) => [pair.local, pair.remote].map(({ file, line }) => `${file}:${line}`);
  const touched = new Set(selectorPairs.flatMap(lines));
  const staying = otherPairs.filter((pair) => lines(pair).some((line) => touched.has(line)));
  const kept = selectorsOf({ ...connection, selectorPairs: staying }).pairs.map(({ places: _, ...pair }) => pair);
  return [
    { ...end, connection: { ...connection, selectorPairs: [...selectorPairs, ...staying] } },
    // The one that has the connection to itself keeps it.
    { ...change, pairs: change.apart === true ? [...kept, ...change.pairs] : [...change.pairs, ...kept] },
  ];
}

function editsOf(end: ConfigEnd, change: Change): readonly Edit[] | undefined {
  if (change.kind === 'line') return [{ file: change.file, line: change.line, how: 'replace', text: change.text }];
  switch (end.connection.dialect) {
    case 'openswan':
    case 'libreswan':
    case 'stroke':
      return mendIpsecConf(end, change);
    case 'swanctl':
      return mendSwanctl(end, change);
    case 'cisco-asa':
      return mendCisco(end, change);
    case 'openvpn':
      return mendOpenvpn(end, change);
    case 'racoon':
      return mendRacoon(end, change);
    case 'isakmpd':
      return mendIsakmpd(end, change);
  }
}
