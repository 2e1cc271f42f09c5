import type { Route, RoutingRule } from '../../host/linux/routes.js';
import { covers, parseAddressRange } from '../../wire/ip/address-range.js';
import { familyOf } from './tunnels.js';

/** Rules that every Linux has; 220 is strongSwan's. */
const plainTables: ReadonlySet<string> = new Set(['local', 'main', 'default', '220']);

/** The rules pick a table by priority alone: then the routes say what the kernel would do. */
export function rulesArePlain(rules: readonly RoutingRule[]): boolean {
  return rules.every(
    ({ source, destination, inputDevice, outputDevice, mark, not, table }) =>
      table !== undefined &&
      plainTables.has(table) &&
      source === 'all' &&
      destination === 'all' &&
      inputDevice === undefined &&
      outputDevice === undefined &&
      mark === undefined &&
      !not,
  );
}

/** The route that the kernel takes to an address: tables in the order of the rules, in each the longest prefix, then the least metric. */
export function routeFor(address: string, routes: readonly Route[], rules: readonly RoutingRule[]): Route | undefined {
  const target = parseAddressRange(address);
  if (target === undefined) return undefined;
  const family = familyOf(address);
  const tables = rules
    .filter(
      (rule) =>
        rule.family === family && rule.table !== undefined && (rule.source === 'all' || rule.table === '220') && rule.mark === undefined,
    )
    .sort((a, b) => a.priority - b.priority)
    .map(({ table }) => table as string);
  for (const table of tables.length > 0 ? tables : ['local', '220', 'main']) {
    let best: { readonly route: Route; readonly size: bigint } | undefined;
    for (const route of routes) {
      if (route.table !== table || route.family !== family || route.type === 'broadcast' || route.type === 'multicast') continue;
      const range = parseAddressRange(route.destination);
      if (range === undefined || !covers(range, target)) continue;
      const size = range.high - range.low;
      if (best === undefined || size < best.size || (size === best.size && route.metric < best.route.metric)) best = { route, size };
    }
    if (best !== undefined && best.route.type !== 'throw') return best.route;
  }
  return undefined;
}

/** First address that a host can have in a network: what is sent there goes the way of the network. */
export function sampleOf(network: string): string | undefined {
  const range = parseAddressRange(network);
  if (range === undefined) return undefined;
  const address = range.low === range.high ? range.low : range.low + 1n;
  if (range.version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
  return Array.from({ length: 8 }, (_, at) => ((address >> BigInt(112 - 16 * at)) & 0xffffn).toString(16)).join(':');
}

/** `10.2.0.0/24 via 192.0.2.254 dev eth0 src 10.1.0.1 table 220` */
export function routeInWords({ destination, gateway, device, source, table, type }: Route): string {
  return [
    ...(type === 'unicast' ? [] : [type]),
    destination === '0.0.0.0/0' || destination === '::/0' ? 'default' : destination,
    ...(gateway === undefined ? [] : [`via ${gateway}`]),
    ...(device === undefined ? [] : [`dev ${device}`]),
    ...(source === undefined ? [] : [`src ${source}`]),
    ...(table === 'main' ? [] : [`table ${table}`]),
  ].join(' ');
}
