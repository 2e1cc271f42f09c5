import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

const SHORT_FORM = 0x8000;

/**
 * A data attribute: a number when it came in the short form (type/value), bytes when it came in the long one
 * (type/length/value). RFC 7296 §3.3.5, RFC 2408 §3.3: the same layout.
 */
export interface Attribute {
  /** 15 bits. */
  readonly type: number;
  readonly value: number | Uint8Array;
}

/** Reads attributes that fill the next `length` bytes, by default all that are left. Throws `DecodeError` when the last one is cut. */
export function decodeAttributes(r: ByteReader, length: number = r.remaining): readonly Attribute[] {
  // Most transforms have none: no reader for those.
  if (length === 0) return NONE;
  const body = r.sub(length, 'attributes');
  const attributes: Attribute[] = [];
  while (body.remaining > 0) {
    const type = body.u16('attribute type');
    if ((type & SHORT_FORM) !== 0) attributes.push({ type: type & ~SHORT_FORM, value: body.u16('attribute value') });
    else attributes.push({ type, value: body.bytes(body.u16('attribute length'), 'attribute value') });
  }
  return attributes;
}

const NONE: readonly Attribute[] = Object.freeze([]);

/** Writes them in the forms they have. */
export function encodeAttributes(attributes: readonly Attribute[], w: ByteWriter): void {
  for (const { type, value } of attributes) {
    if (typeof value === 'number') w.u16(type | SHORT_FORM).u16(value);
    else w.u16(type).u16(value.length).bytes(value);
  }
}

/** The number an attribute stands for in either form; undefined when it is absent or longer than six bytes. */
export function attributeNumber(attributes: readonly Attribute[], type: number): number | undefined {
  for (const attribute of attributes) {
    if (attribute.type !== type) continue;
    const { value } = attribute;
    if (typeof value === 'number') return value;
    if (value.length > 6) return undefined;
    let number = 0;
    for (const byte of value) number = number * 256 + byte;
    return number;
  }
  return undefined;
}
