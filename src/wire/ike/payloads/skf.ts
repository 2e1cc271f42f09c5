import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/**
 * An Encrypted Fragment, RFC 7383 §2.5. The type of the first payload inside is the `next` of fragment 1;
 * the others have 0 there.
 */
export interface Skf {
  /** From 1. */
  readonly fragment: number;
  readonly total: number;
  /** IV, ciphertext, padding and ICV. */
  readonly content: Uint8Array;
}

export const payload: PayloadCodec<'skf', Skf> = {
  name: 'skf',
  v2: [V2.SKF],
  spec: 'RFC 7383 §2.5',
  decode(r) {
    const fragment = r.u16('fragment number');
    const total = r.u16('total fragments');
    if (fragment === 0 || fragment > total) throw r.fail('fragment number', `${fragment} of ${total}`);
    return { fragment, total, content: r.rest() };
  },
  encode(value, w) {
    w.u16(value.fragment).u16(value.total).bytes(value.content);
  },
};
