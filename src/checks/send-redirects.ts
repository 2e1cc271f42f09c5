import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import { overlaps, parseAddressRange } from '../wire/ip/address-range.js';
import type { Check } from './check.js';
import {
  addressedDevices,
  allToZero,
  type DeviceSetting,
  judgeDevices,
  readDeviceSettings,
  sourcesText,
} from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { unseen } from './shared/lines.js';
import { sysctlFix } from './shared/sysctl-mend.js';
import { namesOf, networksBehind, readTunnels, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly settings: readonly DeviceSetting[];
  readonly tunnels: Tunnels;
}

const LABEL = 'send_redirects';

export const check: Check<Facts> = {
  id: 'send-redirects',
  group: 'sysctls',
  title: LABEL,
  reads: ['/proc/sys/net/ipv4/conf/{all,<if>}/send_redirects', 'ip -d -j addr', 'configuration files'],
  refs: ['ipsec verify: ICMP default/send_redirects', 'Linux Documentation/networking/ip-sysctl', 'RFC 1122 §3.3.1.2'],
  async facts(host) {
    const [interfaces, tunnels] = await Promise.all([host.interfaces(), readTunnels(host)]);
    const devices = addressedDevices((answered(interfaces) ?? []).filter(takesPart(tunnels)), 'ipv4');
    return { interfaces, tunnels, settings: await readDeviceSettings(host, 'ipv4', 'send_redirects', devices) };
  },
  judge({ interfaces, settings, tunnels }) {
    const forwarded = tunnels.ipsec.filter((connection) => networksBehind(connection, 'ipv4').length > 0);
    if (forwarded.length === 0) return [unneeded(LABEL, tunnels, 'nothing is forwarded into a tunnel')];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    if (settings.length === 0) return [unneeded(LABEL, tunnels, 'no interface has an IPv4 address')];
    // With one leg, what goes into the tunnel leaves where it came in: there the kernel does send redirects.
    const status = settings.length === 1 ? 'fail' : 'warn';
    return judgeDevices(settings, {
      label: `${LABEL} on`,
      bad: ({ value }) => (value === 0 ? undefined : { status }),
      words: (value) => (value === 0 ? 'off' : 'on'),
      changes: allToZero,
      why: 'redirects tell hosts behind us to go around the tunnel',
      finding: (bad, _, changes) =>
        hostFinding(check.id, {
          severity: status === 'fail' ? 'error' : 'warning',
          title: `send_redirects is on for ${bad.map(({ device }) => device).join(', ')}, and this host forwards for ${namesOf(forwarded)}`,
          cause:
            'A packet for the far network that arrives and would leave on the same interface makes the kernel send an ICMP redirect: the host behind us then sends past this gateway, unencrypted, and never comes back. In force is "all" or the interface, whichever is on.',
          evidence: bad.map((each) => ({ text: sourcesText(each) })),
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only send-redirects',
          refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 1122 §3.3.1.2'],
        }),
    });
  },
};

/** Bridges of Docker, libvirt, LXC and Podman. */
const guests = /^(?:docker\d+|br-[0-9a-f]{12}|(?:virbr|lxcbr|lxdbr|incusbr|podman|cni-podman)\d+)$/;

/** Between guests of this host nobody can go around the gateway; unless their network is in a selector, they have no part in a tunnel. */
function takesPart({ ipsec }: Tunnels): (device: Interface) => boolean {
  const local = ipsec.flatMap((connection) => networksBehind(connection, 'ipv4').flatMap(({ value }) => parseAddressRange(value) ?? []));
  return ({ name, addresses }) =>
    !guests.test(name) ||
    addresses.some(({ address }) => {
      const own = parseAddressRange(address);
      return own !== undefined && local.some((network) => overlaps(network, own));
    });
}
