import { type Answer, answer, answered, type Host } from '../host.js';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** As the kernel names it, cut to 15 characters: `charon-systemd`. */
  readonly name: string;
  /** What follows is read of VPN daemons only: other programs' arguments are no business of ours. Empty: not read. */
  readonly command: readonly string[];
  readonly executable?: string;
  readonly uid?: number;
  /** Runs in the network namespace that is looked at; absent when that could not be seen. */
  readonly sameNetwork?: boolean;
}

/** Kernel names of the daemons that make tunnels, by the stack they belong to. */
export const daemonNames: ReadonlyMap<string, 'strongswan' | 'pluto' | 'racoon' | 'isakmpd' | 'iked' | 'openvpn'> = new Map([
  ['charon', 'strongswan'],
  ['charon-systemd', 'strongswan'],
  ['charon-nm', 'strongswan'],
  ['starter', 'strongswan'],
  ['pluto', 'pluto'],
  ['racoon', 'racoon'],
  ['isakmpd', 'isakmpd'],
  ['iked', 'iked'],
  ['openvpn', 'openvpn'],
]);

/** Name and parent of `/proc/<pid>/stat`; the name may itself contain spaces and parentheses (proc(5)). */
export function parseStat(text: string): { name: string; parent: number } | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const [, parent] = text.slice(close + 2).split(' ');
  return parent === undefined || !/^\d+$/.test(parent) ? undefined : { name: text.slice(open + 1, close), parent: Number(parent) };
}

/** All processes that can be seen, in order of pid; one that ended meanwhile is left out. */
export async function readProcesses(host: Host): Promise<Answer<readonly Process[]>> {
  const names = await host.readDir('/proc');
  if (!names.ok) return names;
  const pids = names.value.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  const network = answered(await host.readLink('/proc/self/ns/net'));
  const all = await Promise.all(pids.map((pid) => readProcess(host, pid, network)));
  return answer(all.filter((process) => process !== undefined));
}

async function readProcess(host: Host, pid: string, network: string | undefined): Promise<Process | undefined> {
  const stat = parseStat(answered(await host.readFile(`/proc/${pid}/stat`)) ?? '');
  if (stat === undefined) return undefined;
  const process = { pid: Number(pid), ...stat, command: [] };
  if (!daemonNames.has(stat.name)) return process;
  const [command, executable, status, its] = await Promise.all([
    host.readFile(`/proc/${pid}/cmdline`),
    host.readLink(`/proc/${pid}/exe`),
    host.stat(`/proc/${pid}`),
    host.readLink(`/proc/${pid}/ns/net`),
  ]);
  return {
    ...process,
    command: (answered(command) ?? '').split('\0').filter((word) => word !== ''),
    ...(executable.ok && { executable: executable.value }),
    ...(status.ok && { uid: status.value.uid }),
    ...(its.ok && network !== undefined && { sameNetwork: its.value === network }),
  };
}
