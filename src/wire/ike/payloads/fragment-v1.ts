import type { PayloadCodec } from '../payload-codec.js';
import { V1 } from '../tables/payload-types.js';

/** Set in the flags of the last fragment. */
const LAST = 1;

/**
 * A piece of an IKEv1 message as Cisco and Microsoft cut them (MS-IKEE §2.2.3): put together by number, the pieces
 * are a whole message with its own header.
 */
export interface FragmentV1 {
  /** Same in all fragments of one message. */
  readonly id: number;
  /** From 1. */
  readonly number: number;
  readonly last: boolean;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'fragment-v1', FragmentV1> = {
  name: 'fragment-v1',
  v1: [V1.FRAG],
  spec: 'MS-IKEE §2.2.3',
  decode(r) {
    const id = r.u16('fragment ID');
    const number = r.u8('fragment number');
    const flags = r.u8('fragment flags');
    return { id, number, last: (flags & LAST) !== 0, data: r.rest() };
  },
  encode(value, w) {
    w.u16(value.id)
      .u8(value.number)
      .u8(value.last ? LAST : 0)
      .bytes(value.data);
  },
};
