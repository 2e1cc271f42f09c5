/**
 * Block ciphers that OpenSSL 3 keeps in its legacy provider, which node does not load, or never had. Ours, because no library
 * that is kept has them: on npm there is one for Blowfish alone, and abandoned ones for Twofish and Serpent.
 */

/** A block cipher with its key, working in place on one block. */
export interface BlockCipher {
  encrypt(block: Uint8Array): void;
  decrypt(block: Uint8Array): void;
}
