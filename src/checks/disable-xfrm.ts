import { type Answer, answered } from '../host/host.js';
import type { Interface } from '../host/linux/interfaces.js';
import type { Check } from './check.js';
import { allToZero, type DeviceSetting, judgeDevices, readDeviceSettings, sourcesText } from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { unseen } from './shared/lines.js';
import { sysctlFix } from './shared/sysctl-mend.js';
import { outerDevices, readTunnels, TUNNEL_KINDS, type Tunnels, unneeded } from './shared/tunnels.js';

interface Facts {
  readonly interfaces: Answer<readonly Interface[]>;
  readonly settings: readonly DeviceSetting[];
  readonly tunnels: Tunnels;
}

const LABEL = 'disable_xfrm';

export const check: Check<Facts> = {
  id: 'disable-xfrm',
  group: 'sysctls',
  title: LABEL,
  reads: ['/proc/sys/net/ipv4/conf/{all,<if>}/disable_xfrm', 'ip -d -j addr', 'ip -j route', 'configuration files'],
  refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.1'],
  async facts(host) {
    const [interfaces, routes, tunnels] = await Promise.all([host.interfaces(), host.routes(), readTunnels(host)]);
    const seen = answered(interfaces) ?? [];
    // On VTI interfaces the setting is right: their policies are looked up elsewhere.
    const ordinary = seen.filter(({ kind = '' }) => !TUNNEL_KINDS.has(kind));
    const devices = outerDevices(tunnels.ipsec, ordinary, answered(routes) ?? []);
    return { interfaces, tunnels, settings: await readDeviceSettings(host, 'ipv4', 'disable_xfrm', devices) };
  },
  judge({ interfaces, settings, tunnels }) {
    if (tunnels.ipsec.length === 0) return [unneeded(LABEL, tunnels, 'no IPsec connection')];
    if (!interfaces.ok) return [unseen(LABEL, interfaces)];
    if (settings.length === 0) return [unneeded(LABEL, tunnels, 'no interface leads to a peer')];
    return judgeDevices(settings, {
      label: `${LABEL} on`,
      bad: ({ value }) => (value === 0 ? undefined : { status: 'fail' }),
      words: (value) => (value === 0 ? 'off' : 'on'),
      changes: allToZero,
      why: 'what leaves there must be encrypted',
      finding: (bad, _, changes) => {
        const devices = bad.map(({ device }) => device).join(', ');
        return hostFinding(check.id, {
          severity: 'error',
          title: `nothing is encrypted on ${devices}: disable_xfrm is on`,
          cause:
            'The kernel does not look up IPsec policies for what leaves by these interfaces. The tunnel is up, and what should go through it leaves in clear.',
          evidence: bad.map((each) => ({ text: sourcesText(each) })),
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only disable-xfrm',
          refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.1'],
        });
      },
    });
  },
};
