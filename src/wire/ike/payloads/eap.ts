import { ByteReader } from '../../../bytes/reader.js';
import { nameOf } from '../../../bytes/registry.js';
import { countedBody } from '../counted-body.js';
import type { PayloadCodec } from '../payload-codec.js';
import { EAP_CODE, EAP_CODES, EAP_TYPE, EAP_TYPES, MSCHAPV2_OPCODES } from '../tables/eap.js';
import { V2 } from '../tables/payload-types.js';

/** An EAP message, RFC 3748 §4, RFC 7296 §3.16. */
export interface Eap {
  readonly code: number;
  readonly identifier: number;
  /** Method; absent in Success and Failure. */
  readonly type?: number;
  /** What follows the type. */
  readonly data: Uint8Array;
}

const HEADER_LENGTH = 4;

export const payload: PayloadCodec<'eap', Eap> = {
  name: 'eap',
  v2: [V2.EAP],
  spec: 'RFC 7296 §3.16, RFC 3748 §4',
  decode(r) {
    const code = r.u8('EAP code');
    const identifier = r.u8('EAP identifier');
    const length = r.u16('EAP length');
    const body = countedBody(r, length, HEADER_LENGTH, 'EAP message');
    r.end('EAP message');
    if (body.remaining === 0) return { code, identifier, data: body.rest() };
    return { code, identifier, type: body.u8('EAP type'), data: body.rest() };
  },
  encode(value, w) {
    w.u8(value.code).u8(value.identifier);
    w.lengthPrefixed(
      2,
      () => {
        if (value.type !== undefined) w.u8(value.type);
        w.bytes(value.data);
      },
      HEADER_LENGTH,
    );
  },
};

/** One line about an EAP message: `Request Identity`, `Request MSCHAPv2 Challenge`, `Response TLS (start)`, `Success`. */
export function describeEap(eap: Eap): string {
  const code = nameOf(EAP_CODES, eap.code);
  if (eap.type === undefined) return code;
  const detail = eapDetail(eap, eap.type);
  return `${code} ${nameOf(EAP_TYPES, eap.type)}${detail === undefined ? '' : ` ${detail}`}`;
}

function eapDetail(eap: Eap, type: number): string | undefined {
  const r = new ByteReader(eap.data);
  if (r.remaining === 0) return undefined;
  switch (type) {
    case EAP_TYPE.Identity:
      return eap.code === EAP_CODE.Response ? `"${printable(eap.data)}"` : undefined;
    case EAP_TYPE.Nak:
      return `wants ${Array.from(eap.data, (method) => nameOf(EAP_TYPES, method)).join(', ')}`;
    case EAP_TYPE.MSCHAPv2:
      return nameOf(MSCHAPV2_OPCODES, r.u8('OpCode'));
    case EAP_TYPE.TLS:
    case EAP_TYPE.TTLS:
    case EAP_TYPE.PEAP:
      return tlsFlags(r.u8('flags'));
    case EAP_TYPE.Expanded:
      return r.remaining < 7 ? undefined : `vendor ${r.u24('vendor id')} type ${r.u32('vendor type')}`;
    default:
      return undefined;
  }
}

/** RFC 5216 §3.1: length included, more fragments, start. */
function tlsFlags(flags: number): string | undefined {
  const set = [
    [0x20, 'start'],
    [0x40, 'more fragments'],
    [0x80, 'length'],
  ].flatMap(([bit, name]) => ((flags & Number(bit)) !== 0 ? [name] : []));
  return set.length === 0 ? undefined : `(${set.join(', ')})`;
}

function printable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
}
