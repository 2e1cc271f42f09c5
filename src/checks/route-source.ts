import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Route, RoutingRule } from '../host/linux/routes.js';
import { covers, parseAddressRange } from '../wire/ip/address-range.js';
import type { Check, CheckLine } from './check.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unseen } from './shared/lines.js';
import { routeFor, routeInWords, sampleOf } from './shared/route-choice.js';
import { isEverything, pairInWords, type TunnelTraffic, tunnelTraffic } from './shared/tunnel-traffic.js';
import { connectionsAsEvidence, placeOf, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly tunnels: Tunnels;
  readonly interfaces: Answer<readonly Interface[]>;
  readonly routes: Answer<readonly Route[]>;
  readonly rules: readonly RoutingRule[];
}

const LABEL = "the gateway's own source address";

export const check: Check<Facts> = {
  id: 'route-source',
  group: 'routing',
  title: "the gateway's own packets into the tunnel have a source that the selectors name",
  reads: ['ip -j route show table all', 'ip -d -j addr', 'configuration files'],
  refs: ['ipsec.conf(5): leftsourceip', 'ip-route(8): src'],
  async facts(host) {
    const [tunnels, interfaces, routes, rules] = await Promise.all([
      readTunnels(host),
      host.interfaces(),
      host.routes(),
      host.routingRules(),
    ]);
    return { tunnels, interfaces, routes, rules: answered(rules) ?? [] };
  },
  judge({ tunnels, interfaces, routes, rules }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    if (!routes.ok) return [unseen(LABEL, routes)];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    const pairs = tunnelTraffic({ tunnels, interfaces: interfaces.value, routes: routes.value }).filter(({ routeBased }) => !routeBased);
    const written = tunnels.ipsec.flatMap((connection) => sourceIpLines(connection, interfaces.value));
    const wrong = pairs.flatMap((pair) => routeLines(pair, pairs, routes.value, rules));
    const lines = [...written, ...new Map(wrong.map((line) => [line.detail, line])).values()];
    if (lines.length > 0) return lines;
    return [asConfigured(tunnels, pairs, (pair) => sourceFor(pair, routes.value, rules, interfaces.value) === 'inside')];
  },
};

/** Nothing is wrong: whether the gateway itself can use the tunnel, now or as soon as it is up. */
function asConfigured({ ipsec }: Tunnels, pairs: readonly TunnelTraffic[], inside: (pair: TunnelTraffic) => boolean): CheckLine {
  const outside = pairs.filter((pair) => !inside(pair)).map(({ connection }) => connection);
  if (pairs.length > 0 && outside.length === 0)
    return pass(LABEL, pairs.length === 1 ? 'within the selector' : `within the selectors of ${pairs.length} pairs`);
  const lacking = outside.filter(({ local }) => local.sourceIp === undefined);
  const asking = (pairs.length === 0 ? ipsec : outside).flatMap(({ name, local }) =>
    local.sourceIp === undefined ? [] : [{ name, source: local.sourceIp.value }],
  );
  const [first] = asking;
  if (first === undefined || lacking[0] !== undefined)
    return skip(LABEL, 'not in the selectors: only networks behind this host use the tunnel; leftsourceip would let the gateway itself');
  return asking.every(({ source }) => isFixed(source))
    ? pass(LABEL, `${first.source}, as ${[...new Set(asking.map(({ name }) => name))].join(', ')} asks: its route comes with the tunnel`)
    : skip(LABEL, 'the peer gives the address: its route comes with the tunnel');
}

/** An address, and not "any" or `%config`. */
const isFixed = (source: string) => parseAddressRange(source) !== undefined && !/^(0\.0\.0\.0|::)$/.test(source);

/** Where the source lies that the kernel would choose by itself. */
function sourceFor(
  pair: TunnelTraffic,
  routes: readonly Route[],
  rules: readonly RoutingRule[],
  interfaces: readonly Interface[],
): 'inside' | 'outside' {
  const sample = sampleOf(pair.remote);
  const route = sample === undefined ? undefined : routeFor(sample, routes, rules);
  const device = interfaces.find(({ name }) => name === route?.device);
  const chosen = route?.source ?? device?.addresses.find(({ address }) => address.includes(':') === (pair.family === 'ip6'))?.address;
  return chosen !== undefined && isIn(chosen, pair.local) ? 'inside' : 'outside';
}

function isIn(address: string, network: string): boolean {
  const inner = parseAddressRange(address);
  const outer = parseAddressRange(network);
  return inner !== undefined && outer !== undefined && covers(outer, inner);
}

/** A source that the configuration asks for and that its own selectors leave out. */
function sourceIpLines(connection: Tunnels['ipsec'][number], interfaces: readonly Interface[]): readonly CheckLine[] {
  const { sourceIp, subnets } = connection.local;
  if (sourceIp === undefined || !isFixed(sourceIp.value)) return [];
  // Without a selector the source address is the selector.
  if (subnets.length === 0 || subnets.some(({ value }) => parseAddressRange(value) === undefined || isIn(sourceIp.value, value))) return [];
  const own = interfaces
    .flatMap(({ addresses }) => addresses.map(({ address }) => address))
    .find((address) => subnets.some(({ value }) => isIn(address, value)));
  return [
    {
      status: 'fail',
      label: LABEL,
      detail: `${connection.name}: leftsourceip ${sourceIp.value} is not in ${subnets.map(({ value }) => value).join(', ')}`,
      finding: hostFinding(check.id, {
        what: 'outside-selector',
        severity: 'error',
        title: `The source address ${sourceIp.value} of ${connection.name} lies outside its own selector`,
        cause:
          'What the gateway sends to the remote network gets this source, matches no policy and leaves in clear or is dropped: a ping from the gateway fails while hosts behind it get through.',
        evidence: [
          { ...placeOf(sourceIp), text: `source ${sourceIp.value}` },
          ...subnets.map((subnet) => ({ ...placeOf(subnet), text: `selector ${subnet.value}` })),
        ],
        fix: [
          {
            end: 'ours',
            text: own === undefined ? `an address within ${subnets[0]?.value} in place of ${sourceIp.value}` : `leftsourceip=${own}`,
          },
        ],
        retest: `vpndoctor verify --only ${check.id}`,
        refs: check.refs,
        subject: connection.name,
      }),
    },
  ];
}

/** A route of its own leads to the remote network and names a source that no selector knows. */
function routeLines(
  pair: TunnelTraffic,
  pairs: readonly TunnelTraffic[],
  routes: readonly Route[],
  rules: readonly RoutingRule[],
): readonly CheckLine[] {
  const sample = sampleOf(pair.remote);
  const route = sample === undefined ? undefined : routeFor(sample, routes, rules);
  const source = route?.source;
  if (
    route === undefined ||
    source === undefined ||
    route.protocol === 'kernel' ||
    isEverything(route.destination) ||
    route.type !== 'unicast'
  )
    return [];
  if (pairs.some((other) => other.remote === pair.remote && isIn(source, other.local))) return [];
  const fitting = pair.forwarded ? `<an address within ${pair.local}>` : pair.local;
  const table = route.table === 'main' ? '' : ` table ${route.table}`;
  return [
    {
      status: 'fail',
      label: LABEL,
      detail: `${pairInWords(pair)}: ${routeInWords(route)}`,
      finding: hostFinding(check.id, {
        severity: 'error',
        confidence: 0.9,
        title: `The route to ${pair.remote} gives the gateway's packets the source ${source}, which ${pair.connection.name} does not carry`,
        cause: `Only packets from ${pair.local} match the policy. With the source ${source} they leave in clear or are dropped: a ping from the gateway fails while hosts behind it get through.`,
        evidence: [{ text: `ip route: ${routeInWords(route)}` }, ...connectionsAsEvidence([pair.connection])],
        fix: [
          {
            end: 'ours',
            text: `ip route change ${route.destination}${route.gateway === undefined ? '' : ` via ${route.gateway}`}${route.device === undefined ? '' : ` dev ${route.device}`} src ${fitting}${table}`,
          },
        ],
        retest: `vpndoctor verify --only ${check.id}; ip route get ${sample}`,
        refs: check.refs,
        subject: pair.connection.name,
      }),
    },
  ];
}
