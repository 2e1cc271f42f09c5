import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/** An IKEv2 Notify payload, RFC 7296 §3.10. `decodeNotifyData` reads the data of the known types. */
export interface Notify {
  /** Protocol of the SPI: 0 where there is none. */
  readonly protocol: number;
  readonly type: number;
  readonly spi: Uint8Array;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'notify', Notify> = {
  name: 'notify',
  v2: [V2.N],
  spec: 'RFC 7296 §3.10',
  decode(r) {
    const protocol = r.u8('protocol id');
    const spiSize = r.u8('SPI size');
    const type = r.u16('notify message type');
    return { protocol, type, spi: r.bytes(spiSize, 'SPI'), data: r.rest() };
  },
  encode(value, w) {
    w.u8(value.protocol).u8(value.spi.length).u16(value.type).bytes(value.spi).bytes(value.data);
  },
};
