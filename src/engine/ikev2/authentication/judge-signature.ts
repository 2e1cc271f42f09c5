import type { KeyObject, X509Certificate } from 'node:crypto';
import { DecodeError } from '../../../bytes/errors.js';
import type { CertificateFault, CertificateFaultCode } from '../../../crypto/certificates/certificate-fault.js';
import { findCertificatePath } from '../../../crypto/certificates/certificate-path.js';
import { certificateNames, dateText, extendedKeyUsageNames, nameText } from '../../../crypto/certificates/certificate-text.js';
import { confirmsIdentity } from '../../../crypto/certificates/confirms-identity.js';
import { weaknesses } from '../../../crypto/certificates/weak-certificates.js';
import { keyText } from '../../../crypto/key-text.js';
import type { SignatureScheme } from '../../../crypto/signatures/signature-scheme.js';
import { type SignatureVerdict, verifySignature } from '../../../crypto/signatures/verify-signature.js';
import { identityText } from '../../../wire/ike/identity-facts.js';
import { splitDigitalSignature } from '../../../wire/ike/payloads/auth.js';
import { AUTH_METHOD } from '../../../wire/ike/tables/authentication.js';
import type { RemoteAuth } from '../../ike/settings.js';
import type { JudgeContext, ProofVerdict, TheirProof } from './contract.js';
import { readShownCertificates, type ShownCertificates } from './shown-certificates.js';
import { signedOctets } from './signed-octets.js';
import { invalid, METHOD, signatureMethod, unverified, valid } from './verdicts.js';

/** What may have made the signature: a certificate, or a key without one. */
type Signer = { readonly certificate: X509Certificate; readonly key: KeyObject } | { readonly key: KeyObject };

/**
 * Judges a signature (RFC 7296 §2.15): first whether it was made with the key that is shown, then whether that key is to be trusted,
 * then whether it may bear the identity. The first that fails is the verdict.
 */
export function judgeSignature(theirs: TheirProof, remote: RemoteAuth, context: JudgeContext): ProofVerdict {
  return judgeSigned(theirs, remote, context, (key) => check(theirs, key, context));
}

/** The same for a signature that is computed in another way: `check` says whether it was made with this key. */
export function judgeSigned(
  theirs: Pick<TheirProof, 'id' | 'certs'>,
  remote: RemoteAuth,
  context: Pick<JudgeContext, 'date' | 'peerRole'>,
  check: (key: KeyObject) => SignatureCheck,
): ProofVerdict {
  const shown = readShownCertificates(theirs.certs);
  const signers = signersOf(theirs, remote, shown);
  let refused: ProofVerdict | undefined;
  for (const signer of signers) {
    const result = check(signer.key);
    if (result.ok) return judgeSigner(signer, result.scheme, { theirs, remote, context, shown });
    refused ??= wrongSignature(theirs, signer, result);
  }
  return refused ?? withoutSigner(theirs, remote, shown);
}

/** What the peer showed; where it showed nothing, what we have of it ourselves. */
function signersOf(theirs: Pick<TheirProof, 'id' | 'certs'>, remote: RemoteAuth, shown: ShownCertificates): readonly Signer[] {
  if (shown.own !== undefined) return [{ certificate: shown.own, key: shown.own.publicKey }];
  if (shown.rawKey !== undefined) return [{ key: shown.rawKey }];
  const kept = [...remote.intermediates, ...remote.authorities].filter((one) => confirmsIdentity(one, theirs.id.type, theirs.id.data));
  return [...kept.map((certificate) => ({ certificate, key: certificate.publicKey })), ...remote.rawKeys.map((key) => ({ key }))];
}

type Wrong =
  | Extract<SignatureVerdict, { readonly ok: false }>
  | { readonly ok: false; readonly code: 'malformed'; readonly reason: string };
/** `scheme` by name is enough where it is none of IKEv2's. */
type Right = { readonly ok: true; readonly scheme: Pick<SignatureScheme, 'name'> };
export type SignatureCheck = Right | Wrong;

function check({ auth }: TheirProof, key: KeyObject, { octets }: JudgeContext): Right | Wrong {
  try {
    const parts = auth.method === AUTH_METHOD['Digital Signature'] ? splitDigitalSignature(auth) : { signature: auth.data };
    return verifySignature(key, Buffer.concat(signedOctets(octets)), { method: auth.method, ...parts });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { ok: false, code: 'malformed', reason: `the AUTH payload is malformed: ${error.message}` };
  }
}

const SIGNATURE_CODES = {
  'unknown-algorithm': 'signature-algorithm-unknown',
  'key-misfit': 'signature-key-mismatch',
  'wrong-signature': 'signature-invalid',
  malformed: 'auth-malformed',
} as const;

function wrongSignature(theirs: Pick<TheirProof, 'id'>, signer: Signer, result: Wrong): ProofVerdict {
  return invalid(METHOD.signature, {
    code: SIGNATURE_CODES[result.code],
    text: result.reason,
    ours: signerText(signer),
    theirs: `a signature by "${nameOfPeer(theirs)}"`,
  });
}

interface Case {
  readonly theirs: Pick<TheirProof, 'id'>;
  readonly remote: RemoteAuth;
  readonly context: Pick<JudgeContext, 'date' | 'peerRole'>;
  readonly shown: ShownCertificates;
}

function judgeSigner(signer: Signer, scheme: Pick<SignatureScheme, 'name'>, all: Case): ProofVerdict {
  const method = signatureMethod(scheme);
  const signed = `signed with ${signerText(signer)}`;
  const isKnownKey = all.remote.rawKeys.some((key) => key.equals(signer.key));
  if (isKnownKey) return valid(method, `${signed}, a key that was given to us as trusted`);
  const { rawKeys, authorities, acceptUnverified } = all.remote;
  // Where keys alone were given, a certificate vouches for nothing.
  const byKeysAlone = rawKeys.length > 0 && authorities.length === 0;
  if ('certificate' in signer && !byKeysAlone) return judgeCertificate(signer.certificate, method, signed, all);
  if (acceptUnverified && rawKeys.length === 0) {
    return unverified(
      method,
      `${signed}, a public key without certificate; the signature is right, only trust is missing: no key was given to us`,
    );
  }
  return invalid(method, {
    code: 'key-untrusted',
    text: `${signed}, ${'certificate' in signer ? 'a key' : 'a public key without certificate'} that is none of those given to us`,
    ours: rawKeys.map(keyText).join(', ') || 'no public key',
    theirs: keyText(signer.key),
  });
}

function judgeCertificate(
  certificate: X509Certificate,
  method: string,
  signed: string,
  { theirs, remote, context, shown }: Case,
): ProofVerdict {
  const { id } = theirs;
  const found = findCertificatePath({
    end: certificate,
    intermediates: [...shown.others, ...remote.intermediates],
    authorities: remote.authorities,
    revocationLists: [...remote.revocationLists, ...shown.revocationLists],
    date: context.date,
  });
  const isNamed = confirmsIdentity(certificate, id.type, id.data);
  const until = `issued by ${nameText(certificate.issuer)}, valid until ${endText(certificate)}`;
  if (remote.acceptUnverified && remote.authorities.length === 0) {
    const faults = [
      ...(found.ok || found.fault.code === 'issuer-unknown' ? [] : [found.fault.text]),
      ...(isNamed ? [] : [mismatchText(certificate, theirs)]),
    ];
    const missing = 'the signature is right, only trust is missing: no authority was given to us';
    return unverified(method, `${signed}, ${until}; ${faults.length === 0 ? missing : `the signature is right, but ${faults.join('; ')}`}`);
  }
  if (!found.ok) return untrusted(method, found.fault, shown);
  if (!isNamed) {
    return invalid(method, {
      code: 'identity-mismatch',
      text: `${mismatchText(certificate, theirs)}; signature and certificate are right`,
      ours: `certificate for ${certificateNames(certificate).join(', ')}`,
      theirs: `"${nameOfPeer(theirs)}"`,
    });
  }
  const remarks = [...found.remarks, ...weaknesses(found.path), ...usageRemarks(certificate, context)]
    .map((remark) => `; ${remark}`)
    .join('');
  return valid(method, `${signed}, ${until}${remarks}`);
}

/** OpenSSL takes certificates whose dates are none. */
function endText({ validTo }: X509Certificate): string {
  const end = Date.parse(validTo);
  return Number.isNaN(end) ? 'a time that cannot be read' : dateText(end);
}

/** A gateway's certificate that is good for IKE (RFC 4945 §5.1.3.12) and still not for the clients of some systems. */
function usageRemarks(certificate: X509Certificate, { peerRole }: Pick<JudgeContext, 'peerRole'>): readonly string[] {
  const usages = extendedKeyUsageNames(certificate);
  if (peerRole === 'initiator' || usages.length === 0) return [];
  if (usages.includes('serverAuth') || usages.includes('anyExtendedKeyUsage')) return [];
  return [`its extended key usage is ${usages.join(', ')} without serverAuth, which the clients of Windows and macOS ask for`];
}

function mismatchText(certificate: X509Certificate, theirs: Pick<TheirProof, 'id'>): string {
  return `the peer calls itself "${nameOfPeer(theirs)}", its certificate is for ${certificateNames(certificate).join(', ')}`;
}

/** `certificate-expired` and its like; that nobody we trust issued it is what people call untrusted. */
function codeOf(code: CertificateFaultCode): string {
  if (code === 'issuer-unknown') return 'certificate-untrusted';
  return code === 'signature-wrong' ? 'certificate-signature-invalid' : `certificate-${code}`;
}

function untrusted(method: string, { code, text, ours, theirs }: CertificateFault, shown: ShownCertificates): ProofVerdict {
  const more = shown.unusable.length === 0 ? '' : `; besides, the peer sent ${shown.unusable.join(', ')}`;
  return invalid(method, { code: codeOf(code), text: `${text}${more}`, ours, theirs });
}

function withoutSigner(theirs: Pick<TheirProof, 'id'>, remote: RemoteAuth, shown: ShownCertificates): ProofVerdict {
  const name = nameOfPeer(theirs);
  if (shown.byUrl) {
    return invalid(METHOD.signature, {
      code: 'certificate-by-url',
      text: `"${name}" sent the address of its certificate in place of the certificate; we fetch nothing and did not announce HTTP_CERT_LOOKUP_SUPPORTED`,
      ours: 'certificates in CERT payloads',
      theirs: 'hash and URL',
    });
  }
  if (shown.unusable.length > 0) {
    return invalid(METHOD.signature, {
      code: 'certificate-malformed',
      text: `"${name}" sent ${shown.unusable.join(', ')}`,
      ours: 'X.509 certificates and raw public keys',
      theirs: shown.unusable.join(', '),
    });
  }
  const text = `"${name}" signed and sent no certificate, and we have none of it: nothing tells which key made the signature`;
  if (remote.acceptUnverified) return unverified(METHOD.signature, text);
  return invalid(METHOD.signature, {
    code: 'certificate-missing',
    text,
    ours: 'no certificate or public key of this peer',
    theirs: 'no certificate',
  });
}

function signerText(signer: Signer): string {
  if (!('certificate' in signer)) return keyText(signer.key);
  return `the key of ${nameText(signer.certificate.subject)} (${keyText(signer.key)})`;
}

const nameOfPeer = ({ id }: Pick<TheirProof, 'id'>) => identityText(id.type, id.data);
