import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { routeError } from './socket-errors.js';

/** How this host would reach a peer. */
export interface Route {
  /** The source address its kernel chooses. */
  readonly source: string;
  /** The interface that has this address, as a rule the one it leaves by. */
  readonly interface?: string;
}

/** Any port will do: nothing is sent. */
const DISCARD = 9;

/**
 * Asks the kernel by connecting a UDP socket, which sends nothing and needs no right.
 * @param remote IPv4 or IPv6, link-local ones with their zone
 * @throws EnvironmentError when there is no route
 */
export async function findRoute(remote: string): Promise<Route> {
  const socket = createSocket(isIPv6(remote) ? 'udp6' : 'udp4');
  try {
    socket.connect(DISCARD, remote);
    await once(socket, 'connect');
    const source = socket.address().address;
    const name = interfaceOf(source.split('%')[0] ?? source);
    return { source, ...(name === undefined ? {} : { interface: name }) };
  } catch (error) {
    throw routeError(error as NodeJS.ErrnoException, remote);
  } finally {
    socket.close();
  }
}

function interfaceOf(address: string): string | undefined {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (addresses?.some((entry) => entry.address === address)) return name;
  }
  return undefined;
}
