import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/** One attribute, RFC 7296 §3.15.1. Always in the long form; an empty value in a request asks for it. */
export interface CpAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Addresses, DNS servers and the like asked for and given, RFC 7296 §3.15. */
export interface Cp {
  /** CFG type. */
  readonly type: number;
  readonly attributes: readonly CpAttribute[];
}

/** The first bit of an attribute is reserved. */
const TYPE_MASK = 0x7fff;

export const payload: PayloadCodec<'cp', Cp> = {
  name: 'cp',
  v2: [V2.CP],
  spec: 'RFC 7296 §3.15',
  decode(r) {
    const type = r.u8('CFG type');
    r.skip(3, 'reserved');
    const attributes: CpAttribute[] = [];
    while (r.remaining > 0) {
      const attribute = r.u16('attribute type') & TYPE_MASK;
      attributes.push({ type: attribute, value: r.bytes(r.u16('attribute length'), 'attribute value') });
    }
    return { type, attributes };
  },
  encode(value, w) {
    w.u8(value.type).zeros(3);
    for (const attribute of value.attributes) w.u16(attribute.type).u16(attribute.value.length).bytes(attribute.value);
  },
};
