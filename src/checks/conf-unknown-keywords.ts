import type { Check } from './check.js';
import { CONFIGURATION_ROLES, judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'unknown keywords';

export const check: Check<RemarkFacts> = {
  id: 'conf-unknown-keywords',
  group: 'configuration',
  title: LABEL,
  reads: ['/etc/ipsec.conf, /etc/ipsec.d/*.conf', '/etc/swanctl/swanctl.conf', '/etc/openvpn/**/*.conf'],
  refs: ['ipsec verify: Pluto ipsec.conf syntax', 'ipsec.conf(5)'],
  facts: readRemarks,
  judge: (facts) =>
    judgeRemarks(facts, {
      id: check.id,
      label: LABEL,
      roles: CONFIGURATION_ROLES,
      dependsOn: ['host/conf-syntax'],
      cause: ({ severity }) =>
        severity === 'error'
          ? 'An unknown keyword makes this product refuse the file: no connection in it is loaded.'
          : 'An unknown keyword is passed over with a line in the log: what it was written for does not happen.',
    }),
};
