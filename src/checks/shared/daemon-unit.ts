import { compareVersions } from '../../config/versions.js';
import type { Stack, StackId } from '../../host/linux/stacks.js';
import type { Connection } from '../../model/connection.js';

/** The systemd units that start daemons of which there is one; distributions agree on these. */
const units: Readonly<Record<Exclude<StackId, 'strongswan' | 'openvpn'>, string>> = {
  libreswan: 'ipsec',
  openswan: 'ipsec',
  racoon: 'racoon',
  isakmpd: 'isakmpd',
  iked: 'iked',
};

/** strongSwan's units changed their names with this release (NEWS of 5.8.0). */
const STRONGSWAN_RENAMED = '5.8';

/** Folders of OpenVPN's configurations, and the unit that takes the name of the file. */
const openvpnUnits: readonly (readonly [string, string])[] = [
  ['/etc/openvpn/server/', 'openvpn-server@'],
  ['/etc/openvpn/client/', 'openvpn-client@'],
  ['/etc/openvpn/', 'openvpn@'],
];

/**
 * What systemd calls the daemon: `systemctl start ipsec` is libreswan.
 * @param connection one that it is to serve: tells which of several units
 */
export function unitOf({ id, version, running }: Stack, connection?: Pick<Connection, 'dialect' | 'file'>): string {
  if (id === 'openvpn') return openvpnUnit(connection?.file ?? '');
  if (id !== 'strongswan') return units[id];
  const starts =
    running.length > 0 ? running.some(({ name }) => name === 'charon' || name === 'starter') : connection?.dialect === 'stroke';
  const renamed = version === undefined || compareVersions(version, STRONGSWAN_RENAMED) >= 0;
  if (starts) return renamed ? 'strongswan-starter' : 'strongswan';
  return renamed ? 'strongswan' : 'strongswan-swanctl';
}

function openvpnUnit(file: string): string {
  const [folder, unit] = openvpnUnits.find(([place]) => file.startsWith(place)) ?? [];
  const name = file.slice(folder?.length).replace(/\.(?:conf|ovpn)$/, '');
  return unit === undefined || name === '' || name.includes('/') ? 'openvpn-server@NAME' : `${unit}${name}`;
}
