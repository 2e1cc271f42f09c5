import { canonicalIdentity } from '../config/ipsec-secrets/find-secret.js';
import type { Certificate } from '../host/certificates.js';
import { parseIpv4, parseIpv6 } from '../wire/ip/address.js';
import type { Check, CheckLine } from './check.js';
import { leafOf } from './shared/certificate-chain.js';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from './shared/credential-facts.js';
import type { Credential } from './shared/credentials.js';
import { hostFinding } from './shared/finding.js';
import { pass, skip, unknown, unseen } from './shared/lines.js';
import { placeOf } from './shared/tunnels.js';

const LABEL = 'identity in the certificate';

export const check: Check<CredentialFacts> = {
  id: 'cert-identity',
  group: 'keys',
  title: LABEL,
  reads: ['leftid, id of each connection', 'subject and subjectAltName of its certificate'],
  refs: ['RFC 4945 §3.1', 'RFC 7296 §4'],
  facts: readCredentialFacts,
  judge: (facts) => judgeCredentials(facts, LABEL, ['local', 'remote'], judge),
};

function judge(credential: Credential, label: string): CheckLine {
  const { connection, end, source, subject, product, certificates, path } = credential;
  const leaf = leafOf(credential);
  if (leaf === undefined) return certificates.ok ? unknown(label, 'no certificate') : unseen(label, certificates);
  const { id } = connection[end];
  if (id === undefined) return skip(label, 'no identity given: it follows from the certificate or the address');
  const verdict = confirms(leaf, id.value, product);
  if (verdict === 'yes') return pass(label, id.value);
  if (verdict === 'unsure') return unknown(label, `${id.value}: a form of identity that is not compared`);
  if (verdict === 'any') return skip(label, `${id.value}: taken from the certificate, or any`);
  const has = [leaf.subject, ...leaf.alternativeNames.map(({ type, value }) => `${type}:${value}`)];
  // stroke goes on with the subject of the certificate in place of the identity.
  const replaced = connection.dialect === 'stroke';
  return {
    status: replaced ? 'warn' : 'fail',
    label,
    detail: `${id.value} does not stand in ${path}`,
    finding: hostFinding(check.id, {
      subject,
      severity: replaced ? 'warning' : 'error',
      confidence: 0.8,
      title: `the identity ${id.value} of ${subject} does not stand in its certificate`,
      cause: replaced
        ? 'strongSwan sends the subject of the certificate in place of an identity that the certificate does not confirm. The other end looks for a connection with that one, and may find none.'
        : 'The identity has to be the subject, or stand among the subjectAltName, of the certificate that proves it. Else the certificate is not found for it, or the other end refuses it ("ID payload does not match certificate").',
      evidence: [
        { ...placeOf(id), text: `identity ${id.value}` },
        { file: path, text: has.join(', ') },
        { ...placeOf(source), text: source.value },
      ],
      fix: [
        {
          end: end === 'local' ? 'ours' : 'either',
          text: `${id.file}:${id.line}: write one that the certificate has: ${identityOf(leaf)}`,
        },
        {
          end: 'either',
          text: `or have a certificate made with subjectAltName ${id.value.replace(/^@/, '')}; both ends have to name the same identity`,
        },
      ],
      retest: `vpndoctor verify --only ${check.id}`,
      refs: ['RFC 4945 §3.1', 'RFC 7296 §4'],
    }),
  };
}

/** An identity that the certificate has. A name with a wildcard is for many hosts: none of them has it for an identity. */
export function identityOf({ alternativeNames, subject }: Pick<Certificate, 'alternativeNames' | 'subject'>): string {
  const name = alternativeNames.find(({ type, value }) => ['dns', 'ip', 'email'].includes(type) && !value.includes('*'));
  return name?.value ?? `"${subject}"`;
}

type Verdict = 'yes' | 'no' | 'unsure' | 'any';

/** Whether a certificate confirms an identity as written in a configuration. */
export function confirms(certificate: Certificate, written: string, product: Credential['product']): Verdict {
  const id = written.trim().replace(/^"(.*)"$/, '$1');
  if (id === '%fromcert' || canonicalIdentity(id) === 'any') return 'any';
  if (/^(@#|keyid:|asn1|0x|\{|gn|xmppaddr:)/i.test(id)) return 'unsure';
  if (id.includes('*')) return 'any';
  const plain = id.replace(/^(fqdn|dns|rfc822|email|userfqdn|ipv4|ipv6|dn):/i, '').replace(/^@/, '');
  if (/^[A-Za-z]+\s*=/.test(plain) || plain.startsWith('/')) return sameName(plain, certificate.x509.subject);
  const type = parseIpv4(plain) !== undefined || parseIpv6(plain) !== undefined ? 'ip' : plain.includes('@') ? 'email' : 'dns';
  const values = certificate.alternativeNames.filter((name) => name.type === type).map(({ value }) => canonicalIdentity(value));
  if (values.includes(canonicalIdentity(plain))) return 'yes';
  // Where there is no such name at all, NSS looks at the common name.
  if (product === 'libreswan' && type === 'dns' && values.length === 0 && commonName(certificate) === plain.toLowerCase()) return 'yes';
  return 'no';
}

function commonName({ x509 }: Certificate): string | undefined {
  return /^CN=(.*)$/m.exec(x509.subject ?? '')?.[1]?.toLowerCase();
}

/** Distinguished names part by part; those that need more than splitting at commas are not compared. */
function sameName(written: string, subject: string | undefined): Verdict {
  if (subject === undefined || /[\\"+]/.test(written) || /[\\+]/.test(subject)) return 'unsure';
  const ours = written
    .split(written.startsWith('/') ? '/' : ',')
    .map(canonicalPart)
    .filter((part) => part !== '');
  const theirs = subject.split('\n').map(canonicalPart);
  const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((part, index) => part === b[index]);
  return same(ours, theirs) || same(ours, theirs.toReversed()) ? 'yes' : 'no';
}

const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({ e: 'emailaddress', email: 'emailaddress', s: 'st', sn: 'surname', userid: 'uid' }),
);

function canonicalPart(part: string): string {
  const [key = '', ...rest] = part.split('=');
  const name = key.trim().toLowerCase();
  return name === '' ? '' : `${ALIASES.get(name) ?? name}=${rest.join('=').trim().replace(/\s+/g, ' ').toLowerCase()}`;
}
