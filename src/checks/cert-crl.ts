import type { Check } from './check.js';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from './shared/credential-facts.js';
import { judgeRevocation } from './shared/revocation-verdict.js';

const LABEL = 'revocation list';

export const check: Check<CredentialFacts> = {
  id: 'cert-crl',
  group: 'keys',
  title: LABEL,
  reads: [
    'leftcert, certs of each connection',
    '/etc/ipsec.d/{certs,cacerts}',
    '/etc/swanctl/{x509,x509ca}',
    'certutil -L -d sql:<dir> -n <nickname> -a',
    '/etc/ipsec.d/crls',
    '/etc/swanctl/x509crl',
  ],
  refs: ['RFC 5280 §5'],
  facts: readCredentialFacts,
  judge: (facts) =>
    judgeCredentials(facts, LABEL, ['local', 'remote'], (credential, label) => judgeRevocation(check.id, credential, facts.now, label)),
};
