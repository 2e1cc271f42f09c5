/**
 * What every cipher of ESP and IKE looks like from outside. One object an algorithm, the same for the sniffer (decrypts with
 * given keys) and the engine (both directions): combined modes, plain modes and NULL differ only in their lengths.
 */
export interface Cipher {
  /** IANA's IKEv2 name; where IANA has none (Twofish, Serpent), a name of the same make. */
  readonly name: string;
  /** IKEv2 transform type 1. */
  readonly ikev2?: number;
  /** IPsec ESP transform identifier of IKEv1's phase 2 (RFC 2407 §4.4.4 and later). */
  readonly esp?: number;
  /** IKEv1 phase 1 attribute "Encryption Algorithm" (RFC 2409 appendix A and later). */
  readonly ikev1?: number;
  /** Key lengths in bytes, the salt not counted. The first is what is meant when no length is negotiated. */
  readonly keyLengths: readonly number[];
  /** Bytes that key material carries behind the key (RFC 4106 §8.1). */
  readonly saltLength: number;
  /** Bytes of IV in each packet. */
  readonly ivLength: number;
  /** Bytes that the ciphertext is a multiple of. */
  readonly blockSize: number;
  /** Bytes of ICV that the cipher itself makes; 0 when a separate integrity algorithm is needed. */
  readonly icvLength: number;
  /** The IV is the sequence number and not sent (RFC 8750). */
  readonly implicitIv: boolean;
  /** Keyed form, to be kept. Throws `UsageError` when key or salt have a wrong length. */
  prepare(key: Uint8Array, salt: Uint8Array): CipherKey;
}

export interface Sealed {
  readonly ciphertext: Uint8Array;
  /** Empty when the cipher makes none. */
  readonly icv: Uint8Array;
}

export interface Opened {
  /** What decryption gives, also when the ICV is wrong: a doctor wants to see it. */
  readonly plaintext: Uint8Array;
  /** False when the cipher's own ICV does not fit; true otherwise, also for ciphers that have none. */
  readonly authentic: boolean;
}

/** A cipher with its key. `iv` is `ivLength` bytes (8 for implicit ones), input a multiple of `blockSize`: `BugError` otherwise. */
export interface CipherKey {
  readonly cipher: Cipher;
  encrypt(iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Sealed;
  decrypt(iv: Uint8Array, ciphertext: Uint8Array, aad: Uint8Array, icv: Uint8Array): Opened;
  /** Gives back what the garbage collector does not know of, where there is something. */
  release?(): void;
}

/** `Cipher.prepare`, or a faster way of the host's to the same. */
export type PrepareCipher = (cipher: Cipher, key: Uint8Array, salt: Uint8Array) => CipherKey;

export const prepareCipher: PrepareCipher = (cipher, key, salt) => cipher.prepare(key, salt);

export const noBytes = new Uint8Array(0);
