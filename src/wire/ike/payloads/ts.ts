import type { ByteReader } from '../../../bytes/reader.js';
import type { ByteWriter } from '../../../bytes/writer.js';
import { countedBody } from '../counted-body.js';
import type { PayloadCodec } from '../payload-codec.js';
import { TS_TYPE } from '../tables/identities.js';
import { V2 } from '../tables/payload-types.js';

/** A range of addresses and ports, RFC 7296 §3.13.1. For ICMP the ports hold type and code. */
export interface AddressSelector {
  readonly type: typeof TS_TYPE.TS_IPV4_ADDR_RANGE | typeof TS_TYPE.TS_IPV6_ADDR_RANGE;
  /** IP protocol, 0 for any. */
  readonly protocol: number;
  readonly startPort: number;
  readonly endPort: number;
  /** 4 or 16 bytes. */
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

/** A selector of another type (security label, Fibre Channel, unknown): what follows its length. */
export interface OtherSelector {
  readonly type: number;
  /** The byte behind the type; reserved in security labels. */
  readonly protocol: number;
  readonly data: Uint8Array;
}

export type Selector = AddressSelector | OtherSelector;

/** Traffic selectors of one end, RFC 7296 §3.13. */
export interface Ts {
  readonly selectors: readonly Selector[];
}

/** Narrows to the selectors that have addresses. */
export function isAddressSelector(selector: Selector): selector is AddressSelector {
  return 'start' in selector;
}

function decodeSelector(r: ByteReader): Selector {
  const type = r.u8('TS type');
  const protocol = r.u8('IP protocol id');
  const length = r.u16('selector length');
  const body = countedBody(r, length, 4, 'traffic selector');
  if (type !== TS_TYPE.TS_IPV4_ADDR_RANGE && type !== TS_TYPE.TS_IPV6_ADDR_RANGE) return { type, protocol, data: body.rest() };
  const size = type === TS_TYPE.TS_IPV4_ADDR_RANGE ? 4 : 16;
  const startPort = body.u16('start port');
  const endPort = body.u16('end port');
  const start = body.bytes(size, 'starting address');
  const end = body.bytes(size, 'ending address');
  body.end('traffic selector');
  return { type, protocol, startPort, endPort, start, end };
}

function encodeSelector(selector: Selector, w: ByteWriter): void {
  w.u8(selector.type).u8(selector.protocol);
  w.lengthPrefixed(
    2,
    () => {
      if (isAddressSelector(selector)) w.u16(selector.startPort).u16(selector.endPort).bytes(selector.start).bytes(selector.end);
      else w.bytes(selector.data);
    },
    4,
  );
}

export const payload: PayloadCodec<'ts', Ts> = {
  name: 'ts',
  v2: [V2.TSi, V2.TSr],
  spec: 'RFC 7296 §3.13',
  decode(r) {
    const count = r.u8('number of TSs');
    r.skip(3, 'reserved');
    const selectors: Selector[] = [];
    for (let i = 0; i < count; i++) selectors.push(decodeSelector(r));
    r.end('traffic selectors');
    return { selectors };
  },
  encode(value, w) {
    w.u8(value.selectors.length).zeros(3);
    for (const selector of value.selectors) encodeSelector(selector, w);
  },
};
