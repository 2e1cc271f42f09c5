import type { Check } from './check.js';
import { CONFIGURATION_ROLES, judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'line ends and quotation marks';

export const check: Check<RemarkFacts> = {
  id: 'conf-crlf-quoting',
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
      cause: ({ code }) =>
        code === 'quoting'
          ? 'A quotation mark without its other half takes what follows into the value, or ends the reading of the file.'
          : 'Files from Windows carry invisible characters, which become part of values: names and secrets then differ from what they look like.',
    }),
};
