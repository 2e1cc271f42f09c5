import { type KeyObject, X509Certificate } from 'node:crypto';
import { BugError } from '../../bytes/errors.js';
import { certificateFields } from '../../crypto/certificates/certificate-fields.js';
import { keyText } from '../../crypto/key-text.js';
import { signRsaHash, verifyRsaHash } from '../../crypto/signatures/rsa-hash-signature.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { CERT_ENCODING } from '../../wire/ike/tables/authentication.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import type { ProofVerdict } from '../ikev2/authentication/contract.js';
import { judgeSigned, type SignatureCheck } from '../ikev2/authentication/judge-signature.js';
import type { LocalAuth } from '../ikev2/settings.js';
import type { Effects } from './effects.js';
import { allOf, firstOf, out } from './payloads.js';
import { phase1Hash, sameHash } from './phase1-keys.js';
import { exchangeName, refusal } from './refusals.js';
import type { Ikev1Settings } from './settings.js';
import type { Role, SecuredSa } from './state.js';

/** The method in words, as IKEv2 says it. */
export const PSK_TEXT = 'pre-shared key';
const RSA_TEXT = 'RSA';
const RSA = 3;
/** RSA with XAuth behind it. */
const XAUTH_RSA = 65005;

/**
 * The method of a key; undefined when we have none for it. ECDSA (RFC 4754) is not done: peers sign the hash of phase 1 as it is, which
 * node:crypto does not do.
 */
export function signatureMethodOf(key: KeyObject): number | undefined {
  return key.asymmetricKeyType === 'rsa' ? RSA : undefined;
}

/** Whether this method is by signatures: keys are made without a secret then, and CERT and SIG stand in place of HASH. */
export function isSignature(method: number): boolean {
  return method === RSA || method === XAUTH_RSA;
}

/** The method in words. */
export function methodText(method: number): string {
  return isSignature(method) ? `signature, ${RSA_TEXT}` : PSK_TEXT;
}

type Signing = Extract<LocalAuth, { readonly method: 'signature' }>;

/** What proves us behind our ID payload: HASH, or certificates and SIG over it (RFC 2409 §5.1, §5.4). */
export function ourProof(sa: SecuredSa, of: Role, idBody: Uint8Array): readonly OutgoingPayload[] {
  const hash = phase1Hash(sa, of, idBody);
  const { localAuth } = sa.settings;
  if (!isSignature(sa.suite.method)) return [out.hash(hash)];
  if (localAuth.method !== 'signature') throw new BugError('a signature method was chosen without a key');
  return [...ourCertificates(localAuth), out.signature(signRsaHash(localAuth.key, hash))];
}

/** Our own and those between it and its authority. */
function ourCertificates({ certificates, raw }: Signing): readonly OutgoingPayload[] {
  if (raw === true) return [];
  const [own, ...others] = certificates;
  if (own === undefined) return [];
  const between = others.filter((der) => {
    const { subject, issuer } = new X509Certificate(der);
    return subject !== issuer;
  });
  return [own, ...between].map((data) => out.cert({ encoding: CERT_ENCODING['X.509 Certificate - Signature'], data }));
}

/** Asks for the peer's certificate, by the names of our authorities (RFC 2408 §3.10); many send none unasked. */
export function certificateRequests({ remoteAuth }: Ikev1Settings, method: number): readonly OutgoingPayload[] {
  if (!isSignature(method)) return [];
  const encoding = CERT_ENCODING['X.509 Certificate - Signature'];
  const names = remoteAuth.authorities.map((authority) => certificateFields(authority).subject);
  return (names.length === 0 ? [new Uint8Array(0)] : names).map((authority) => out.certreq({ encoding, authority }));
}

/** Whether a message holds a proof of this method at all. */
export function hasProof(payloads: readonly PayloadNode[], method: number): boolean {
  return isSignature(method) ? firstOf(payloads, 'signature-v1') !== undefined : firstOf(payloads, 'hash-v1') !== undefined;
}

/** The notify that tells a peer that its proof does not hold. */
export function noticeOf(method: number): number {
  return NOTIFY_V1[isSignature(method) ? 'INVALID-SIGNATURE' : 'INVALID-HASH-INFORMATION'];
}

/** Judges what the peer shows behind its ID payload. `exchange` for the words. */
export function judgePeer(
  sa: SecuredSa,
  of: Role,
  { id, body }: { readonly id: Id; readonly body: Uint8Array },
  payloads: readonly PayloadNode[],
  exchange: number,
  fx: Effects,
): ProofVerdict {
  const expected = phase1Hash(sa, of, body);
  const name = identityText(id.type, id.data);
  const { method } = sa.suite;
  if (!isSignature(method)) {
    const hash = firstOf(payloads, 'hash-v1')?.hash ?? new Uint8Array(0);
    const word = of === 'initiator' ? 'HASH_I' : 'HASH_R';
    if (sameHash(hash, expected)) return { verdict: 'valid', method: PSK_TEXT, text: `${word} of "${name}" fits the pre-shared key` };
    const text = `${word} of "${name}" is not the one that our pre-shared key makes: its pre-shared key is another one`;
    const why = refusal('psk-mismatch', 'us', exchange, text, {
      theirs: `${word} of "${name}"`,
      notify: NOTIFY_V1['INVALID-HASH-INFORMATION'],
    });
    return { verdict: 'invalid', method: PSK_TEXT, text, refusal: why };
  }
  const signature = firstOf(payloads, 'signature-v1')?.signature ?? new Uint8Array(0);
  const certs = allOf(payloads, 'cert').map(({ encoding, data }) => ({ encoding, data: Uint8Array.from(data) }));
  const context = { date: fx.env.date(), peerRole: of };
  const verdict = judgeSigned({ id, certs }, sa.settings.remoteAuth, context, (key) => checkSignature(key, expected, signature));
  return verdict.refusal === undefined ? verdict : { ...verdict, refusal: { ...verdict.refusal, exchange: exchangeName(exchange) } };
}

function checkSignature(key: KeyObject, hash: Uint8Array, signature: Uint8Array): SignatureCheck {
  if (signatureMethodOf(key) === undefined) {
    return { ok: false, code: 'key-misfit', reason: `the signature is to be ${RSA_TEXT}, and the key shown is ${keyText(key)}` };
  }
  if (verifyRsaHash(key, hash, signature)) return { ok: true, scheme: { name: RSA_TEXT } };
  return { ok: false, code: 'wrong-signature', reason: `the signature was not made with ${keyText(key)} over the hash of this exchange` };
}
