import type { Check } from './check.js';
import { judgeKey } from './shared/certificate-verdicts.js';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from './shared/credential-facts.js';

const LABEL = 'private key of certificate';

export const check: Check<CredentialFacts> = {
  id: 'cert-key-match',
  group: 'keys',
  title: LABEL,
  reads: [
    'leftcert, certs of each connection',
    '/etc/ipsec.d/{certs,cacerts}',
    '/etc/swanctl/{x509,x509ca}',
    'certutil -L -d sql:<dir> -n <nickname> -a',
    '/etc/ipsec.secrets: RSA, ECDSA',
    '/etc/swanctl/{private,rsa,ecdsa,pkcs8}',
    'ipsec showhostkey --list',
  ],
  refs: ['RFC 7296 §2.15'],
  facts: readCredentialFacts,
  judge: (facts) => judgeCredentials(facts, LABEL, ['local'], (credential, label) => judgeKey(check.id, credential, label)),
};
