import type { Check } from './check.js';
import { judgeChain } from './shared/certificate-verdicts.js';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from './shared/credential-facts.js';

const LABEL = 'certificate chain';

export const check: Check<CredentialFacts> = {
  id: 'cert-chain',
  group: 'keys',
  title: LABEL,
  reads: [
    'leftcert, certs of each connection',
    '/etc/ipsec.d/{certs,cacerts}',
    '/etc/swanctl/{x509,x509ca}',
    'certutil -L -d sql:<dir> -n <nickname> -a',
  ],
  refs: ['RFC 5280 §6.1'],
  facts: readCredentialFacts,
  judge: (facts) => judgeCredentials(facts, LABEL, ['local', 'remote'], (credential, label) => judgeChain(check.id, credential, label)),
};
