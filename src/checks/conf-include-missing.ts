import type { Check } from './check.js';
import { CONFIGURATION_ROLES, judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'included files';

export const check: Check<RemarkFacts> = {
  id: 'conf-include-missing',
  group: 'configuration',
  title: LABEL,
  reads: ['/etc/ipsec.conf, /etc/ipsec.d/*.conf', '/etc/swanctl/swanctl.conf', '/etc/openvpn/**/*.conf'],
  refs: ['ipsec.conf(5)', 'swanctl.conf(5)'],
  facts: readRemarks,
  judge: (facts) =>
    judgeRemarks(facts, {
      id: check.id,
      label: LABEL,
      roles: CONFIGURATION_ROLES,
      cause: () =>
        'What should stand in the included file is not there: its connections do not exist for the daemon, or it refuses to read on.',
    }),
};
