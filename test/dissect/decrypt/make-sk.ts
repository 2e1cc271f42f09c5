import { ByteWriter } from '../../../src/bytes/writer.js';
import type { DirectionKeys } from '../../../src/dissect/keys/key-ring.js';
import { filled } from './make-esp.js';

const SK = 46;
const SKF = 53;
/** N(INITIAL_CONTACT), the only payload of the chain. */
export const chain = Uint8Array.of(0, 0, 0, 8, 0, 0, 0x40, 0x00);
export const NOTIFY = 41;

/** A message with one encrypted payload, as RFC 7296 §3.14 and RFC 7383 §2.5 lay it out. */
export function sealSk(keys: DirectionKeys, inner: Uint8Array, first: number, fragment?: readonly [number, number]): Uint8Array {
  const { cipher, integrity } = keys;
  const pad = (cipher.blockSize - ((inner.length + 1) % cipher.blockSize)) % cipher.blockSize;
  const plaintext = Buffer.concat([inner, filled(pad, 200), Uint8Array.of(pad)]);
  const icvLength = cipher.icvLength > 0 ? cipher.icvLength : integrity.icvLength;
  const bodyLength = 4 + (fragment === undefined ? 0 : 4) + cipher.ivLength + plaintext.length + icvLength;
  const writer = new ByteWriter();
  writer
    .bytes(filled(8, 1))
    .bytes(filled(8, 2))
    .u8(fragment === undefined ? SK : SKF)
    .u8(0x20)
    .u8(35)
    .u8(0x08)
    .u32(1)
    .u32(28 + bodyLength);
  writer.u8(first).u8(0).u16(bodyLength);
  if (fragment !== undefined) writer.u16(fragment[0]).u16(fragment[1]);
  const aad = writer.finish();
  const iv = filled(cipher.ivLength, 7);
  const sealed = cipher.prepare(keys.key.reveal(), keys.salt.reveal()).encrypt(iv, plaintext, aad);
  const body = Buffer.concat([aad, iv, sealed.ciphertext, sealed.icv]);
  const icv =
    cipher.icvLength > 0
      ? new Uint8Array(0)
      : integrity.prepare(keys.integrityKey.reveal(), new Uint8Array(0)).compute([body], new Uint8Array(0));
  return new Uint8Array(Buffer.concat([body, icv]));
}
