import { type Answer, answer, answered, type Host } from '../host.js';
import type { Interface, InterfaceAddress } from './interfaces.js';

/** Flags of linux/if.h that anybody asks for. */
const flagBits: readonly (readonly [number, string])[] = [
  [0x1, 'UP'],
  [0x8, 'LOOPBACK'],
  [0x10, 'POINTOPOINT'],
  [0x80, 'NOARP'],
  [0x10000, 'LOWER_UP'],
];

/** Interfaces without `ip`: /sys/class/net, /proc/net/if_inet6, and the local addresses of fib_trie matched to the connected networks of route. */
export async function readSysInterfaces(host: Host): Promise<Answer<readonly Interface[]>> {
  const names = await host.readDir('/sys/class/net');
  if (!names.ok) return names;
  const [ipv6, routes, trie] = await Promise.all([
    host.readFile('/proc/net/if_inet6'),
    host.readFile('/proc/net/route'),
    host.readFile('/proc/net/fib_trie'),
  ]);
  const addresses = new Map<string, InterfaceAddress[]>();
  const add = (device: string, address: InterfaceAddress) => addresses.set(device, [...(addresses.get(device) ?? []), address]);
  for (const { device, ...address } of parseIfInet6(answered(ipv6) ?? '')) add(device, address);
  for (const { device, ...address } of matchLocals(parseLocals(answered(trie) ?? ''), answered(routes) ?? '')) add(device, address);
  return answer(await Promise.all(names.value.map((name) => readOne(host, name, addresses.get(name) ?? []))));
}

async function readOne(host: Host, name: string, addresses: readonly InterfaceAddress[]): Promise<Interface> {
  const folder = `/sys/class/net/${name}`;
  const [flags, mtu, index] = await Promise.all(['flags', 'mtu', 'ifindex'].map((file) => host.readFile(`${folder}/${file}`)));
  const bits = Number((flags && answered(flags))?.trim() ?? 0);
  const words = flagBits.filter(([bit]) => (bits & bit) !== 0).map(([, word]) => word);
  const value = (from: Answer<string> | undefined) => Number((from && answered(from))?.trim() ?? 0);
  return {
    index: value(index),
    name,
    up: words.includes('UP'),
    loopback: words.includes('LOOPBACK'),
    mtu: value(mtu),
    flags: words,
    addresses,
  };
}

const scopes: Readonly<Record<string, string>> = { '00': 'global', '10': 'host', '20': 'link', '40': 'site' };

/** Lines of /proc/net/if_inet6: address, index, prefix length, scope, flags (all hex), interface. */
export function parseIfInet6(text: string): readonly (InterfaceAddress & { device: string })[] {
  return text.split('\n').flatMap((line) => {
    const [address, , prefix, scope, , device] = line.trim().split(/\s+/);
    if (address === undefined || prefix === undefined || device === undefined || address.length !== 32) return [];
    return [
      {
        device,
        family: 'ipv6' as const,
        address: ipv6Text(address),
        prefix: Number.parseInt(prefix, 16),
        scope: scopes[scope ?? ''] ?? 'global',
      },
    ];
  });
}

/** The addresses of this host in /proc/net/fib_trie: leaves marked `host LOCAL`, `32 host LOCAL`. */
export function parseLocals(text: string): readonly string[] {
  const locals = new Set<string>();
  let leaf = '';
  for (const line of text.split('\n')) {
    const address = /\|--\s+([\d.]+)/.exec(line)?.[1];
    if (address !== undefined) leaf = address;
    else if (/\/32 host LOCAL/.test(line)) locals.add(leaf);
  }
  return [...locals];
}

/** Each local address on the interface whose connected network (/proc/net/route, hex in host order) holds it. */
export function matchLocals(locals: readonly string[], routes: string): readonly (InterfaceAddress & { device: string })[] {
  const connected = routes.split('\n').flatMap((line) => {
    const [device, destination, gateway, , , , , mask] = line.trim().split(/\s+/);
    if (device === undefined || gateway !== '00000000' || destination === undefined || mask === undefined || mask === '00000000') return [];
    return [{ device, destination: littleEndian(destination), mask: littleEndian(mask) }];
  });
  return locals.flatMap((address) => {
    const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const network = connected.find(({ destination, mask }) => (value & mask) >>> 0 === destination);
    if (address.startsWith('127.')) return [{ device: 'lo', family: 'ipv4' as const, address, prefix: 8, scope: 'host' }];
    if (network === undefined) return [];
    const prefix = network.mask.toString(2).replaceAll('0', '').length;
    return [{ device: network.device, family: 'ipv4' as const, address, prefix, scope: 'global' }];
  });
}

function littleEndian(hex: string): number {
  return Number.parseInt((hex.match(/../g) ?? []).reverse().join(''), 16);
}

/** 32 hex digits as an address with its longest run of zeros shortened (RFC 5952 §4.2). */
export function ipv6Text(hex: string): string {
  const groups = (hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  const longest = runs[0];
  if (longest === undefined) return groups.join(':');
  const whole = groups.join(':');
  const before = whole.slice(0, longest.index);
  const after = whole.slice(longest.index + longest[0].length);
  return `${before}:${after === '' ? ':' : after}`;
}
