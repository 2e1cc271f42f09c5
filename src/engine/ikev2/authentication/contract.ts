import type { Prf } from '../../../crypto/prf.js';
import type { Auth } from '../../../wire/ike/payloads/auth.js';
import type { Cert } from '../../../wire/ike/payloads/cert.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import type { Refusal } from '../../refusal.js';

/** What one end signs or MACs (RFC 7296 §2.15), and with what. */
export interface AuthOctets {
  readonly prf: Prf;
  /** SK_pi or SK_pr of the end whose AUTH it is; mixed with the PPK already where one is used (RFC 8784 §3). */
  readonly skP: Uint8Array;
  /** That end's IKE_SA_INIT message whole, from the first SPI on, as sent the last time. */
  readonly realMessage: Uint8Array;
  /** Nonce of the other end. */
  readonly nonce: Uint8Array;
  /** Body of that end's ID payload, behind the generic header. */
  readonly idBody: Uint8Array;
  /** IntAuth of RFC 9242 §3.3.2, where there was an IKE_INTERMEDIATE. */
  readonly intermediate?: Uint8Array;
}

/** What the peer told us that binds our choice. */
export interface PeerAbilities {
  /** SIGNATURE_HASH_ALGORITHMS (RFC 7427 §4); absent: it knows only the classic methods. */
  readonly hashes?: readonly number[];
  /** SHA-1 of the SubjectPublicKeyInfo of authorities it asked for with CERTREQ. */
  readonly requested: readonly Uint8Array[];
}

/** Our AUTH with the CERT payloads that go before it. */
export interface OurProof {
  readonly auth: Auth;
  readonly certs: readonly Cert[];
  /** Method in words: `pre-shared key`, `RSA signature, SHA-256`. */
  readonly method: string;
}

/** What the peer showed. */
export interface TheirProof {
  readonly id: Id;
  readonly auth: Auth;
  readonly certs: readonly Cert[];
}

/** Our judgement of it. */
export interface ProofVerdict {
  readonly verdict: 'valid' | 'invalid' | 'unverified';
  readonly method: string;
  /** One sentence: whose certificate, which key, until when. */
  readonly text: string;
  /** With `invalid`: why, with both values. */
  readonly refusal?: Refusal;
}

/** Our proof, or why there can be none with this key and this peer. */
export type ProofResult = { readonly ok: true; readonly proof: OurProof } | { readonly ok: false; readonly refusal: Refusal };

/** What a judgement needs besides what was shown. */
export interface JudgeContext {
  readonly octets: AuthOctets;
  /** Milliseconds since 1970: certificates have dates. */
  readonly date: number;
  /** Which end is judged: clients ask more of a gateway's certificate. */
  readonly peerRole: 'initiator' | 'responder';
}
