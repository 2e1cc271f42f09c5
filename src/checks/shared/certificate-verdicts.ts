import type { Certificate } from '../../host/certificates.js';
import type { CheckLine } from '../check.js';
import { candidatesOf, chainOf, dateText, leafOf } from './certificate-chain.js';
import type { Credential, CredentialKey } from './credentials.js';
import { hostFinding } from './finding.js';
import { pass, skip, unknown, unseen } from './lines.js';
import { placeOf } from './tunnels.js';

const DAY = 86_400_000;
/** Long enough to get a new one signed. */
const SOON_DAYS = 30;

/** Whether certificate and chain are valid now; a certificate that is not there fails here. */
export function judgeDates(id: string, credential: Credential, now: Date, label: string): CheckLine {
  const { certificates, source, path, subject } = credential;
  if (!certificates.ok) {
    if (certificates.reason !== 'missing') return unseen(label, certificates);
    return {
      status: 'fail',
      label,
      detail: `${path} is not there`,
      finding: hostFinding(id, {
        what: 'missing',
        subject,
        severity: 'error',
        title: `the certificate of ${subject} (${path}) is not there`,
        cause:
          'The daemon cannot load the certificate that the configuration names. It refuses the connection, or goes on without and fails to authenticate.',
        evidence: [{ ...placeOf(source), text: source.value }, { text: certificates.message }],
        fix: [{ end: 'ours', text: `bring the certificate to ${path}, or mend its name in ${source.file}:${source.line}` }],
        retest: `vpndoctor verify --only ${id}`,
        refs: ['RFC 4945 §5'],
      }),
    };
  }
  const [leaf] = certificates.value;
  if (leaf === undefined) return unknown(label, `${path}: empty`);
  const chain = chainOf(leaf, candidatesOf(credential));
  const late = chain.find(({ notAfter }) => notAfter < now);
  if (late !== undefined) return datesLine(id, credential, label, late, 'expired', now);
  const early = chain.find(({ notBefore }) => notBefore > now);
  if (early !== undefined) return datesLine(id, credential, label, early, 'early', now);
  const first = chain.reduce((a, b) => (a.notAfter <= b.notAfter ? a : b));
  if (first.notAfter.getTime() - now.getTime() < SOON_DAYS * DAY) return datesLine(id, credential, label, first, 'soon', now);
  return pass(label, `${leaf.subject}, until ${dateText(leaf.notAfter).slice(0, 10)}`);
}

const DATES = {
  expired: {
    status: 'fail',
    words: 'has expired',
    cause: 'The other end refuses an expired certificate: AUTHENTICATION_FAILED, or a TLS alert "certificate expired".',
    fix: 'have it signed anew, with the same key where that is wanted, and put it in place',
  },
  early: {
    status: 'fail',
    words: 'is not valid yet',
    cause:
      'Either the clock of this host is wrong, or the certificate was made by a host whose clock is ahead. Whoever checks it refuses it.',
    fix: 'set the clock (timedatectl), or wait, or have it signed anew',
  },
  soon: {
    status: 'warn',
    words: 'expires soon',
    cause: 'On that day the other end begins to refuse it, at the next authentication: the tunnel ends at a rekeying in the night.',
    fix: 'have it signed anew before that day',
  },
} as const;

function datesLine(
  id: string,
  { source, subject, end }: Credential,
  label: string,
  certificate: Certificate,
  what: keyof typeof DATES,
  now: Date,
): CheckLine {
  const { status, words, cause, fix } = DATES[what];
  const { file, subject: name, notBefore, notAfter } = certificate;
  const when = what === 'early' ? `not before ${dateText(notBefore)} UTC` : `until ${dateText(notAfter)} UTC`;
  return {
    status,
    label,
    detail: `${name}: ${when}`,
    finding: hostFinding(id, {
      what,
      subject,
      severity: status === 'fail' ? 'error' : 'warning',
      title: `${certificate.isAuthority ? 'the authority' : 'the certificate'} ${name} of ${subject} ${words} (${when})`,
      cause,
      evidence: [
        { file, text: `notBefore ${dateText(notBefore)} UTC, notAfter ${dateText(notAfter)} UTC; now ${dateText(now)} UTC` },
        { ...placeOf(source), text: source.value },
      ],
      fix: [{ end: end === 'local' ? 'ours' : 'theirs', text: `${fix}: ${file}` }],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['RFC 5280 §4.1.2.5', 'RFC 4945 §5.1.3'],
    }),
  };
}

/** Whether there is a private key for our certificate. Keys are compared by their public halves. */
export function judgeKey(id: string, credential: Credential, label: string): CheckLine {
  const { keys, nssKeys, onToken, source, path, subject, product } = credential;
  const leaf = leafOf(credential);
  if (leaf === undefined) return credential.certificates.ok ? unknown(label, 'no certificate') : unseen(label, credential.certificates);
  if (nssKeys !== undefined) {
    if (!nssKeys.ok) return unseen(label, nssKeys);
    const found = nssKeys.value.find(({ ckaid }) => ckaid !== undefined && leaf.publicKey.nssIds.includes(ckaid));
    if (found !== undefined) return pass(label, `NSS, ckaid ${found.ckaid}`);
  }
  const match = keys.find(({ key }) => key.ok && !key.value.encrypted && key.value.half.fingerprint === leaf.publicKey.fingerprint);
  if (match !== undefined) return pass(label, match.path);
  const shut = keys.find(({ key, missingPassphrase }) =>
    key.ok ? key.value.encrypted && missingPassphrase === undefined : key.reason !== 'missing' && key.reason !== 'failed',
  );
  if (shut !== undefined) return unknown(label, shut.key.ok ? `${shut.path} is encrypted` : shut.key.message);
  if (onToken) return unknown(label, 'the key may be on a token, which is not asked');
  const locked = keys.find(({ missingPassphrase }) => missingPassphrase !== undefined);
  if (locked !== undefined) return lockedLine(id, credential, label, locked);
  const there = keys.filter(({ key }) => key.ok);
  const nss = (nssKeys?.ok ? nssKeys.value : []).map(({ type, ckaid }) => `${type} ${ckaid ?? ''}`.trim());
  const mismatch = there.length > 0 || nss.length > 0;
  return {
    status: 'fail',
    label,
    detail: mismatch ? 'no private key belongs to the certificate' : 'there is no private key',
    finding: hostFinding(id, {
      what: mismatch ? 'mismatch' : 'missing',
      subject,
      severity: 'error',
      confidence: 0.9,
      title: mismatch
        ? `no private key on this host belongs to the certificate of ${subject}`
        : `there is no private key for the certificate of ${subject}`,
      cause:
        product === 'openvpn'
          ? 'OpenVPN compares the two when it starts ("key values mismatch") and ends.'
          : 'Without the private key this host cannot sign: "no private key found", and IKE ends with AUTHENTICATION_FAILED at the other end.',
      evidence: [
        { ...placeOf(source), text: `certificate ${path}: public key ${leaf.publicKey.fingerprint.slice(0, 16)}… (SHA-256)` },
        ...there.flatMap(({ path: file, key }) =>
          key.ok && !key.value.encrypted ? [{ file, text: `public half ${key.value.half.fingerprint.slice(0, 16)}…` }] : [],
        ),
        ...keys.flatMap(({ key }) => (key.ok ? [] : [{ text: key.message }])),
        ...nss.map((text) => ({ text: `ipsec showhostkey --list: ${text}` })),
        ...(keys.length === 0 && nss.length === 0 ? [{ text: `no private key was found; it belongs ${KEY_PLACES[product]}` }] : []),
      ],
      fix: [
        {
          end: 'ours',
          text: `put the key from which the certificate was requested ${KEY_PLACES[product]}, or have a new certificate made for the key that is there`,
        },
      ],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['RFC 7296 §2.15', 'openssl-pkey(1)'],
    }),
  };
}

function lockedLine(
  id: string,
  { source, subject }: Credential,
  label: string,
  { path, missingPassphrase = '' }: CredentialKey,
): CheckLine {
  return {
    status: 'fail',
    label,
    detail: `${path} is encrypted, and no secret has its passphrase`,
    finding: hostFinding(id, {
      what: 'passphrase',
      subject,
      severity: 'error',
      confidence: 0.9,
      title: `the private key of ${subject} cannot be opened: ${path} is encrypted, and no secret has its passphrase`,
      cause:
        'The daemon starts without anybody to ask and leaves such a key out. Without it this host cannot sign: "no private key found", and IKE ends with AUTHENTICATION_FAILED at the other end.',
      evidence: [
        { file: path, text: 'an encrypted private key' },
        { ...placeOf(source), text: `${source.value}: no other key on this host belongs to it` },
      ],
      fix: [{ end: 'ours', text: missingPassphrase }],
      dependsOn: ['host/conf-syntax', 'host/secret-syntax'],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['swanctl.conf(5)', 'ipsec.secrets(5)'],
    }),
  };
}

const KEY_PLACES: Readonly<Record<Credential['product'], string>> = {
  strongswan: 'into /etc/swanctl/private, or as ": RSA file" into ipsec.secrets',
  openswan: 'as ": RSA file" into ipsec.secrets',
  libreswan: 'into NSS (ipsec import file.p12)',
  openvpn: 'where key points to',
};

/** Whether issuers are there up to an authority that signed itself. */
export function judgeChain(id: string, credential: Credential, label: string): CheckLine {
  const leaf = leafOf(credential);
  const { authorities, source, subject, end, product } = credential;
  if (leaf === undefined) return credential.certificates.ok ? unknown(label, 'no certificate') : unseen(label, credential.certificates);
  if (leaf.isSelfSigned) return pass(label, 'signed by itself');
  if (authorities.hidden)
    return skip(
      label,
      product === 'libreswan'
        ? `authorities are in NSS: certutil -V -d sql:${authorities.places[0]} checks them`
        : 'authorities are in a directory by hash',
    );
  const chain = chainOf(leaf, candidatesOf(credential));
  const wrong = chain.slice(1).find(({ isAuthority }) => !isAuthority);
  const last = chain.at(-1) ?? leaf;
  if (wrong === undefined && last.isSelfSigned) return pass(label, chain.map(({ subject: name }) => name).join(' < '));
  if (wrong === undefined && end === 'remote') return pass(label, 'the certificate itself is here, and trusted');
  if (wrong === undefined && authorities.unread.length > 0) return unknown(label, `could not be read: ${authorities.unread.join(', ')}`);
  const [what, title] =
    wrong !== undefined
      ? (['not-authority', `${wrong.subject}, which issued a certificate of ${subject}, is no authority (basicConstraints)`] as const)
      : (['issuer', `the authority that issued ${last.subject} (${last.issuer}) is not on this host`] as const);
  return {
    status: wrong === undefined ? 'warn' : 'fail',
    label,
    detail: wrong === undefined ? `no certificate of ${last.issuer}` : `${wrong.subject} is no authority`,
    finding: hostFinding(id, {
      what,
      subject,
      severity: wrong === undefined ? 'warning' : 'error',
      confidence: wrong === undefined ? 0.6 : 0.9,
      title,
      cause:
        wrong === undefined
          ? 'An intermediate authority that is not here is not sent: the other end finds no way from the certificate to what it trusts, unless it has the intermediate itself. Certificates of peers from the same authority cannot be verified here.'
          : 'A certificate that was not made to sign others makes every chain over it invalid.',
      evidence: [
        ...chain.map(({ file, subject: name, issuer }) => ({ file, text: `${name}, issued by ${issuer}` })),
        { ...placeOf(source), text: `looked for in ${authorities.places.join(', ') || 'no place'}` },
      ],
      fix: [
        {
          end: 'ours',
          text: `put the certificate of ${wrong?.issuer ?? last.issuer} into ${authorities.places[0] ?? 'the file with the certificate'}`,
        },
      ],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['RFC 5280 §6.1', 'RFC 4945 §3.3.3'],
    }),
  };
}
