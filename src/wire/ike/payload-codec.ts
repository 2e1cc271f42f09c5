import type { ByteReader } from '../../bytes/reader.js';
import type { ByteWriter } from '../../bytes/writer.js';

/**
 * One payload's body, i.e. what follows the four bytes of the generic payload header (RFC 7296 §3.2, RFC 2408 §3.2).
 * `decode` gets a reader that ends where the payload ends, consumes all of it and throws `DecodeError` where it cannot.
 * Byte fields of the value are views into the message, not copies.
 */
export interface PayloadCodec<Name extends string, T> {
  /** Equal to the file name; `-v1` behind it where IKEv2 has a payload of the same name and another layout. */
  readonly name: Name;
  /** Payload type numbers in IKEv1. */
  readonly v1?: readonly number[];
  /** Payload type numbers in IKEv2. */
  readonly v2?: readonly number[];
  /** Where the layout is specified. */
  readonly spec: string;
  decode(r: ByteReader): T;
  encode(value: T, w: ByteWriter): void;
  /** What could be decoded of a body that `decode` refuses, where keeping part of it tells something. */
  decodePartial?(r: ByteReader): T;
}
