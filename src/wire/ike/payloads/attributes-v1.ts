import type { ByteReader } from '../../../bytes/reader.js';
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
  /** Zero bytes behind the last attribute: libreswan fills the payload up to words of four bytes. */
  readonly padding?: number;
}

/** Fewer bytes are no attribute. */
const SHORTEST_ATTRIBUTE = 4;

export const payload: PayloadCodec<'attributes-v1', AttributesV1> = {
  name: 'attributes-v1',
  v1: [V1.ATTR],
  spec: 'draft-dukes-ike-mode-cfg-02 §3.2',
  decode(r) {
    const type = r.u8('CFG type');
    r.skip(1, 'reserved');
    const identifier = r.u16('identifier');
    const padding = paddingOf(r);
    const attributes = decodeAttributes(r, r.remaining - padding);
    r.skip(padding, 'padding');
    return { type, identifier, attributes, ...(padding === 0 ? {} : { padding }) };
  },
  encode(value, w) {
    w.u8(value.type).u8(0).u16(value.identifier);
    encodeAttributes(value.attributes, w);
    w.zeros(value.padding ?? 0);
  },
};

/** Looks ahead: what is left behind whole attributes, if that is too little for another one and all zeroes. */
function paddingOf(r: ByteReader): number {
  const ahead = r.fork();
  while (ahead.remaining >= SHORTEST_ATTRIBUTE) {
    const short = (ahead.u16('attribute type') & 0x8000) !== 0;
    const length = ahead.u16('attribute length');
    if (!short && length > ahead.remaining) return 0;
    if (!short) ahead.skip(length, 'attribute value');
  }
  const rest = ahead.rest();
  return rest.every((byte) => byte === 0) ? rest.length : 0;
}
