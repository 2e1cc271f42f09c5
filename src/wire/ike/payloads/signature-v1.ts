import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** SIG_I or SIG_R, RFC 2408 §3.12. */
export interface SignatureV1 {
  readonly signature: Uint8Array;
}

export const payload: PayloadCodec<'signature-v1', SignatureV1> = {
  name: 'signature-v1',
  v1: [V1.SIG],
  spec: 'RFC 2408 §3.12',
  decode: (r) => ({ signature: r.rest() }),
  encode(value, w) {
    w.bytes(value.signature);
  },
};
