import { type Answer, answer, answered, type Host } from '../host.js';
import { parseStat } from './processes.js';
import type { ListeningSocket, SocketOwner } from './sockets.js';
import { ipv6Text } from './sys-interfaces.js';

/** A row of /proc/net/udp and its sisters. */
export interface SocketRow {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** TCP_LISTEN; UDP and raw sockets that are bound but not connected are in TCP_CLOSE (include/net/tcp_states.h). */
const waiting: Readonly<Record<ListeningSocket['protocol'], string>> = { udp: '07', tcp: '0A', raw: '07' };

/** Rows in the state asked for; addresses are hex words in host order (little endian wherever Node runs). */
export function parseSocketTable(text: string, state: string): readonly SocketRow[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , itsState, , , , , , inode] = line.trim().split(/\s+/);
      const [address, port] = local?.split(':') ?? [];
      if (itsState !== state || address === undefined || port === undefined || inode === undefined) return [];
      return [{ address: addressText(address), port: Number.parseInt(port, 16), inode }];
    });
}

function addressText(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse());
  if (words.length === 1) return (words[0] ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  return ipv6Text(words.flat().join('').toLowerCase());
}

/** Every table that there is; a kernel without IPv6 lacks half of them. */
export async function readProcSockets(host: Host): Promise<Answer<readonly ListeningSocket[]>> {
  const rows: (SocketRow & { protocol: ListeningSocket['protocol'] })[] = [];
  let missing: Answer<never> | undefined;
  for (const protocol of ['udp', 'tcp', 'raw'] as const) {
    for (const family of ['', '6']) {
      const table = await host.readFile(`/proc/net/${protocol}${family}`);
      if (table.ok) rows.push(...parseSocketTable(table.value, waiting[protocol]).map((row) => ({ ...row, protocol })));
      else if (family === '' && protocol === 'udp') missing = table;
    }
  }
  if (missing !== undefined) return missing;
  const owners = await findOwners(host, new Set(rows.map((row) => row.inode)));
  return answer(
    rows.map(({ protocol, address, port, inode }) => {
      const its = owners.get(inode);
      // Nothing shows whether `::` takes IPv4 too; it does by default, and cannot where 0.0.0.0 is taken already.
      const both = address === '::' && !rows.some((row) => row.protocol === protocol && row.port === port && row.address === '0.0.0.0');
      return { protocol, address: both ? '*' : address, port, ...(its !== undefined && { owners: its }) };
    }),
  );
}

/** Who has which socket open: `/proc/<pid>/fd/<n>` is a link to `socket:[inode]`. */
async function findOwners(host: Host, inodes: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly SocketOwner[]>> {
  const owners = new Map<string, SocketOwner[]>();
  const pids = (answered(await host.readDir('/proc')) ?? []).filter((name) => /^\d+$/.test(name));
  for (const pid of inodes.size === 0 ? [] : pids) {
    const fds = answered(await host.readDir(`/proc/${pid}/fd`)) ?? [];
    const links = await Promise.all(fds.map((fd) => host.readLink(`/proc/${pid}/fd/${fd}`)));
    const held = new Set(
      links.map((link) => /^socket:\[(\d+)\]$/.exec(answered(link) ?? '')?.[1] ?? '').filter((inode) => inodes.has(inode)),
    );
    if (held.size === 0) continue;
    const name = parseStat(answered(await host.readFile(`/proc/${pid}/stat`)) ?? '')?.name ?? '?';
    for (const inode of held) owners.set(inode, [...(owners.get(inode) ?? []), { name, pid: Number(pid) }]);
  }
  return owners;
}
