import { type Answer, answer, type Host } from '../host.js';
import { type Interface, parseInterfaces } from './interfaces.js';
import { readJsonList } from './json-output.js';
import { readSysInterfaces } from './sys-interfaces.js';

/** `ip -d -j addr`; where there is no `ip`, names and flags of /sys/class/net with the IPv6 addresses of /proc/net/if_inet6 and the IPv4 ones of /proc/net/fib_trie. */
export async function readInterfaces(host: Host): Promise<Answer<readonly Interface[]>> {
  const list = await readJsonList(host, ['ip', '-d', '-j', 'addr']);
  if (list.ok) return answer(parseInterfaces(list.value));
  return list.reason === 'missing' ? readSysInterfaces(host) : list;
}
