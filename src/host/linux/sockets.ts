export interface SocketOwner {
  readonly name: string;
  readonly pid: number;
}

/** A socket that takes what comes from anybody: UDP bound and not connected, TCP listening, raw. */
export interface ListeningSocket {
  readonly protocol: 'udp' | 'tcp' | 'raw';
  /** `0.0.0.0`, `::` (IPv6 alone), `*` (IPv6 and IPv4), or an address of this host. */
  readonly address: string;
  /** Port; for a raw socket the IP protocol number (255: any). */
  readonly port: number;
  /** Interface it is bound to. */
  readonly device?: string;
  /** Who holds it; undefined when that cannot be seen (not root, or a kernel socket). */
  readonly owners?: readonly SocketOwner[];
}

/**
 * Output of `ss -H -l -n -t -u -w -p`:
 * `udp UNCONN 0 0 10.0.0.1%eth0:500 0.0.0.0:* users:(("charon",pid=12,fd=13))`.
 */
export function parseSs(output: string): readonly ListeningSocket[] {
  return output.split('\n').flatMap((line) => {
    const [network, , , , local, , ...rest] = line.trim().split(/\s+/);
    const protocol = protocols[network ?? ''];
    const colon = local?.lastIndexOf(':') ?? -1;
    if (protocol === undefined || local === undefined || colon < 0) return [];
    const port = portNumber(local.slice(colon + 1));
    if (port === undefined) return [];
    const [address = '', device] = local.slice(0, colon).replace(/[[\]]/g, '').split('%');
    const owners = [...rest.join(' ').matchAll(/\("((?:[^"\\]|\\.)*)",pid=(\d+)/g)].map(([, name, pid]) => ({
      name: name ?? '',
      pid: Number(pid),
    }));
    return [
      {
        protocol,
        address,
        port,
        ...(device !== undefined && { device }),
        ...(owners.length > 0 && { owners: unique(owners) }),
      },
    ];
  });
}

const protocols: Readonly<Record<string, ListeningSocket['protocol']>> = { udp: 'udp', tcp: 'tcp', raw: 'raw', p_raw: 'raw' };

/** A raw socket's protocol may be printed by name even with -n. */
const rawNames: ReadonlyMap<string, number> = new Map(Object.entries({ icmp: 1, 'ipv6-icmp': 58, esp: 50, ah: 51, udp: 17, '*': 255 }));

function portNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : rawNames.get(text);
}

function unique(owners: readonly SocketOwner[]): readonly SocketOwner[] {
  return [...new Map(owners.map((owner) => [owner.pid, owner])).values()];
}
