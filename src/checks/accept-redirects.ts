import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Family, Route } from '../host/linux/routes.js';
import type { EffectiveSysctl } from '../host/linux/sysctls.js';
import type { Check, CheckLine } from './check.js';
import { allToZero, type DeviceSetting, judgeDevices, readDeviceSettings, sourcesText } from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { skip, unseen } from './shared/lines.js';
import { sysctlFix } from './shared/sysctl-mend.js';
import { namesOf, networksBehind, outerDevices, readTunnels, type Tunnels, unneeded, usesFamily } from './shared/tunnels.js';

interface Facts {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly routes: readonly Route[];
  readonly settings: Readonly<Record<Family, readonly DeviceSetting[]>>;
  readonly tunnels: Tunnels;
}

const LABEL = 'accept_redirects';

export const check: Check<Facts> = {
  id: 'accept-redirects',
  group: 'sysctls',
  title: LABEL,
  reads: [
    '/proc/sys/net/ipv4/conf/{all,<if>}/accept_redirects, forwarding',
    '/proc/sys/net/ipv6/conf/<if>/accept_redirects, forwarding',
    'ip -d -j addr',
    'ip -j route',
  ],
  refs: ['ipsec verify: ICMP default/accept_redirects', 'Linux Documentation/networking/ip-sysctl'],
  async facts(host) {
    const [interfaces, routes, tunnels] = await Promise.all([host.interfaces(), host.routes(), readTunnels(host)]);
    const seen = { interfaces: answered(interfaces) ?? [], routes: answered(routes) ?? [] };
    const settingsOf = (family: Family) => {
      const connections = tunnels.ipsec.filter((connection) => usesFamily(connection, family));
      return readDeviceSettings(host, family, 'accept_redirects', outerDevices(connections, seen.interfaces, seen.routes));
    };
    return { interfaces, routes: seen.routes, tunnels, settings: { ipv4: await settingsOf('ipv4'), ipv6: await settingsOf('ipv6') } };
  },
  judge({ interfaces, settings, tunnels }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    const lines = (['ipv4', 'ipv6'] as const).flatMap((family) => judgeFamily(family, settings[family], tunnels));
    return lines.length > 0 ? lines : [unneeded(LABEL, tunnels, 'no interface leads to a peer')];
  },
};

function judgeFamily(family: Family, settings: readonly DeviceSetting[], tunnels: Tunnels): readonly CheckLine[] {
  const label = family === 'ipv4' ? `${LABEL} on` : `${LABEL} (IPv6) on`;
  // Switching forwarding on switches this off (net/ipv4/devinet.c): one fault is not to be two.
  const forwards = tunnels.ipsec.some((connection) => networksBehind(connection, family).length > 0);
  const waits = ({ setting }: DeviceSetting) => forwards && setting.ok && setting.value.value !== 0 && forwardingIsOff(setting.value);
  return [
    ...settings.filter(waits).map(({ device }) => skip(`${label} ${device}`, 'on because forwarding is off, which is wrong here')),
    ...judgeDevices(
      settings.filter((setting) => !waits(setting)),
      {
        label,
        bad: ({ value }) => (value === 0 ? undefined : { status: 'warn' }),
        words: (value) => (value === 0 ? 'off' : 'on'),
        changes: allToZero,
        why: 'a redirect moves the way to the peer',
        finding: (bad, _, changes) =>
          hostFinding('accept-redirects', {
            ...(family === 'ipv6' ? { what: 'ipv6' } : {}),
            severity: 'warning',
            title: `accept_redirects is on for ${bad.map(({ device }) => device).join(', ')}, the way to the peer of ${namesOf(tunnels.ipsec)}`,
            cause:
              'Anybody on that network can redirect the encrypted packets of the tunnel with one ICMP message, and routers do it by themselves: the tunnel stops or takes another way. What is in force depends on forwarding.',
            evidence: bad.map((each) => ({ text: sourcesText(each) })),
            fix: sysctlFix(changes),
            retest: 'vpndoctor verify --only accept-redirects',
            refs: ['Linux Documentation/networking/ip-sysctl', family === 'ipv4' ? 'RFC 1122 §3.3.1.2' : 'RFC 4861 §8.3'],
          }),
      },
    ),
  ];
}

function forwardingIsOff({ sources }: EffectiveSysctl): boolean {
  return sources.some(({ name, value }) => name.endsWith('.forwarding') && value === 0);
}
