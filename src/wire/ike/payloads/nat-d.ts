import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** Hash over cookies, address and port, RFC 3947 §3.2; in IKEv2 a notify does this. */
export interface NatD {
  readonly hash: Uint8Array;
}

export const payload: PayloadCodec<'nat-d', NatD> = {
  name: 'nat-d',
  v1: [V1['NAT-D'], V1['NAT-D-DRAFT'], V1['NAT-D-DRAFT-04']],
  spec: 'RFC 3947 §3.2',
  decode: (r) => ({ hash: r.rest() }),
  encode(value, w) {
    w.bytes(value.hash);
  },
};
