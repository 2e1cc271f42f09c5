import type { Connection, ConnectionEnd, Sourced } from '../../model/connection.js';
import { offerText } from '../effective/algorithm-names.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { deadPeerOf } from '../effective/dead-peer.js';
import { versionsOf } from '../effective/ike-versions.js';
import { offersOf } from '../effective/offer.js';
import { selectorsOf, selectorText } from '../effective/selectors.js';
import { shownValue } from '../shown-value.js';

/** One value of a connection in words, with its place. */
export interface DescribedValue {
  readonly label: string;
  readonly text: string;
  readonly file: string;
  /** 0: the product's default. */
  readonly line: number;
}

/** More proposals or networks than this are not listed one by one. */
const MANY = 12;

/** A connection in words, every value with its place: what the file says, and the defaults that are in force beside it. */
export function describeConnection(end: ConfigEnd): readonly DescribedValue[] {
  const { connection, product } = end;
  const { local, remote, ikeVersion, aggressive, mode, protocol, pfs, ikeLifetime, childLifetime, compress, auto, other } = connection;
  const value = (label: string, from: Pick<Sourced<unknown>, 'file' | 'line'>, text: string): DescribedValue => ({
    label,
    text,
    file: from.file,
    line: from.line,
  });
  if (product === 'openvpn') return other.map(({ key, value: said }) => value(key, said, shownValue(key, said.value)));
  const sides = (side: 'local' | 'remote', part: ConnectionEnd): readonly DescribedValue[] => [
    ...part.addresses.map((address) => value(`${side} address`, address, address.value)),
    ...(part.id === undefined ? [] : [value(`${side} identity`, part.id, part.id.value)]),
    ...part.auth.map((auth) => value(`${side} authentication`, auth, auth.value)),
    ...(part.certificate === undefined ? [] : [value(`${side} certificate`, part.certificate, part.certificate.value)]),
  ];
  const offers = (use: 'ike' | 'esp') =>
    versionsOf(end)
      .flatMap((version) => offersOf(end, use, version))
      .slice(0, MANY)
      .map((offer) =>
        value(
          use === 'ike' ? 'IKE proposal' : `${protocol.value.toUpperCase()} proposal`,
          offer.source ?? { file: connection.file, line: 0 },
          offerText(offer),
        ),
      );
  const dead = deadPeerOf(end);
  return [
    ...sides('local', local),
    ...sides('remote', remote),
    value('IKE version', ikeVersion, ikeVersion.value === 'any' ? 'IKEv1 and IKEv2' : ikeVersion.value === 'ikev1' ? 'IKEv1' : 'IKEv2'),
    ...(aggressive.value ? [value('phase 1 mode', aggressive, 'aggressive')] : []),
    ...offers('ike'),
    ...(ikeLifetime === undefined ? [] : [value('IKE lifetime', ikeLifetime, `${ikeLifetime.value} s`)]),
    ...offers('esp'),
    value('PFS', pfs, pfs.value ? 'yes' : 'no'),
    ...(childLifetime === undefined ? [] : [value('ESP lifetime', childLifetime, `${childLifetime.value} s`)]),
    value('mode', mode, mode.value),
    ...selectorsOf(connection)
      .pairs.slice(0, MANY)
      .map((pair) => value('networks', pair.places[0] ?? connection, selectorText(pair))),
    value('dead peer detection', dead.place, dead.delay === 0 ? 'off' : `every ${dead.delay} s`),
    ...(connection.forceEncapsulation.value ? [value('encapsulation', connection.forceEncapsulation, 'forced')] : []),
    ...(compress.value ? [value('compression', compress, 'on')] : []),
    value('start', auto, auto.value),
    ...other.slice(0, MANY * 4).map(({ key, value: said }) => value(key, said, shownValue(key, said.value))),
  ];
}

/** The defaults in force that decide whether two ends agree and that the file does not show. */
export function silentDefaults(connection: Connection, end: ConfigEnd): readonly DescribedValue[] {
  const matters = new Set([
    'IKE version',
    'IKE proposal',
    'ESP proposal',
    'AH proposal',
    'PFS',
    'IKE lifetime',
    'ESP lifetime',
    'local authentication',
  ]);
  return connection.dialect === 'openvpn' ? [] : describeConnection(end).filter(({ line, label }) => line === 0 && matters.has(label));
}
