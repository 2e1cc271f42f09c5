import type { PayloadCodec } from '../payload-codec.js';
import { V1, V2 } from '../tables/payload-types.js';

/** A certificate or what stands for one, RFC 7296 §3.6, RFC 2408 §3.9. */
export interface Cert {
  /** Certificate encoding; the numbers of the two versions differ in 5 and above 10. */
  readonly encoding: number;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'cert', Cert> = {
  name: 'cert',
  v1: [V1.CERT],
  v2: [V2.CERT],
  spec: 'RFC 7296 §3.6, RFC 2408 §3.9',
  decode(r) {
    const encoding = r.u8('certificate encoding');
    return { encoding, data: r.rest() };
  },
  encode(value, w) {
    w.u8(value.encoding).bytes(value.data);
  },
};
