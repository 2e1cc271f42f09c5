import type { X509Certificate } from 'node:crypto';
import type { CertificateFault } from '../../crypto/certificates/certificate-fault.js';
import { certificateFields, type KeyUsage } from '../../crypto/certificates/certificate-fields.js';
import { findCertificatePath } from '../../crypto/certificates/certificate-path.js';
import { dateText, extendedKeyUsageNames, nameText } from '../../crypto/certificates/certificate-text.js';
import type { Refusal } from '../refusal.js';
import type { PeerCertificateSettings } from './settings.js';

/** Our judgement of what the peer showed. */
export interface CertificateVerdict {
  readonly verdict: 'valid' | 'invalid' | 'unverified';
  /** One sentence. */
  readonly text: string;
  readonly refusal?: Refusal;
}

/** Whether there is anything that a certificate could be checked with. Without, nothing of ours is for the peer to have. */
export function canVerify({ authorities, fingerprints }: PeerCertificateSettings): boolean {
  return authorities.length > 0 || fingerprints.length > 0;
}

/**
 * Judges the peer's certificates as OpenVPN does (`ssl_verify.c`), and names what is wrong: fingerprint, chain, dates, usages, revocation,
 * name, in this order. One that nothing can be checked with stays unverified, which is a reason to go no further too.
 * @param peerRole which end of TLS the peer is
 * @param date milliseconds since 1970
 */
export function judgePeerCertificate(
  shown: readonly X509Certificate[],
  settings: PeerCertificateSettings,
  peerRole: 'client' | 'server',
  date: number,
): CertificateVerdict {
  const [end, ...intermediates] = shown;
  if (end === undefined) {
    if (peerRole === 'client' && settings.required !== 'require') return { verdict: 'unverified', text: 'the client shows no certificate' };
    return invalid('certificate-missing', `the ${peerRole} shows no certificate`, 'a certificate', 'none');
  }
  const text = `${nameText(end.subject)}, issued by ${nameText(end.issuer)}, valid until ${dateText(Date.parse(end.validTo))}`;
  if (!canVerify(settings)) return unverified(end, text);
  const wrong =
    judgeFingerprint(end, settings) ??
    judgePath(end, intermediates, settings, peerRole, date) ??
    judgeUsages(end, settings) ??
    judgeName(end, settings);
  return wrong ?? { verdict: 'valid', text };
}

function judgeFingerprint(end: X509Certificate, { fingerprints }: PeerCertificateSettings): CertificateVerdict | undefined {
  if (fingerprints.length === 0) return undefined;
  const theirs = end.fingerprint256.replaceAll(':', '').toLowerCase();
  if (fingerprints.includes(theirs)) return undefined;
  return invalid(
    'certificate-fingerprint',
    `the fingerprint of the peer's certificate (${nameText(end.subject)}) is none of those in peer-fingerprint`,
    fingerprints.map(withColons).join(' or '),
    withColons(theirs),
  );
}

function judgePath(
  end: X509Certificate,
  intermediates: readonly X509Certificate[],
  { authorities, revocationLists, fingerprints }: PeerCertificateSettings,
  peerRole: 'client' | 'server',
  date: number,
): CertificateVerdict | undefined {
  const found = findCertificatePath({
    end,
    intermediates,
    // A fingerprint takes the place of an authority: what it names is trusted as it is, dates and usages apart.
    authorities: authorities.length === 0 && fingerprints.length > 0 ? [end] : authorities,
    revocationLists,
    date,
    purpose: peerRole === 'server' ? 'tls-server' : 'tls-client',
  });
  if (!found.ok) return byFault(found.fault);
  const [remark] = found.remarks;
  // OpenSSL asks for a list of every issuer as soon as there is one (X509_V_FLAG_CRL_CHECK_ALL).
  if (remark === undefined) return undefined;
  return invalid(
    'certificate-revocation-list',
    `whether the peer's certificate was revoked cannot be told: ${remark}`,
    'a valid list of every issuer',
    remark,
  );
}

function byFault({ code, text, ours, theirs }: CertificateFault): CertificateVerdict {
  return invalid(`certificate-${code}`, text, ours, theirs);
}

/** As OpenVPN counts them for `remote-cert-ku` (`x509_verify_cert_ku`). */
const KEY_USAGE_BITS: Readonly<Partial<Record<KeyUsage, number>>> = {
  digitalSignature: 0x80,
  nonRepudiation: 0x40,
  keyEncipherment: 0x20,
  dataEncipherment: 0x10,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
  cRLSign: 0x02,
  encipherOnly: 0x01,
};

function hexByte(bits: number): string {
  return bits.toString(16).padStart(2, '0');
}

/** `remote-cert-tls`, `remote-cert-eku` and `remote-cert-ku`: what must be there, not only be not missing. */
function judgeUsages(
  end: X509Certificate,
  { extendedKeyUsage, keyUsage, keyUsageBits = [] }: PeerCertificateSettings,
): CertificateVerdict | undefined {
  const fields = certificateFields(end);
  if (keyUsage && fields.keyUsage === undefined)
    return invalid(
      'certificate-key-usage',
      `the certificate of ${nameText(end.subject)} has no key usage, which ${keyUsageBits.length > 0 ? 'remote-cert-ku' : 'remote-cert-tls'} asks for`,
      'keyUsage',
      'none',
    );
  const usages = (fields.keyUsage ?? []).filter((usage) => usage in KEY_USAGE_BITS);
  const bits = usages.reduce((sum, usage) => sum | (KEY_USAGE_BITS[usage] ?? 0), 0);
  if (keyUsageBits.length > 0 && !keyUsageBits.some((wanted) => wanted !== 0 && (bits & wanted) === wanted))
    return invalid(
      'certificate-key-usage',
      `the certificate of ${nameText(end.subject)} has key usage ${hexByte(bits)} (${usages.join(', ') || 'none'}), and remote-cert-ku asks for ${keyUsageBits.map(hexByte).join(' or ')}`,
      `remote-cert-ku ${keyUsageBits.map(hexByte).join(' ')}`,
      hexByte(bits),
    );
  if (extendedKeyUsage === undefined) return undefined;
  const names = extendedKeyUsageNames(end);
  if (names.includes(extendedKeyUsage) || (fields.extendedKeyUsage ?? []).includes(extendedKeyUsage)) return undefined;
  const theirs = names.join(', ') || 'none';
  return invalid(
    'certificate-extended-key-usage',
    `the certificate of ${nameText(end.subject)} is not made for this end of the tunnel: its extended key usage is ${theirs}`,
    extendedKeyUsage,
    theirs,
  );
}

function judgeName(end: X509Certificate, { name }: PeerCertificateSettings): CertificateVerdict | undefined {
  if (name === undefined) return undefined;
  const { value, type } = name;
  const theirs = type === 'subject' ? nameText(end.subject) : (commonName(end) ?? 'no common name');
  if (type === 'name-prefix' ? theirs.startsWith(value) : theirs === value) return undefined;
  return invalid(
    'certificate-name',
    `the peer's certificate bears another name than verify-x509-name asks for`,
    `${type} ${value}`,
    theirs,
  );
}

function commonName(certificate: X509Certificate): string | undefined {
  return (certificate.subject ?? '')
    .split('\n')
    .findLast((part) => part.startsWith('CN='))
    ?.slice('CN='.length);
}

function withColons(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(':');
}

function unverified(end: X509Certificate, text: string): CertificateVerdict {
  return {
    verdict: 'unverified',
    text,
    refusal: {
      code: 'certificate-unverified',
      by: 'us',
      exchange: 'TLS',
      text: `there is nothing to check the peer's certificate with (${nameText(end.subject)})`,
      ours: 'neither an authority nor a fingerprint',
      theirs: end.fingerprint256,
    },
  };
}

function invalid(code: string, text: string, ours: string, theirs: string): CertificateVerdict {
  return { verdict: 'invalid', text, refusal: { code, by: 'us', exchange: 'TLS', text, ours, theirs } };
}
