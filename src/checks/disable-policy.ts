import type { EffectiveSysctl } from '../host/linux/sysctls.js';
import type { Finding } from '../model/finding.js';
import type { Check } from './check.js';
import { allToZero, sourcesText } from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { judgeOuterSettings, type OuterSettings, outerReads, readOuterSettings } from './shared/outer-settings.js';
import { type SysctlChange, sysctlFix } from './shared/sysctl-mend.js';

const LABEL = 'disable_policy';

export const check: Check<OuterSettings> = {
  id: 'disable-policy',
  group: 'sysctls',
  title: LABEL,
  reads: outerReads(LABEL, ['ipv4', 'ipv6']),
  refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.2'],
  facts: (host) => readOuterSettings(host, LABEL, ['ipv4', 'ipv6']),
  judge: (facts) =>
    judgeOuterSettings(
      LABEL,
      facts,
      {
        label: `${LABEL} on`,
        bad: ({ value }) => (value === 0 ? undefined : { status: 'warn' }),
        words: (value) => (value === 0 ? 'off' : 'on'),
        changes: allToZero,
        why: 'packets in clear must not pass for tunnel traffic',
        finding: (bad, _, changes) => finding(bad, changes),
      },
      { finding: (bad, _, changes) => finding(bad, changes, 'ipv6') },
    ),
};

function finding(bad: readonly EffectiveSysctl[], changes: readonly SysctlChange[], what?: 'ipv6'): Finding {
  const devices = bad.map(({ device }) => device).join(', ');
  return hostFinding(check.id, {
    ...(what !== undefined && { what }),
    severity: 'warning',
    title: `${what === 'ipv6' ? 'IPv6 packets' : 'packets'} in clear are taken as if they had come through the tunnel: disable_policy on ${devices}`,
    cause:
      'The kernel does not look whether what arrives on these interfaces should have been encrypted: anybody on that network can send packets into the networks of the tunnel. The setting belongs on VTI interfaces only.',
    evidence: bad.map((each) => ({ text: sourcesText(each) })),
    fix: sysctlFix(changes),
    retest: 'vpndoctor verify --only disable-policy',
    refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.2'],
  });
}
