import type { Connection } from '../../model/connection.js';

/** A connection as its other end has it: addresses, identities, networks and authentication change sides. */
export function mirroredConnection(connection: Connection): Connection {
  const { local, remote, localSide, selectorPairs, other } = connection;
  return {
    ...connection,
    local: remote,
    remote: local,
    ...(localSide === undefined ? {} : { localSide: localSide === 'left' ? ('right' as const) : ('left' as const) }),
    ...(selectorPairs === undefined
      ? {}
      : {
          selectorPairs: selectorPairs.map((pair) => ({
            local: pair.remote,
            remote: pair.local,
            ...(pair.remotePort === undefined ? {} : { localPort: pair.remotePort }),
            ...(pair.localPort === undefined ? {} : { remotePort: pair.localPort }),
          })),
        }),
    other: other.map(({ key, value }) => ({ key: key.replace(/^(local|remote)(?=[-_.\d])/, (side) => otherSide[side] ?? side), value })),
  };
}

const otherSide: Readonly<Record<string, string>> = { local: 'remote', remote: 'local' };
