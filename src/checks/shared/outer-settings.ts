import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { Family } from '../../host/linux/routes.js';
import type { InterfaceSysctl } from '../../host/linux/sysctls.js';
import type { CheckLine } from '../check.js';
import { type DeviceSetting, judgeDevices, readDeviceSettings, type SettingVerdict } from './device-settings.js';
import { unseen } from './lines.js';
import { outerDevices, readTunnels, TUNNEL_KINDS, type Tunnels, unneeded, usesFamily } from './tunnels.js';

/** A setting of the interfaces by which peers are reached. */
export interface OuterSettings {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly settings: readonly DeviceSetting[];
  /** The same of IPv6, by which some peers are reached; absent where the kernel has no such setting. */
  readonly ipv6?: readonly DeviceSetting[];
  readonly tunnels: Tunnels;
}

/** What such a check reads, for `verify --list`. */
export const outerReads = (name: InterfaceSysctl, families: readonly Family[] = ['ipv4']): readonly string[] => [
  ...families.map((family) => `/proc/sys/net/${family}/conf/{all,<if>}/${name}`),
  'ip -d -j addr',
  'ip -j route',
  'configuration files',
];

export async function readOuterSettings(
  host: HostFacts,
  name: InterfaceSysctl,
  families: readonly Family[] = ['ipv4'],
): Promise<OuterSettings> {
  const [interfaces, routes, tunnels] = await Promise.all([host.interfaces(), host.routes(), readTunnels(host)]);
  // On VTI interfaces these settings are right: their policies are looked up elsewhere.
  const ordinary = (answered(interfaces) ?? []).filter(({ kind = '' }) => !TUNNEL_KINDS.has(kind));
  const devicesOf = (connections: Tunnels['ipsec']) => outerDevices(connections, ordinary, answered(routes) ?? []);
  const settings = await readDeviceSettings(host, 'ipv4', name, devicesOf(tunnels.ipsec));
  if (!families.includes('ipv6')) return { interfaces, tunnels, settings };
  const six = tunnels.ipsec.filter((connection) => usesFamily(connection, 'ipv6'));
  return { interfaces, tunnels, settings, ipv6: await readDeviceSettings(host, 'ipv6', name, devicesOf(six)) };
}

/**
 * @param label of the line that says that there is nothing to judge
 * @param six what differs with IPv6
 */
export function judgeOuterSettings(
  label: string,
  { interfaces, settings, ipv6 = [], tunnels }: OuterSettings,
  verdict: SettingVerdict,
  six: Partial<SettingVerdict> = {},
): readonly CheckLine[] {
  if (tunnels.ipsec.length === 0) return [unneeded(label, tunnels, 'no IPsec connection')];
  if (!interfaces.ok) return [unseen(label, interfaces)];
  if (settings.length === 0) return [unneeded(label, tunnels, 'no interface leads to a peer')];
  return [
    ...judgeDevices(settings, verdict),
    ...judgeDevices(ipv6, { ...verdict, label: verdict.label.replace(/ on$/, ' (IPv6) on'), ...six }),
  ];
}
