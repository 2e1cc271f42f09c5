import { type Answer, answer, type Host, noAnswer } from '../host.js';
import { type JsonObject, number, object, objects, parseList, readJsonList, text, texts } from './json-output.js';

export type Family = 'ipv4' | 'ipv6';

export interface Route {
  readonly family: Family;
  /** CIDR; the default route is `0.0.0.0/0` or `::/0`. */
  readonly destination: string;
  /** `unicast`, `local`, `broadcast`, `blackhole`, `unreachable`, `prohibit`, `throw` … */
  readonly type: string;
  readonly gateway?: string;
  readonly device?: string;
  /** Preferred source address. */
  readonly source?: string;
  readonly metric: number;
  /** Name as `ip` prints it: `main`, `local`, `220`. */
  readonly table: string;
  /** `kernel`, `static`, `bird` … */
  readonly protocol?: string;
  readonly scope?: string;
  readonly mtu?: number;
  /** `onlink`, `linkdown`, `dead` … */
  readonly flags: readonly string[];
  /** Further hops of a multipath route. */
  readonly nextHops: readonly { readonly gateway?: string; readonly device?: string; readonly weight: number }[];
}

/** A rule of policy routing (`ip rule`). */
export interface RoutingRule {
  readonly family: Family;
  readonly priority: number;
  /** CIDR or `all`. */
  readonly source: string;
  readonly destination: string;
  readonly inputDevice?: string;
  readonly outputDevice?: string;
  /** `0x1/0xff` as printed. */
  readonly mark?: string;
  readonly not: boolean;
  /** Where it looks; absent for actions such as `unreachable`. */
  readonly table?: string;
  readonly action?: string;
}

/** The kernel's own answer to "how would you send there?" (`ip route get`). */
export type RouteLookup =
  | {
      readonly reachable: true;
      readonly destination: string;
      readonly gateway?: string;
      readonly device: string;
      readonly source?: string;
      readonly table?: string;
      /** `local` when the destination is this host itself. */
      readonly type: string;
      readonly mtu?: number;
    }
  | { readonly reachable: false; readonly destination: string; readonly message: string };

/** Objects of `ip -j -4 route show table all` or of its IPv6 twin. */
export function parseRoutes(list: readonly JsonObject[], family: Family): readonly Route[] {
  return list.flatMap((entry) => {
    const destination = text(entry, 'dst');
    if (destination === undefined) return [];
    const metrics = objects(entry, 'metrics')[0];
    return [
      {
        family,
        destination: prefixOf(destination, family),
        type: text(entry, 'type') ?? 'unicast',
        ...optional(entry, { gateway: 'gateway', device: 'dev', source: 'prefsrc', protocol: 'protocol', scope: 'scope' }),
        ...via(entry),
        metric: number(entry, 'metric') ?? 0,
        table: text(entry, 'table') ?? 'main',
        ...(metrics !== undefined && number(metrics, 'mtu') !== undefined && { mtu: number(metrics, 'mtu') as number }),
        flags: texts(entry, 'flags'),
        nextHops: objects(entry, 'nexthops').map((hop) => ({
          ...optional(hop, { gateway: 'gateway', device: 'dev' }),
          ...via(hop),
          weight: number(hop, 'weight') ?? 1,
        })),
      },
    ];
  });
}

/** Objects of `ip -j -4 rule` or of its IPv6 twin. */
export function parseRules(list: readonly JsonObject[], family: Family): readonly RoutingRule[] {
  const side = (entry: JsonObject, key: string) => {
    const address = text(entry, key);
    const length = number(entry, `${key}len`);
    if (address === undefined || address === 'all') return 'all';
    return length === undefined ? prefixOf(address, family) : `${address}/${length}`;
  };
  return list.map((entry) => {
    const mark = text(entry, 'fwmark');
    const mask = text(entry, 'fwmask');
    return {
      family,
      priority: number(entry, 'priority') ?? 0,
      source: side(entry, 'src'),
      destination: side(entry, 'dst'),
      ...optional(entry, { inputDevice: 'iif', outputDevice: 'oif', table: 'table', action: 'action' }),
      ...(mark !== undefined && { mark: mask === undefined ? mark : `${mark}/${mask}` }),
      not: 'not' in entry,
    };
  });
}

/** The one object of `ip -j route get`. */
export function parseLookup(entry: JsonObject, destination: string): RouteLookup {
  const device = text(entry, 'dev');
  if (device === undefined) return { reachable: false, destination, message: 'no interface named' };
  const mtu = objects(entry, 'metrics')
    .map((metrics) => number(metrics, 'mtu'))
    .find((value) => value !== undefined);
  const type = text(entry, 'type') ?? 'unicast';
  if (refusing.has(type)) return { reachable: false, destination, message: `${type} route` };
  return {
    reachable: true,
    destination,
    device,
    type,
    ...optional(entry, { gateway: 'gateway', source: 'prefsrc', table: 'table' }),
    ...via(entry),
    ...(mtu !== undefined && { mtu }),
  };
}

const refusing = new Set(['unreachable', 'blackhole', 'prohibit']);

/** `default`, `10.0.0.1`, `10.0.0.0/8` as CIDR. */
function prefixOf(destination: string, family: Family): string {
  if (destination === 'default') return family === 'ipv4' ? '0.0.0.0/0' : '::/0';
  return destination.includes('/') ? destination : `${destination}/${family === 'ipv4' ? 32 : 128}`;
}

/** A gateway of the other family (RFC 5549): `"via": {"family": "inet6", "host": "fe80::1"}`. */
function via(entry: JsonObject): { gateway?: string } {
  const host = text(object(entry, 'via'), 'host');
  return host === undefined ? {} : { gateway: host };
}

function optional<Key extends string>(entry: JsonObject, keys: Readonly<Record<Key, string>>): { [key in Key]?: string } {
  const found: { [key in Key]?: string } = {};
  for (const [name, key] of Object.entries(keys) as [Key, string][]) {
    const value = text(entry, key);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** All tables, both families. A kernel without IPv6 has no IPv6 routes. */
export async function readRoutes(host: Host): Promise<Answer<readonly Route[]>> {
  return bothFamilies(host, ['route', 'show', 'table', 'all'], parseRoutes);
}

export async function readRules(host: Host): Promise<Answer<readonly RoutingRule[]>> {
  return bothFamilies(host, ['rule'], parseRules);
}

async function bothFamilies<T>(
  host: Host,
  words: readonly string[],
  parse: (list: readonly JsonObject[], family: Family) => readonly T[],
): Promise<Answer<readonly T[]>> {
  const [ipv4, ipv6] = await Promise.all([
    readJsonList(host, ['ip', '-j', '-4', ...words]),
    readJsonList(host, ['ip', '-j', '-6', ...words]),
  ]);
  if (!ipv4.ok) return ipv4;
  if (!ipv6.ok && ipv6.reason !== 'failed') return ipv6;
  const parsed = [...parse(ipv4.value, 'ipv4'), ...(ipv6.ok ? parse(ipv6.value, 'ipv6') : [])];
  if (parsed.length === 0 && ipv4.value.length > 0) return noAnswer('failed', `ip -j -4 ${words.join(' ')}: not what ip prints`);
  return answer(parsed);
}

/**
 * How the kernel would send to an address, from a source address of ours if one is given.
 * A refusal ("Network is unreachable") is an answer; only what kept us from asking is none.
 */
export async function readLookup(host: Host, destination: string, from?: string): Promise<Answer<RouteLookup>> {
  const output = await host.run(['ip', '-j', 'route', 'get', destination, ...(from === undefined ? [] : ['from', from])]);
  if (!output.ok) return output;
  const { stdout, stderr, status } = output.value;
  const refusal = /RTNETLINK answers: (.+)/.exec(stderr)?.[1] ?? /^Error: (.+)/m.exec(stderr)?.[1];
  if (refusal !== undefined) return answer({ reachable: false, destination, message: refusal });
  const list = status === 0 ? parseList(stdout) : undefined;
  const first = list?.[0];
  // Anything else than a route is what another program says, not the kernel.
  return first === undefined || text(first, 'dst') === undefined
    ? noAnswer('failed', `ip -j route get ${destination}: ${stderr.trim() || `status ${status}`}`)
    : answer(parseLookup(first, destination));
}
