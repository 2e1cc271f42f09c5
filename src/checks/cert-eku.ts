import { EXTENDED_KEY_USAGES } from '../crypto/certificates/certificate-text.js';
import type { Check, CheckLine } from './check.js';
import { leafOf } from './shared/certificate-chain.js';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from './shared/credential-facts.js';
import type { Credential } from './shared/credentials.js';
import { hostFinding } from './shared/finding.js';
import { pass, unknown, unseen } from './shared/lines.js';
import { placeOf } from './shared/tunnels.js';

const LABEL = 'extended key usage';

const FOR_IKE = new Set(['serverAuth', 'clientAuth', 'ipsecIKE', 'iKEIntermediate', 'anyExtendedKeyUsage']);
const FOR_SERVERS = new Set(['serverAuth', 'anyExtendedKeyUsage']);

export const check: Check<CredentialFacts> = {
  id: 'cert-eku',
  group: 'keys',
  title: LABEL,
  reads: ['extended key usage of the certificate of each connection'],
  refs: ['RFC 4945 §5.1.3.12', 'RFC 5280 §4.2.1.12'],
  facts: readCredentialFacts,
  judge: (facts) => judgeCredentials(facts, LABEL, ['local'], judge),
};

function judge(credential: Credential, label: string): CheckLine {
  const leaf = leafOf(credential);
  const { certificates, connection, source, subject, path } = credential;
  if (leaf === undefined) return certificates.ok ? unknown(label, 'no certificate') : unseen(label, certificates);
  if (leaf.extendedKeyUsage.length === 0) return pass(label, 'none: good for everything');
  const usage = leaf.extendedKeyUsage.map((oid) => EXTENDED_KEY_USAGES[oid] ?? oid);
  const forRoads = connection.remote.addresses.every(({ value }) => value.startsWith('%any') || value === '0.0.0.0' || value === '::');
  const fit = usage.some((name) => FOR_IKE.has(name));
  if (fit && (!forRoads || usage.some((name) => FOR_SERVERS.has(name)))) return pass(label, usage.join(', '));
  return {
    status: 'warn',
    label,
    detail: usage.join(', '),
    finding: hostFinding(check.id, {
      what: fit ? 'server' : 'none',
      subject,
      severity: 'warning',
      confidence: fit ? 0.5 : 0.7,
      title: fit
        ? `the certificate of ${subject} is not for servers (${usage.join(', ')})`
        : `the certificate of ${subject} is not for IKE (${usage.join(', ')})`,
      cause: fit
        ? 'Anybody may call here, and the clients of Windows and Apple take a gateway only with serverAuth in its certificate: they give up after AUTH ("IKE authentication credentials are unacceptable", 13801).'
        : 'A certificate with an extended key usage is for those uses alone. libreswan and some others refuse it at IKE; strongSwan does not look.',
      evidence: [
        { file: path, text: `extendedKeyUsage: ${usage.join(', ')}` },
        { ...placeOf(source), text: source.value },
      ],
      fix: [{ end: 'ours', text: `have the certificate made anew with extendedKeyUsage = serverAuth${fit ? '' : ', 1.3.6.1.5.5.7.3.17'}` }],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 4945 §5.1.3.12', 'RFC 5280 §4.2.1.12'],
    }),
  };
}
