import { type Attribute, decodeAttributes, encodeAttributes } from '../attribute.js';
import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** Mode config and XAUTH of a Transaction exchange, draft-dukes-ike-mode-cfg-02 §3.2, draft-beaulieu-ike-xauth-02. */
export interface AttributesV1 {
  /** CFG type. */
  readonly type: number;
  /** Ties replies to requests. */
  readonly identifier: number;
  readonly attributes: readonly Attribute[];
}

export const payload: PayloadCodec<'attributes-v1', AttributesV1> = {
  name: 'attributes-v1',
  v1: [V1.ATTR],
  spec: 'draft-dukes-ike-mode-cfg-02 §3.2',
  decode(r) {
    const type = r.u8('CFG type');
    r.skip(1, 'reserved');
    const identifier = r.u16('identifier');
    return { type, identifier, attributes: decodeAttributes(r) };
  },
  encode(value, w) {
    w.u8(value.type).u8(0).u16(value.identifier);
    encodeAttributes(value.attributes, w);
  },
};
