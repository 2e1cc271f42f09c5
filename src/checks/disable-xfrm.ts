import type { Check } from './check.js';
import { allToZero, sourcesText } from './shared/device-settings.js';
import { hostFinding } from './shared/finding.js';
import { judgeOuterSettings, type OuterSettings, outerReads, readOuterSettings } from './shared/outer-settings.js';
import { sysctlFix } from './shared/sysctl-mend.js';

const LABEL = 'disable_xfrm';

export const check: Check<OuterSettings> = {
  id: 'disable-xfrm',
  group: 'sysctls',
  title: LABEL,
  reads: outerReads(LABEL),
  refs: ['Linux Documentation/networking/ip-sysctl', 'RFC 4301 §5.1'],
  facts: (host) => readOuterSettings(host, LABEL),
  judge: (facts) =>
    judgeOuterSettings(LABEL, facts, {
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
    }),
};
