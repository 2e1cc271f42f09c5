import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { findLibc } from './libc.js';
import { familyOf } from './sockaddr.js';
import { routeError } from './socket-errors.js';
import { descriptorOf, knownPathMtu } from './socket-options.js';

/** How this host would reach a peer. */
export interface Route {
  /** The source address its kernel chooses. */
  readonly source: string;
  /** The interface that has this address, as a rule the one it leaves by. */
  readonly interface?: string;
  /** What the kernel takes the path MTU to be, bytes of IP packet: the interface's, or what ICMP taught it. Not known without koffi. */
  readonly mtu?: number;
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
    const mtu = pathMtuOf(socket, remote);
    return { source, ...(name === undefined ? {} : { interface: name }), ...(mtu === undefined ? {} : { mtu }) };
  } catch (error) {
    throw routeError(error as NodeJS.ErrnoException, remote);
  } finally {
    socket.close();
  }
}

function pathMtuOf(socket: Socket, remote: string): number | undefined {
  const libc = findLibc();
  const fd = descriptorOf(socket);
  return libc === undefined || fd === undefined ? undefined : knownPathMtu(libc, fd, familyOf(remote));
}

function interfaceOf(address: string): string | undefined {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (addresses?.some((entry) => entry.address === address)) return name;
  }
  return undefined;
}
