import type { Check } from './check.js';
import { judgeDates } from './shared/certificate-verdicts.js';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from './shared/credential-facts.js';

const LABEL = 'certificate dates';

export const check: Check<CredentialFacts> = {
  id: 'cert-dates',
  group: 'keys',
  title: LABEL,
  reads: [
    'leftcert, certs of each connection',
    '/etc/ipsec.d/{certs,cacerts}',
    '/etc/swanctl/{x509,x509ca}',
    'certutil -L -d sql:<dir> -n <nickname> -a',
  ],
  refs: ['RFC 5280 §4.1.2.5'],
  facts: readCredentialFacts,
  judge: (facts) =>
    judgeCredentials(facts, LABEL, ['local', 'remote'], (credential, label) => judgeDates(check.id, credential, facts.now, label)),
};
