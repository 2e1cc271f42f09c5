import { productNames } from '../../config/effective/config-end.js';
import { pfsGroups } from '../../config/effective/pfs-groups.js';
import { groupWord } from '../../config/group-words.js';
import type { TunnelFlags } from '../settings/flags.js';
import { canRun } from '../settings/proposals.js';
import { ahFor, proposalsFor } from './proposals.js';
import type { ConnectionReading } from './reading.js';

/** `--ike`, `--esp` or `--ah`, `--pfs` and `--esn` of a connection. */
export function proposalFlags(reading: ConnectionReading): Partial<TunnelFlags> {
  const { connection } = reading.end;
  const ike = proposalsFor(reading.end, 'ike', reading.version);
  const ah = connection.protocol.value === 'ah';
  const child = ah ? ahFor(reading.end) : proposalsFor(reading.end, 'esp', reading.version);
  for (const [name, { text, place, left }] of [
    ['IKE', ike],
    [ah ? 'AH' : 'ESP', child],
  ] as const) {
    const whose = `the list of ${productNames[reading.end.product]}`;
    if (text === undefined) {
      const own = place === undefined ? `${whose} is not offered` : `line ${place.line}: nothing in it can be offered`;
      reading.note(`${name}: ${own}, but vpndoctor's own`);
    } else reading.row(name, place === undefined ? `${whose}: ${text}` : text, place, place !== undefined);
    if (left.length > 0) reading.note(`${name}: left out: ${left.join(', ')}, which vpndoctor cannot run`);
  }
  const offered = pfsGroups(reading.end, reading.version, undefined);
  const { pfs } = connection;
  const bySetting = (connection.dialect === 'libreswan' || connection.dialect === 'openswan') && pfs.value;
  const groups = offered.groups.filter((id) => canRun('KE', id)).map(groupWord);
  const withPfs = groups.length > 0 && !offered.optional ? groups.join('-') : bySetting ? true : undefined;
  reading.row('PFS', withPfs === undefined ? 'no' : withPfs === true ? 'with the groups of IKE' : groups.join(', '), pfs, false);
  return {
    ...(ike.text === undefined ? {} : { ike: ike.text }),
    ...(child.text === undefined ? {} : ah ? { ah: child.text } : { esp: child.text }),
    ...(withPfs === undefined ? {} : { pfs: withPfs }),
    ...(reading.says('esn', 'either') ? { esn: true } : {}),
  };
}
