import type { KeyObject } from 'node:crypto';

/**
 * A signature of IKEv1: made of HASH_I or HASH_R as they are (RFC 2409 §5.1, RFC 4754), where those of IKEv2 are made of data that are
 * hashed on the way.
 */
export interface HashSignature {
  readonly name: string;
  /** Authentication method of phase 1. */
  readonly method: number;
  /** HASH_I and HASH_R are made with this PRF; absent: with that of phase 1. */
  readonly prf?: string;
  /** Why a key, public or private, cannot be used with it; undefined when it can. */
  misfit(key: KeyObject): string | undefined;
  /** The key has to fit. */
  sign(privateKey: KeyObject, hash: Uint8Array): Uint8Array;
  /** False also for bytes that are no signature. */
  verify(publicKey: KeyObject, hash: Uint8Array, signature: Uint8Array): boolean;
}
