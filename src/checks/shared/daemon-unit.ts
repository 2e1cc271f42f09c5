import type { StackId } from '../../host/linux/stacks.js';

/** The systemd unit that starts each; distributions agree on these. */
const units: Readonly<Record<StackId, string>> = {
  strongswan: 'strongswan',
  libreswan: 'ipsec',
  openswan: 'ipsec',
  racoon: 'racoon',
  isakmpd: 'isakmpd',
  iked: 'iked',
  openvpn: 'openvpn-server@NAME',
};

/** What systemd calls the daemon: `systemctl start ipsec` is libreswan. */
export function unitOf(id: StackId): string {
  return units[id];
}
