import { type Answer, answer, type Host, mapAnswer } from '../host.js';

/** `XfrmInNoStates 12` a line (Documentation/networking/xfrm_proc). Missing where the kernel was built without statistics. */
export function parseXfrmStat(text: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+)\s+(\d+)\s*$/.exec(line) ?? [];
    if (name !== undefined) counters.set(name, Number(value));
  }
  return counters;
}

/** Pairs of lines, names then values: `Ip: Forwarding …` / `Ip: 1 …` gives `Ip.Forwarding`. */
export function parseSnmp(text: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  const lines = text.split('\n');
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const [names, values] = [lines[index]?.split(' ') ?? [], lines[index + 1]?.split(' ') ?? []];
    if (names[0] !== values[0]) continue;
    for (const [column, name] of names.entries()) {
      if (column > 0) counters.set(`${names[0]?.replace(':', '')}.${name}`, Number(values[column]));
    }
  }
  return counters;
}

export async function readXfrmCounters(host: Host): Promise<Answer<ReadonlyMap<string, number>>> {
  return mapAnswer(await host.readFile('/proc/net/xfrm_stat'), parseXfrmStat);
}

/** /proc/net/snmp and /proc/net/netstat together: `Ip.ReasmFails`, `TcpExt.IPReversePathFilter`. */
export async function readNetworkCounters(host: Host): Promise<Answer<ReadonlyMap<string, number>>> {
  const [snmp, netstat] = await Promise.all([host.readFile('/proc/net/snmp'), host.readFile('/proc/net/netstat')]);
  if (!snmp.ok) return snmp;
  if (!netstat.ok) return netstat;
  return answer(new Map([...parseSnmp(snmp.value), ...parseSnmp(netstat.value)]));
}
