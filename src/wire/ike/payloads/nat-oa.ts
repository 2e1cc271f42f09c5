import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** An original address in front of a NAT, for transport mode: RFC 3947 §5.2. */
export interface NatOa {
  /** ID_IPV4_ADDR or ID_IPV6_ADDR. */
  readonly type: number;
  readonly address: Uint8Array;
}

export const payload: PayloadCodec<'nat-oa', NatOa> = {
  name: 'nat-oa',
  v1: [V1['NAT-OA'], V1['NAT-OA-DRAFT'], V1['NAT-OA-DRAFT-04']],
  spec: 'RFC 3947 §5.2',
  decode(r) {
    const type = r.u8('ID type');
    r.skip(3, 'reserved');
    return { type, address: r.rest() };
  },
  encode(value, w) {
    w.u8(value.type).zeros(3).bytes(value.address);
  },
};
