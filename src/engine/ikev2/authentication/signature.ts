import { createPublicKey, X509Certificate } from 'node:crypto';
import { toHex } from '../../../bytes/hex.js';
import { ByteWriter } from '../../../bytes/writer.js';
import { authorityHash } from '../../../crypto/certificates/certificate-text.js';
import { keyText } from '../../../crypto/key-text.js';
import { chooseSignatureScheme } from '../../../crypto/signatures/choose-scheme.js';
import type { Auth } from '../../../wire/ike/payloads/auth.js';
import type { Cert } from '../../../wire/ike/payloads/cert.js';
import { AUTH_METHOD, CERT_ENCODING } from '../../../wire/ike/tables/authentication.js';
import type { LocalAuth } from '../../ike/settings.js';
import type { AuthOctets, PeerAbilities, ProofResult } from './contract.js';
import { signedOctets } from './signed-octets.js';
import { EXCHANGE, signatureMethod } from './verdicts.js';

type LocalSignature = Extract<LocalAuth, { readonly method: 'signature' }>;

/**
 * AUTH with a signature: method 14 where the peer announced a hash that fits our key (RFC 7427 §4), else the method of the key's own
 * kind (RFC 7296 §3.8, RFC 4754 §3).
 */
export function proveSignature(local: LocalSignature, octets: AuthOctets, peer: PeerAbilities): ProofResult {
  const choice = chooseSignatureScheme(local.key, local.scheme === 'classic' ? undefined : peer.hashes, { pss: local.scheme === 'pss' });
  if (!choice.ok) return refuse(choice.reason, local);
  const { scheme } = choice;
  let signature: Uint8Array;
  try {
    signature = scheme.sign(local.key, Buffer.concat(signedOctets(octets)));
  } catch {
    // What a fitting key cannot sign: a modulus shorter than hash and padding.
    return refuse(`${keyText(local.key)} cannot make a signature of the kind ${scheme.name}`, local);
  }
  return {
    ok: true,
    proof: {
      auth: signatureAuth(scheme.method, scheme.algorithm, signature),
      certs: ourCerts(local, peer.requested),
      method: signatureMethod(scheme),
    },
  };
}

function refuse(text: string, local: LocalSignature): ProofResult {
  return { ok: false, refusal: { code: 'signature-impossible', by: 'us', exchange: EXCHANGE, text, ours: keyText(local.key) } };
}

/** RFC 7427 §3: in method 14 the AlgorithmIdentifier goes first, behind its length. */
function signatureAuth(method: number, algorithm: Uint8Array | undefined, signature: Uint8Array): Auth {
  if (method !== AUTH_METHOD['Digital Signature'] || algorithm === undefined) return { method, data: signature };
  return { method, data: new ByteWriter().u8(algorithm.length).bytes(algorithm).bytes(signature).finish() };
}

/**
 * Our certificate first (RFC 7296 §3.6), then intermediates as far as the peer needs them: nothing from an authority on that it named
 * as known to it, and no authority that signed itself. With a raw public key, that (RFC 7670 §3).
 */
function ourCerts(local: LocalSignature, requested: readonly Uint8Array[]): readonly Cert[] {
  if (local.raw === true) {
    const spki = createPublicKey(local.key).export({ type: 'spki', format: 'der' });
    return [{ encoding: CERT_ENCODING['Raw Public Key'], data: spki }];
  }
  const known = new Set(requested.map(toHex));
  const [own, ...others] = local.certificates;
  if (own === undefined) return [];
  const isNeeded = (der: Uint8Array) => {
    const certificate = new X509Certificate(der);
    return !known.has(toHex(authorityHash(certificate))) && certificate.subject !== certificate.issuer;
  };
  const end = others.findIndex((der) => !isNeeded(der));
  const sent = [own, ...(end < 0 ? others : others.slice(0, end))];
  return sent.map((data) => ({ encoding: CERT_ENCODING['X.509 Certificate - Signature'], data }));
}
