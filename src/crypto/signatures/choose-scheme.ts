import type { KeyObject } from 'node:crypto';
import { curveText, keyText } from '../key-text.js';
import {
  IDENTITY,
  SHA1,
  SHA2_256,
  SHA2_384,
  SHA2_512,
  type SignatureHash,
  type SignatureScheme,
  signatureHashes,
} from './signature-scheme.js';
import { signatureSchemeByName, signatureSchemes } from './signature-schemes.js';

/** What the user wants of our signatures. */
export interface SignaturePolicy {
  /** RSASSA-PSS instead of PKCS #1 v1.5, where the peer knows RFC 7427. */
  readonly pss: boolean;
  /** One of `signatureSchemes` by name, whatever the peer says. */
  readonly scheme?: string;
}

export type SchemeChoice =
  | { readonly ok: true; readonly scheme: SignatureScheme }
  /** In words, with what the key is and what the peer takes. */
  | { readonly ok: false; readonly reason: string };

/**
 * How to sign with a key for a peer.
 * @param peerHashes numbers of its SIGNATURE_HASH_ALGORITHMS; undefined when it sent none and knows the old methods only (RFC 7427 §4)
 */
export function chooseSignatureScheme(key: KeyObject, peerHashes: readonly number[] | undefined, policy: SignaturePolicy): SchemeChoice {
  if (policy.scheme !== undefined) {
    const scheme = signatureSchemeByName(policy.scheme);
    const misfit = scheme === undefined ? `no signature is called "${policy.scheme}"` : scheme.misfit(key);
    return scheme !== undefined && misfit === undefined ? { ok: true, scheme } : { ok: false, reason: misfit ?? '' };
  }
  const fitting = signatureSchemes.filter((scheme) => scheme.misfit(key) === undefined);
  const digital = preferredHashes(key).flatMap((hash) =>
    peerHashes?.includes(hash.number) ? fitting.filter((scheme) => scheme.method === 14 && scheme.hash === hash) : [],
  );
  const isPss = (scheme: SignatureScheme) => scheme.name.startsWith('RSASSA-PSS');
  const scheme = digital.find((each) => isPss(each) === policy.pss) ?? digital[0] ?? fitting.find(({ method }) => method !== 14);
  if (scheme !== undefined) return { ok: true, scheme };
  const announced = peerHashes === undefined ? 'no SIGNATURE_HASH_ALGORITHMS' : `the hashes ${hashesText(peerHashes)} only`;
  return { ok: false, reason: `nothing to sign with: ours is ${keyText(key)}, the peer announced ${announced}; ${needText(key)}` };
}

/** The hash that matches the strength of the key first, then the stronger ones, SHA-1 at the end (RFC 7427 §5). */
function preferredHashes(key: KeyObject): readonly SignatureHash[] {
  const ascending = [SHA2_256, SHA2_384, SHA2_512];
  const from = matchingHash(key);
  return [IDENTITY, ...ascending.slice(from), ...ascending.slice(0, from).reverse(), SHA1];
}

/** Which of the three SHA-2: by the bits of the curve, and by the modulus of that strength (NIST SP 800-57 part 1 table 2). */
function matchingHash(key: KeyObject): 0 | 1 | 2 {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'ec') return modulusLength <= 3072 ? 0 : modulusLength <= 7680 ? 1 : 2;
  const bits = Number(/[2-5]\d\d/.exec(curveText(namedCurve))?.[0]);
  return bits > 384 ? 2 : bits > 256 ? 1 : 0;
}

function hashesText(numbers: readonly number[]): string {
  if (numbers.length === 0) return 'of an empty list';
  return numbers.map((number) => signatureHashes.find((hash) => hash.number === number)?.name ?? `unknown (${number})`).join(', ');
}

function needText(key: KeyObject): string {
  const eddsa = key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ed448';
  return eddsa ? 'such a key needs a peer that announces Identity (RFC 8420 §2)' : 'such a key needs a peer that knows RFC 7427';
}
