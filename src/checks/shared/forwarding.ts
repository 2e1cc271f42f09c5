import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Family, Route } from '../../host/linux/routes.js';
import type { CheckLine } from '../check.js';
import { type DeviceSetting, readDeviceSettings, sourcesText } from './device-settings.js';
import { hostFinding } from './finding.js';
import { pass, unseen } from './lines.js';
import { type SysctlChange, sysctlFix, sysctlMends, sysctlName } from './sysctl-mend.js';
import { deviceTo, familyOf, namesOf, networksBehind, outerDevices, placeOf, readTunnels, type Tunnels, unneeded } from './tunnels.js';

export interface ForwardingFacts {
  readonly global: Answer<string>;
  /** Interfaces between which tunnel traffic is forwarded (IPv4 alone: there each has a switch of its own). */
  readonly settings: readonly DeviceSetting[];
  readonly tunnels: Tunnels;
  /** IPv4: `all.accept_redirects`, which the kernel sets anew when forwarding is switched (net/ipv4/devinet.c). */
  readonly acceptRedirects?: string;
  /** IPv6: interfaces with a route from router advertisements, to which a forwarding host no longer listens. */
  readonly advertised: readonly string[];
}

const PATHS: Readonly<Record<Family, string>> = { ipv4: 'net/ipv4/ip_forward', ipv6: 'net/ipv6/conf/all/forwarding' };
const NAMES: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

export async function readForwarding(host: HostFacts, family: Family): Promise<ForwardingFacts> {
  const [global, interfaces, routes, tunnels] = await Promise.all([
    host.sysctl(PATHS[family]),
    host.interfaces(),
    host.routes(),
    readTunnels(host),
  ]);
  const seen = { interfaces: answered(interfaces) ?? [], routes: answered(routes) ?? [] };
  const users = tunnels.ipsec.filter((connection) => networksBehind(connection, family).length > 0);
  const inner = users.flatMap((connection) =>
    networksBehind(connection, family).flatMap(({ value }) => deviceTo(value.split('/', 1)[0] ?? '', seen.routes) ?? []),
  );
  const known = new Set(seen.interfaces.filter(({ loopback }) => !loopback).map(({ name }) => name));
  const devices = [...new Set([...outerDevices(users, seen.interfaces, seen.routes), ...inner])].filter((device) => known.has(device));
  const acceptRedirects = family === 'ipv4' ? answered(await host.sysctl('net/ipv4/conf/all/accept_redirects')) : undefined;
  return {
    global,
    tunnels,
    settings: family === 'ipv4' ? await readDeviceSettings(host, family, 'forwarding', devices) : [],
    ...(acceptRedirects !== undefined && { acceptRedirects }),
    advertised: family === 'ipv6' ? await advertisedDevices(host, seen.routes) : [],
  };
}

async function advertisedDevices(host: HostFacts, routes: readonly Route[]): Promise<readonly string[]> {
  const devices = new Set(routes.flatMap(({ family, protocol, device = '' }) => (family === 'ipv6' && protocol === 'ra' ? [device] : [])));
  const values = await Promise.all([...devices].map(async (device) => [device, await host.sysctl(acceptRa(device))] as const));
  return values.flatMap(([device, value]) => (answered(value) === '1' ? [device] : []));
}

const acceptRa = (device: string) => `net/ipv6/conf/${device}/accept_ra`;

/** @param id of the check */
export function judgeForwarding(id: string, family: Family, facts: ForwardingFacts): readonly CheckLine[] {
  const { global, settings, tunnels, acceptRedirects, advertised } = facts;
  const label = `${NAMES[family]} forwarding`;
  const name = sysctlName(PATHS[family]);
  const needs = needing(family, tunnels);
  if (needs.length === 0) return [unneeded(label, tunnels, 'no tunnel has an own network behind this host', 'both')];
  if (!global.ok) return [unseen(label, global)];
  const because = needs.map(({ text, place }) => ({ ...place, text }));
  const names = namesOf(needs);
  const cause = `The kernel throws away every packet that is neither from nor for this host: the tunnel of ${names} comes up, the gateway itself can be pinged, nothing behind it.`;
  if (global.value === '0') {
    const changes: SysctlChange[] = [
      // 2: listens to routers although it forwards. First, or the default route is lost.
      ...advertised.map((device) => ({ path: acceptRa(device), old: 1, value: 2 })),
      {
        path: PATHS[family],
        old: 0,
        value: 1,
        ...(acceptRedirects !== undefined && { takesAlong: [{ path: 'net/ipv4/conf/all/accept_redirects', value: acceptRedirects }] }),
      },
    ];
    return [
      {
        status: 'fail',
        label,
        detail: `${name} = 0; behind this host: networks of ${names}`,
        finding: hostFinding(id, {
          severity: 'error',
          title: `${name} is 0, so nothing is forwarded between the tunnel and the networks behind it`,
          cause,
          evidence: [
            { text: `${name} = 0` },
            ...because,
            ...advertised.map((device) => ({
              text: `ip -6 route: ${device} has routes from a router, which it no longer hears when it forwards`,
            })),
          ],
          fix: sysctlFix(changes),
          retest: `vpndoctor verify --only ${id}`,
          refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 1812 §2.2.7'],
        }),
        mend: sysctlMends(changes, 'networks behind this host are reached through a tunnel'),
      },
    ];
  }
  const off = settings.filter(({ setting }) => setting.ok && setting.value.value === 0);
  if (off.length === 0) return [pass(label, `${name} = ${global.value}`)];
  const changes = off.map(({ device }) => ({ path: `net/${family}/conf/${device}/forwarding`, old: 0, value: 1 }));
  const devices = off.map(({ device }) => device).join(', ');
  return [
    {
      status: 'fail',
      label,
      detail: `on, but off for ${devices}`,
      finding: hostFinding(id, {
        what: 'interface',
        severity: 'error',
        title: `forwarding is off for ${devices}, which carries traffic of ${names}`,
        cause: `${cause} ${name} is 1, but each interface has a switch of its own, which somebody turned off.`,
        evidence: [...off.flatMap(({ setting }) => (setting.ok ? [{ text: sourcesText(setting.value) }] : [])), ...because],
        fix: sysctlFix(changes),
        retest: `vpndoctor verify --only ${id}`,
        refs: ['Linux Documentation/networking/ip-sysctl'],
      }),
      mend: sysctlMends(changes, 'networks behind this host are reached through a tunnel'),
    },
  ];
}

interface Need {
  readonly name: string;
  readonly text: string;
  readonly place: { readonly file: string; readonly line?: number };
}

function needing(family: Family, { ipsec, openvpn }: Tunnels): readonly Need[] {
  return [
    ...ipsec.flatMap((connection): Need[] => {
      const [network] = networksBehind(connection, family);
      return network === undefined
        ? []
        : [{ name: connection.name, text: `${connection.name}: ${network.value} behind this host`, place: placeOf(network) }];
    }),
    ...openvpn.flatMap(({ role, pushedRoutes, connection }): Need[] => {
      const route = role === 'server' ? pushedRoutes.find(({ value }) => familyOf(value) === family) : undefined;
      return route === undefined
        ? []
        : [{ name: connection.name, text: `${connection.name}: pushes a route to ${route.value}`, place: placeOf(route) }];
    }),
  ];
}
