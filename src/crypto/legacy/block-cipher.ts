/** A block cipher with its key, working in place on one block. */
export interface BlockCipher {
  encrypt(block: Uint8Array): void;
  decrypt(block: Uint8Array): void;
}
