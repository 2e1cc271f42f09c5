import type { KeyObject } from 'node:crypto';

/** A hash as SIGNATURE_HASH_ALGORITHMS announces it (RFC 7427 §4). */
export interface SignatureHash {
  /** IANA "IKEv2 Hash Algorithms". */
  readonly number: number;
  /** IANA's name. */
  readonly name: string;
  /** Name in `node:crypto`; null where the data are signed as they are. */
  readonly node: string | null;
  /** Bytes. */
  readonly length: number;
}

/** IANA "IKEv2 Hash Algorithms", taken 2026-11, as far as we sign with them: 5 is that of EdDSA (RFC 8420 §2). Without Streebog. */
export const SHA1: SignatureHash = { number: 1, name: 'SHA1', node: 'sha1', length: 20 };
export const SHA2_256: SignatureHash = { number: 2, name: 'SHA2-256', node: 'sha256', length: 32 };
export const SHA2_384: SignatureHash = { number: 3, name: 'SHA2-384', node: 'sha384', length: 48 };
export const SHA2_512: SignatureHash = { number: 4, name: 'SHA2-512', node: 'sha512', length: 64 };
export const IDENTITY: SignatureHash = { number: 5, name: 'Identity', node: null, length: 0 };

/** What we announce, the stronger first. */
export const signatureHashes: readonly SignatureHash[] = [IDENTITY, SHA2_512, SHA2_384, SHA2_256, SHA1];

/** A way to sign AUTH: an authentication method of IKEv2, for method 14 together with the algorithm that stands in front. */
export interface SignatureScheme {
  /** As `SIGNATURE_ALGORITHMS` of the wire tables has it; those with a method of their own by the name of the method. */
  readonly name: string;
  /** IKEv2 authentication method: 14 for those of RFC 7427. */
  readonly method: number;
  /** DER AlgorithmIdentifier that goes before the signature, method 14 only. */
  readonly algorithm?: Uint8Array;
  /** Which hash the peer must have announced to be sent this, for method 14. */
  readonly hash: SignatureHash;
  /** Why a key, public or private, cannot be used with it; undefined when it can. */
  misfit(key: KeyObject): string | undefined;
  /** The signature over the data, in the form of the wire. The key has to fit: errors of node:crypto otherwise. */
  sign(privateKey: KeyObject, data: Uint8Array): Uint8Array;
  /** Whether the signature is right. False also for bytes that are no signature. */
  verify(publicKey: KeyObject, data: Uint8Array, signature: Uint8Array): boolean;
}
