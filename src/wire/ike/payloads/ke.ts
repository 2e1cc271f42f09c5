import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/** Key exchange data and the method it belongs to, RFC 7296 §3.4. */
export interface Ke {
  /** Transform type 4 number. */
  readonly group: number;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'ke', Ke> = {
  name: 'ke',
  v2: [V2.KE],
  spec: 'RFC 7296 §3.4',
  decode(r) {
    const group = r.u16('key exchange method');
    r.skip(2, 'reserved');
    return { group, data: r.rest() };
  },
  encode(value, w) {
    w.u16(value.group).zeros(2).bytes(value.data);
  },
};
