import type { PayloadCodec } from '../payload-codec.js';
import { V1, V2 } from '../tables/payload-types.js';

/** A nonce, RFC 7296 §3.9, RFC 2408 §3.13. Its length is not judged here: the grammar does. */
export interface Nonce {
  readonly nonce: Uint8Array;
}

export const payload: PayloadCodec<'nonce', Nonce> = {
  name: 'nonce',
  v1: [V1.NONCE],
  v2: [V2.Nonce],
  spec: 'RFC 7296 §3.9, RFC 2408 §3.13',
  decode: (r) => ({ nonce: r.rest() }),
  encode(value, w) {
    w.bytes(value.nonce);
  },
};
