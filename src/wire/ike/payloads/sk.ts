import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/**
 * The Encrypted payload, RFC 7296 §3.14: IV, ciphertext, padding and ICV in one piece, because only the
 * negotiated algorithms tell where one ends. The type of the first payload inside is the node's `next`.
 */
export interface Sk {
  readonly content: Uint8Array;
}

export const payload: PayloadCodec<'sk', Sk> = {
  name: 'sk',
  v2: [V2.SK],
  spec: 'RFC 7296 §3.14',
  decode: (r) => ({ content: r.rest() }),
  encode(value, w) {
    w.bytes(value.content);
  },
};
