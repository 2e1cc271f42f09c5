import { EnvironmentError } from '../bytes/errors.js';
import type { Endpoint } from '../model/endpoint.js';
import type { Arrival } from './transport.js';

/** Something a socket was told about datagrams it sent: by ICMP, or by its own host. */
export interface SocketTrouble {
  readonly reason: Extract<Arrival, { kind: 'error' }>['reason'];
  /** `ECONNREFUSED`, or what ICMP said in words. */
  readonly text: string;
  /** Where the datagram was going, where that is known. */
  readonly remote?: Endpoint;
  /** Who sent the ICMP message. */
  readonly from?: string;
  /** Next-hop MTU, bytes of IP packet. */
  readonly mtu?: number;
}

/** What Linux makes of an ICMP error or of its own refusal to send (ip(7), udp(7)). */
const reasons: Readonly<Record<string, SocketTrouble['reason']>> = {
  ECONNREFUSED: 'port-unreachable',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  EACCES: 'prohibited',
  EPERM: 'prohibited',
  EMSGSIZE: 'too-big',
};

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'port unreachable (ECONNREFUSED)',
  EHOSTUNREACH: 'host unreachable (EHOSTUNREACH)',
  ENETUNREACH: 'network unreachable (ENETUNREACH)',
  EHOSTDOWN: 'host does not answer on its link (EHOSTDOWN)',
  EACCES: 'administratively prohibited (EACCES)',
  EPERM: 'the firewall of this host does not let it out (EPERM)',
  EMSGSIZE: 'too big for the path (EMSGSIZE)',
  ECONNRESET: 'the TCP connection was reset (ECONNRESET)',
  EPIPE: 'the TCP connection was reset (EPIPE)',
};

/** What ICMP said of an earlier datagram is told at the next sending (ip(7)), which is then not even tried. */
export const TOLD_LATE: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EACCES',
  'EPROTO',
  'ENOPROTOOPT',
  'EOPNOTSUPP',
]);

/** The trouble behind the errno of a send or receive, without what the error queue knows. */
export function troubleOf(code = 'unknown', remote?: Endpoint): SocketTrouble {
  return { reason: reasons[code] ?? 'other', text: words[code] ?? code, ...(remote === undefined ? {} : { remote }) };
}

/**
 * Why a port cannot be had, and what to do.
 * @param what `UDP port 500 of 10.0.0.1`
 * @param flag the flag that names the port, where there is one
 */
export function bindError(error: NodeJS.ErrnoException, what: string, port: number, flag?: string): EnvironmentError {
  const free = flag === undefined ? 'ask for port 0, which takes a free one' : `${flag} 0 takes a free one`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new EnvironmentError(`${what} is taken by another program`, `ss -anpu 'sport = :${port}' names it; ${free}`);
    case 'EACCES':
      return new EnvironmentError(`no right to open ${what}: ports below 1024 are root's`, `run it as root (sudo), or ${free}`);
    case 'EADDRNOTAVAIL':
      return new EnvironmentError(`cannot open ${what}: this host has no such address`, 'ip address lists those it has');
    case 'EAFNOSUPPORT':
      return new EnvironmentError(`cannot open ${what}: this host has no IP of that version`);
    case 'EMFILE':
    case 'ENFILE':
      return new EnvironmentError(`cannot open ${what}: too many open files`, 'ulimit -n raises the limit');
    default:
      return new EnvironmentError(`cannot open ${what}: ${error.code ?? error.message}`);
  }
}

/** Why a peer cannot be reached at all from here, and what to do. */
export function routeError(error: NodeJS.ErrnoException, remote: string): EnvironmentError {
  switch (error.code) {
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return new EnvironmentError(`no route to ${remote}`, `ip route get ${remote} says why`);
    case 'EAFNOSUPPORT':
    case 'EADDRNOTAVAIL':
      return new EnvironmentError(`this host has no address to reach ${remote} from`, 'ip address lists those it has');
    case 'EACCES':
    case 'EPERM':
      return new EnvironmentError(`this host forbids traffic to ${remote}`, `ip route get ${remote} and the firewall say why`);
    default: {
      const [, zone] = /%(.+)$/.exec(remote) ?? [];
      if (zone !== undefined && error.code === 'EINVAL')
        return new EnvironmentError(`this host has no interface ${zone}`, 'ip link lists those it has');
      return new EnvironmentError(`cannot reach ${remote}: ${error.code ?? error.message}`, `ip route get ${remote} says more`);
    }
  }
}
