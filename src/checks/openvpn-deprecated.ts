import type { Check } from './check.js';
import { judgeRemarks, type RemarkFacts, readRemarks } from './shared/remarks.js';

const LABEL = 'deprecated options of OpenVPN';

/** Why each matters, by the code of the remark; which release warns and which refuses stands in the remark. */
const CAUSES: Readonly<Record<string, string>> = {
  'deprecated-static-key':
    'A static key has no forward secrecy: who gets it reads everything recorded before. Releases that no longer take it end with an "Options error".',
  'deprecated-compression':
    'Compression before encryption tells about the contents (VORACLE), and ends that frame packets differently lose every packet: "Bad compression stub decompression header byte".',
  'cipher-without-data-ciphers':
    'Ciphers are negotiated from data-ciphers. Two ends without one in common give up: "no shared cipher", or the data channel of an old peer stays silent.',
  'weak-cipher':
    'A cipher with small blocks or keys can be read by who records enough of it (SWEET32); newer libraries do not have it at all.',
  'weak-auth': 'Without a sound HMAC, packets can be changed on the way without anybody noticing.',
  'default-changed': 'An update of OpenVPN changes what is in force without a line of the configuration having changed.',
};

export const check: Check<RemarkFacts> = {
  id: 'openvpn-deprecated',
  group: 'openvpn',
  title: LABEL,
  reads: ['/etc/openvpn/**/*.conf', 'openvpn --version'],
  refs: ['OpenVPN Changes.rst 2.4 to 2.8', 'openvpn(8)'],
  facts: readRemarks,
  judge: (facts) =>
    judgeRemarks(facts, {
      id: check.id,
      label: LABEL,
      roles: ['openvpn'],
      cause: ({ code, severity }) =>
        CAUSES[code] ??
        (severity === 'error'
          ? 'The installed release does not take the option any more: OpenVPN ends with an "Options error" before it sends anything.'
          : 'The option has another name today, or no effect: what it was written for does not happen.'),
    }),
};
