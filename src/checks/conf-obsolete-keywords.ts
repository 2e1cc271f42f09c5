import type { Check } from './check.js';
import { judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'obsolete keywords';

export const check: Check<RemarkFacts> = {
  id: 'conf-obsolete-keywords',
  group: 'configuration',
  title: LABEL,
  reads: ['/etc/ipsec.conf, /etc/ipsec.d/*.conf', '/etc/swanctl/swanctl.conf'],
  refs: ['ipsec verify: Checking for obsolete ipsec.conf options', 'ipsec.conf(5)'],
  facts: readRemarks,
  judge: (facts) =>
    judgeRemarks(facts, {
      id: check.id,
      label: LABEL,
      roles: ['ipsec.conf', 'swanctl.conf'],
      cause: ({ severity }) =>
        severity === 'error'
          ? 'The installed release does not know the keyword any more and refuses what it stands in.'
          : 'The keyword has no effect any more, or will lose it: what it was written for does not happen.',
    }),
};
