import type { Check } from './check.js';
import { judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'syntax of secrets';

export const check: Check<RemarkFacts> = {
  id: 'secret-syntax',
  group: 'keys',
  title: LABEL,
  reads: ['/etc/ipsec.secrets', '/etc/ipsec.d/*.secrets', '/etc/swanctl/swanctl.conf: secrets'],
  refs: ['ipsec verify: Pluto ipsec.secret syntax', 'ipsec.secrets(5)'],
  facts: readRemarks,
  judge: (facts) =>
    judgeRemarks(facts, {
      id: check.id,
      label: LABEL,
      roles: ['ipsec.secrets', 'swanctl.conf'],
      cause: () =>
        'An entry that is read in another way than meant leaves its connection without a secret, or with another one: authentication fails at this end or the other.',
      reportsUnread: ['ipsec.secrets'],
    }),
};
