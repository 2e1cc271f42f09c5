import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** The public value of IKEv1; its group stands in the SA payload. RFC 2408 §3.7, RFC 2409 §5. */
export interface KeV1 {
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'ke-v1', KeV1> = {
  name: 'ke-v1',
  v1: [V1.KE],
  spec: 'RFC 2408 §3.7',
  decode: (r) => ({ data: r.rest() }),
  encode(value, w) {
    w.bytes(value.data);
  },
};
