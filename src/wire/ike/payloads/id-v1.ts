import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** An identity of IKEv1, in quick mode also a traffic selector: RFC 2407 §4.6.2. */
export interface IdV1 {
  /** ID type. */
  readonly type: number;
  /** IP protocol, 0 for any. */
  readonly protocol: number;
  /** 0 for any. */
  readonly port: number;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'id-v1', IdV1> = {
  name: 'id-v1',
  v1: [V1.ID],
  spec: 'RFC 2407 §4.6.2',
  decode(r) {
    const type = r.u8('ID type');
    const protocol = r.u8('protocol id');
    const port = r.u16('port');
    return { type, protocol, port, data: r.rest() };
  },
  encode(value, w) {
    w.u8(value.type).u8(value.protocol).u16(value.port).bytes(value.data);
  },
};
