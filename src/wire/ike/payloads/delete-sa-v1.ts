import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';
import { decodeSpis, encodeSpis } from './delete-sa.js';

/** SAs that their sender has deleted, RFC 2408 §3.15. An ISAKMP SA is named by its two cookies, 16 bytes. */
export interface DeleteV1 {
  readonly doi: number;
  readonly protocol: number;
  readonly spiSize: number;
  readonly spis: readonly Uint8Array[];
}

export const payload: PayloadCodec<'delete-sa-v1', DeleteV1> = {
  name: 'delete-sa-v1',
  v1: [V1.D],
  spec: 'RFC 2408 §3.15',
  decode(r) {
    const doi = r.u32('DOI');
    const protocol = r.u8('protocol id');
    const spiSize = r.u8('SPI size');
    const count = r.u16('number of SPIs');
    return { doi, protocol, spiSize, spis: decodeSpis(r, spiSize, count) };
  },
  encode(value, w) {
    w.u32(value.doi).u8(value.protocol);
    encodeSpis(value.spiSize, value.spis, w);
  },
};
