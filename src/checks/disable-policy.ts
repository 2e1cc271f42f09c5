import type { Check } from './check.js';
import { allToZero, sourcesText } from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { judgeOuterSettings, type OuterSettings, outerReads, readOuterSettings } from './shared/outer-settings.js';
import { sysctlFix } from './shared/sysctl-mend.js';

const LABEL = 'disable_policy';

export const check: Check<OuterSettings> = {
  id: 'disable-policy',
  group: 'sysctls',
  title: LABEL,
  reads: outerReads(LABEL),
  refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.2'],
  facts: (host) => readOuterSettings(host, LABEL),
  judge: (facts) =>
    judgeOuterSettings(LABEL, facts, {
      label: `${LABEL} on`,
      bad: ({ value }) => (value === 0 ? undefined : { status: 'warn' }),
      words: (value) => (value === 0 ? 'off' : 'on'),
      changes: allToZero,
      why: 'packets in clear must not pass for tunnel traffic',
      finding: (bad, _, changes) => {
        const devices = bad.map(({ device }) => device).join(', ');
        return hostFinding(check.id, {
          severity: 'warning',
          title: `packets in clear are taken as if they had come through the tunnel: disable_policy on ${devices}`,
          cause:
            'The kernel does not look whether what arrives on these interfaces should have been encrypted: anybody on that network can send packets into the networks of the tunnel. The setting belongs on VTI interfaces only.',
          evidence: bad.map((each) => ({ text: sourcesText(each) })),
          fix: sysctlFix(changes),
          retest: 'vpndoctor verify --only disable-policy',
          refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.2'],
        });
      },
    }),
};
