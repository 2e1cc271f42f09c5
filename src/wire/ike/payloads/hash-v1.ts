import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** HASH_I, HASH_R or HASH(1) to HASH(3), RFC 2408 §3.11, RFC 2409 §5. */
export interface HashV1 {
  readonly hash: Uint8Array;
}

export const payload: PayloadCodec<'hash-v1', HashV1> = {
  name: 'hash-v1',
  v1: [V1.HASH],
  spec: 'RFC 2408 §3.11',
  decode: (r) => ({ hash: r.rest() }),
  encode(value, w) {
    w.bytes(value.hash);
  },
};
