import { type KeyObject, X509Certificate } from 'node:crypto';
import { BugError } from '../../bytes/errors.js';
import { certificateFields } from '../../crypto/certificates/certificate-fields.js';
import { keyText } from '../../crypto/key-text.js';
import { prfByName } from '../../crypto/prf.js';
import type { HashSignature } from '../../crypto/signatures/hash-signature.js';
import { hashSignatureByMethod } from '../../crypto/signatures/hash-signatures.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { CERT_ENCODING } from '../../wire/ike/tables/authentication.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import type { Role } from '../ike/role.js';
import type { LocalAuth } from '../ike/settings.js';
import type { ProofVerdict } from '../ikev2/authentication/contract.js';
import { judgeSigned, type SignatureCheck } from '../ikev2/authentication/judge-signature.js';
import type { Effects } from './effects.js';
import { proofOf, proofText } from './methods.js';
import { allOf, firstOf, out } from './payloads.js';
import { phase1Hash, sameHash } from './phase1-keys.js';
import { exchangeName, refusal } from './refusals.js';
import type { Ikev1Settings } from './settings.js';
import type { SecuredSa } from './state.js';

type Signing = Extract<LocalAuth, { readonly method: 'signature' }>;

/** The signature that an end makes with this method; undefined where it shows HASH_I or HASH_R themselves. */
function signatureOf(method: number, role: Role): HashSignature | undefined {
  const proof = proofOf(method, role);
  return typeof proof === 'number' ? hashSignatureByMethod(proof) : undefined;
}

/** Whether that end shows SIG, with CERT, in place of HASH (RFC 2409 §5.1). */
export function signs(method: number, role: Role): boolean {
  return signatureOf(method, role) !== undefined;
}

/** HASH_I or HASH_R as it is shown or signed: DSS and ECDSA have a hash of their own (RFC 2409 §5.1, RFC 4754 §4). */
function hashOf(sa: SecuredSa, of: Role, idBody: Uint8Array): Uint8Array {
  return phase1Hash(sa, of, idBody, prfByName(signatureOf(sa.suite.method, of)?.prf ?? sa.suite.prf.name));
}

/** What proves us behind our ID payload: HASH, or certificates and SIG over it (RFC 2409 §5.1, §5.4). */
export function ourProof(sa: SecuredSa, of: Role, idBody: Uint8Array): readonly OutgoingPayload[] {
  const hash = hashOf(sa, of, idBody);
  const { localAuth } = sa.settings;
  const scheme = signatureOf(sa.suite.method, of);
  if (scheme === undefined) return [out.hash(hash)];
  if (localAuth.method !== 'signature') throw new BugError('a signature method was chosen without a key');
  return [...ourCertificates(localAuth), out.signature(scheme.sign(localAuth.key, hash))];
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

/**
 * Asks for the peer's certificate, by the names of our authorities (RFC 2408 §3.10); many send none unasked. One whose key we have is not
 * asked.
 */
export function certificateRequests({ remoteAuth }: Ikev1Settings, method: number, peer: Role): readonly OutgoingPayload[] {
  if (!signs(method, peer) || (remoteAuth.authorities.length === 0 && remoteAuth.rawKeys.length > 0)) return [];
  const encoding = CERT_ENCODING['X.509 Certificate - Signature'];
  const names = remoteAuth.authorities.map((authority) => certificateFields(authority).subject);
  return (names.length === 0 ? [new Uint8Array(0)] : names).map((authority) => out.certreq({ encoding, authority }));
}

/** Whether a message holds the proof of that end at all. */
export function hasProof(payloads: readonly PayloadNode[], method: number, of: Role): boolean {
  return firstOf(payloads, signs(method, of) ? 'signature-v1' : 'hash-v1') !== undefined;
}

/** The notify that tells a peer that its proof does not hold. */
export function noticeOf(method: number, of: Role): number {
  return NOTIFY_V1[signs(method, of) ? 'INVALID-SIGNATURE' : 'INVALID-HASH-INFORMATION'];
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
  const expected = hashOf(sa, of, body);
  const scheme = signatureOf(sa.suite.method, of);
  if (scheme === undefined) return judgeHash(sa, of, id, firstOf(payloads, 'hash-v1')?.hash, expected, exchange);
  const signature = firstOf(payloads, 'signature-v1')?.signature ?? new Uint8Array(0);
  const certs = allOf(payloads, 'cert').map(({ encoding, data }) => ({ encoding, data: Uint8Array.from(data) }));
  const context = { date: fx.env.date(), peerRole: of };
  const verdict = judgeSigned({ id, certs }, sa.settings.remoteAuth, context, (key) => checkSignature(scheme, key, expected, signature));
  return verdict.refusal === undefined ? verdict : { ...verdict, refusal: { ...verdict.refusal, exchange: exchangeName(exchange) } };
}

function judgeHash(
  { suite }: SecuredSa,
  of: Role,
  id: Id,
  hash: Uint8Array = new Uint8Array(0),
  expected: Uint8Array,
  exchange: number,
): ProofVerdict {
  const proof = proofOf(suite.method, of);
  const method = proofText(proof);
  const shown = `${of === 'initiator' ? 'HASH_I' : 'HASH_R'} of "${identityText(id.type, id.data)}"`;
  const fits = sameHash(hash, expected);
  if (fits && proof === 'psk') return { verdict: 'valid', method, text: `${shown} fits the pre-shared key` };
  if (fits) return { verdict: 'unverified', method, text: `${shown} fits; who that is, XAuth alone is to prove (hybrid)` };
  const text = proof === 'psk' ? 'our pre-shared key makes: its pre-shared key is another one' : 'the messages of this exchange make';
  const why = refusal(proof === 'psk' ? 'psk-mismatch' : 'authentication-failed', 'us', exchange, `${shown} is not the one that ${text}`, {
    theirs: shown,
    notify: NOTIFY_V1['INVALID-HASH-INFORMATION'],
  });
  return { verdict: 'invalid', method, text: why.text, refusal: why };
}

function checkSignature(scheme: HashSignature, key: KeyObject, hash: Uint8Array, signature: Uint8Array): SignatureCheck {
  const misfit = scheme.misfit(key);
  if (misfit !== undefined) return { ok: false, code: 'key-misfit', reason: misfit };
  if (scheme.verify(key, hash, signature)) return { ok: true, scheme };
  return { ok: false, code: 'wrong-signature', reason: `the signature was not made with ${keyText(key)} over the hash of this exchange` };
}
