import type { Check } from './check.js';
import { CONFIGURATION_ROLES, judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'configuration syntax';

export const check: Check<RemarkFacts> = {
  id: 'conf-syntax',
  group: 'configuration',
  title: LABEL,
  reads: ['/etc/ipsec.conf, /etc/ipsec.d/*.conf', '/etc/swanctl/swanctl.conf', '/etc/openvpn/**/*.conf'],
  refs: ['ipsec verify: Pluto ipsec.conf syntax', 'ipsec.conf(5)', 'swanctl.conf(5)', 'openvpn(8)'],
  facts: readRemarks,
  judge: (facts) =>
    judgeRemarks(facts, {
      id: check.id,
      label: LABEL,
      roles: CONFIGURATION_ROLES,
      cause: ({ severity }) =>
        severity === 'error'
          ? 'The daemon refuses the line: depending on the product, the connection or everything in the file is not loaded.'
          : 'The daemon reads it, and probably not in the way that was meant.',
      reportsUnread: CONFIGURATION_ROLES,
    }),
};
