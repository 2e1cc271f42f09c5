import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/** An identity, RFC 7296 §3.5. `identityText` prints it. */
export interface Id {
  /** ID type. */
  readonly type: number;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'id', Id> = {
  name: 'id',
  v2: [V2.IDi, V2.IDr, V2.IDg],
  spec: 'RFC 7296 §3.5, RFC 9838 §4.2',
  decode(r) {
    const type = r.u8('ID type');
    r.skip(3, 'reserved');
    return { type, data: r.rest() };
  },
  encode(value, w) {
    w.u8(value.type).zeros(3).bytes(value.data);
  },
};
