import { type KeyObject, X509Certificate } from 'node:crypto';
import { BugError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { certificateFields } from '../../crypto/certificates/certificate-fields.js';
import { keyText } from '../../crypto/key-text.js';
import { signRsaHash, verifyRsaHash } from '../../crypto/signatures/rsa-hash-signature.js';
import { signatureSchemeOf } from '../../crypto/signatures/signature-schemes.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import { PHASE1_AUTHENTICATION } from '../../wire/ike/tables/attributes-v1.js';
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
const RSA = 3;
/** RFC 4754 §4: curve and hash belong together; the numbers are those of IKEv2's methods. */
const ECDSA: Readonly<Record<string, number>> = { prime256v1: 9, secp384r1: 10, secp521r1: 11 };
/** RSA with XAuth behind it. */
const XAUTH_RSA = 65005;

/** The method of a key; undefined when IKEv1 has none for it. */
export function signatureMethodOf(key: KeyObject): number | undefined {
  if (key.asymmetricKeyType === 'rsa') return RSA;
  return key.asymmetricKeyType === 'ec' ? ECDSA[key.asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
}

/** Whether this method is by signatures: keys are made without a secret then, and CERT and SIG stand in place of HASH. */
export function isSignature(method: number): boolean {
  return method === RSA || method === XAUTH_RSA || Object.values(ECDSA).includes(method);
}

/** The method in words. */
export function methodText(method: number): string {
  if (!isSignature(method)) return PSK_TEXT;
  const name = (PHASE1_AUTHENTICATION as Readonly<Record<number, string>>)[method] ?? String(method);
  return `signature, ${method === RSA || method === XAUTH_RSA ? 'RSA' : name.replace('ECDSA_', 'ECDSA with ')}`;
}

type Signing = Extract<LocalAuth, { readonly method: 'signature' }>;

function sign({ key }: Signing, method: number, hash: Uint8Array): Uint8Array {
  if (method === RSA || method === XAUTH_RSA) return signRsaHash(key, hash);
  const scheme = signatureSchemeOf(method);
  if (scheme === undefined) throw new BugError(`no signature has the method ${method}`);
  return scheme.sign(key, hash);
}

/** What proves us behind our ID payload: HASH, or certificates and SIG over it (RFC 2409 §5.1, §5.4). */
export function ourProof(sa: SecuredSa, of: Role, idBody: Uint8Array): readonly OutgoingPayload[] {
  const hash = phase1Hash(sa, of, idBody);
  const { localAuth } = sa.settings;
  if (!isSignature(sa.suite.method)) return [out.hash(hash)];
  if (localAuth.method !== 'signature') throw new BugError('a signature method was chosen without a key');
  return [...ourCertificates(localAuth), out.signature(sign(localAuth, sa.suite.method, hash))];
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
  const verdict = judgeSigned({ id, certs }, sa.settings.remoteAuth, context, (key) => checkSignature(key, method, expected, signature));
  return verdict.refusal === undefined ? verdict : { ...verdict, refusal: { ...verdict.refusal, exchange: exchangeName(exchange) } };
}

function checkSignature(key: KeyObject, method: number, hash: Uint8Array, signature: Uint8Array): SignatureCheck {
  const name = methodText(method).replace('signature, ', '');
  const misfit = signatureMethodOf(key) !== (method === XAUTH_RSA ? RSA : method);
  if (misfit) return { ok: false, code: 'key-misfit', reason: `the signature is to be ${name}, and the key shown is ${keyText(key)}` };
  const right =
    method === RSA || method === XAUTH_RSA ? verifyRsaHash(key, hash, signature) : signatureSchemeOf(method)?.verify(key, hash, signature);
  if (right === true) return { ok: true, scheme: { name } };
  const begin = toHex(signature.subarray(0, 4));
  return {
    ok: false,
    code: 'wrong-signature',
    reason: `the signature (${name}, 0x${begin}…) was not made with ${keyText(key)} over this exchange`,
  };
}
