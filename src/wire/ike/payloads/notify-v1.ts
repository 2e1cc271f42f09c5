import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** An IKEv1 Notification payload, RFC 2408 §3.14. */
export interface NotifyV1 {
  readonly doi: number;
  readonly protocol: number;
  readonly type: number;
  /** Two cookies (16 bytes) where it is about an ISAKMP SA, though other sizes occur. */
  readonly spi: Uint8Array;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'notify-v1', NotifyV1> = {
  name: 'notify-v1',
  v1: [V1.N],
  spec: 'RFC 2408 §3.14',
  decode(r) {
    const doi = r.u32('DOI');
    const protocol = r.u8('protocol id');
    const spiSize = r.u8('SPI size');
    const type = r.u16('notify message type');
    return { doi, protocol, type, spi: r.bytes(spiSize, 'SPI'), data: r.rest() };
  },
  encode(value, w) {
    w.u32(value.doi).u8(value.protocol).u8(value.spi.length).u16(value.type).bytes(value.spi).bytes(value.data);
  },
};
