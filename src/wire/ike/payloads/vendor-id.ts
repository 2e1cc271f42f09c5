import type { PayloadCodec } from '../payload-codec.js';
import { V1, V2 } from '../tables/payload-types.js';

/** A vendor id, RFC 7296 §3.12, RFC 2408 §3.16; `describeVendorId` says whose. */
export interface VendorId {
  readonly id: Uint8Array;
}

export const payload: PayloadCodec<'vendor-id', VendorId> = {
  name: 'vendor-id',
  v1: [V1.VID],
  v2: [V2.V],
  spec: 'RFC 7296 §3.12, RFC 2408 §3.16',
  decode: (r) => ({ id: r.rest() }),
  encode(value, w) {
    w.bytes(value.id);
  },
};
