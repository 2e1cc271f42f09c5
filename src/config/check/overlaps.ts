import type { ConfigRemark, Connection } from '../../model/connection.js';
import { contains, type Network, sameNetwork } from '../../wire/ip/network.js';
import { selectorsOf, selectorText } from '../effective/selectors.js';

/** More remarks of this kind than people read. */
const MAX_REMARKS = 50;

/** More pairs than this are not compared with each other. */
const MAX_PAIRS = 2000;

/** Networks that lie within one another: of one connection's two ends, and of two connections to different peers. */
export function checkOverlaps(connections: readonly Connection[]): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = [];
  const all = connections
    .filter(({ mode, dialect }) => dialect !== 'openvpn' && (mode.value === 'tunnel' || mode.value === 'transport'))
    .flatMap((connection) => selectorsOf(connection).pairs.map((pair) => ({ connection, pair })))
    .slice(0, MAX_PAIRS);
  for (const { connection, pair } of all) {
    const place = pair.places.find(({ line }) => line > 0);
    if (place === undefined || !overlap(pair.local, pair.remote) || isEverything(pair.remote) || isEverything(pair.local)) continue;
    remarks.push({
      file: place.file,
      line: place.line,
      connection: connection.name,
      severity: 'warning',
      code: 'overlapping-ends',
      text: `${connection.name}: the networks of the two ends overlap: ${selectorText(pair)}; hosts in both cannot tell near from far`,
    });
  }
  // By the remote network first: only those that overlap there can be of one traffic.
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1)) {
      if (remarks.length >= MAX_REMARKS) return remarks;
      if (isRouted(a.connection) || isRouted(b.connection)) continue;
      if (a.connection.name === b.connection.name || peerOf(a.connection) === peerOf(b.connection)) continue;
      // Several peers of one entry of a crypto map are tried one after the other.
      if (a.connection.file === b.connection.file && a.connection.line === b.connection.line) continue;
      if (isOrdered(a.connection, b.connection) && contains(a.pair.remote, b.pair.remote) && contains(a.pair.local, b.pair.local)) continue;
      if (!overlap(a.pair.remote, b.pair.remote) || !overlap(a.pair.local, b.pair.local)) continue;
      if (a.pair.localPort !== b.pair.localPort || a.pair.remotePort !== b.pair.remotePort) continue;
      const place = b.pair.places.find(({ line }) => line > 0);
      if (place === undefined) continue;
      const same = sameNetwork(a.pair.remote, b.pair.remote) && sameNetwork(a.pair.local, b.pair.local);
      remarks.push({
        file: place.file,
        line: place.line,
        connection: b.connection.name,
        severity: same ? 'warning' : 'info',
        code: 'overlapping-connections',
        text: `${b.connection.name} and ${a.connection.name} want the same traffic for different peers: ${selectorText(b.pair)} and ${selectorText(a.pair)}${same ? '; one of them gets it' : '; the narrower one gets its part'}`,
      });
    }
  return remarks;
}

/** Of one crypto map: there the number decides, and a wider one before a narrower one is told where the map is read. */
function isOrdered(a: Connection, b: Connection): boolean {
  return a.dialect === 'cisco-asa' && a.file === b.file && a.name.split(' ')[0] === b.name.split(' ')[0];
}

function peerOf({ remote }: Connection): string {
  return remote.addresses.map(({ value }) => value).join(' ');
}

/** What goes into a tunnel with an interface or a mark of its own, routes and marks decide, not its networks. */
function isRouted({ other }: Connection): boolean {
  return other.some(({ key }) => ROUTED.test(key));
}

const ROUTED = /^(tunnel mode|(vti|ipsec)-interface|mark([-_](in|out))?|if_id_(in|out))$/;

function isEverything({ prefix }: Network): boolean {
  return prefix === 0;
}

function overlap(a: Network, b: Network): boolean {
  return contains(a, b) || contains(b, a);
}
