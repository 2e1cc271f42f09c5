import { type Answer, answered } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Interface } from '../../host/linux/interfaces.js';
import type { InterfaceSysctl } from '../../host/linux/sysctls.js';
import type { CheckLine } from '../check.js';
import { type DeviceSetting, judgeDevices, readDeviceSettings, type SettingVerdict } from './device-settings.js';
import { unseen } from './lines.js';
import { outerDevices, readTunnels, TUNNEL_KINDS, type Tunnels, unneeded } from './tunnels.js';

/** A setting of the interfaces by which peers are reached. */
export interface OuterSettings {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly settings: readonly DeviceSetting[];
  readonly tunnels: Tunnels;
}

/** What such a check reads, for `verify --list`. */
export const outerReads = (name: InterfaceSysctl): readonly string[] => [
  `/proc/sys/net/ipv4/conf/{all,<if>}/${name}`,
  'ip -d -j addr',
  'ip -j route',
  'configuration files',
];

export async function readOuterSettings(host: HostFacts, name: InterfaceSysctl): Promise<OuterSettings> {
  const [interfaces, routes, tunnels] = await Promise.all([host.interfaces(), host.routes(), readTunnels(host)]);
  // On VTI interfaces these settings are right: their policies are looked up elsewhere.
  const ordinary = (answered(interfaces) ?? []).filter(({ kind = '' }) => !TUNNEL_KINDS.has(kind));
  const devices = outerDevices(tunnels.ipsec, ordinary, answered(routes) ?? []);
  return { interfaces, tunnels, settings: await readDeviceSettings(host, 'ipv4', name, devices) };
}

/** @param label of the line that says that there is nothing to judge */
export function judgeOuterSettings(
  label: string,
  { interfaces, settings, tunnels }: OuterSettings,
  verdict: SettingVerdict,
): readonly CheckLine[] {
  if (tunnels.ipsec.length === 0) return [unneeded(label, tunnels, 'no IPsec connection')];
  if (!interfaces.ok) return [unseen(label, interfaces)];
  if (settings.length === 0) return [unneeded(label, tunnels, 'no interface leads to a peer')];
  return judgeDevices(settings, verdict);
}
