import { createHmac } from 'node:crypto';
import { ByteWriter } from '../bytes/writer.js';

/**
 * HKDF-Expand-Label (RFC 8446 §7.1), which OpenVPN's epochs use as TLS 1.3 does.
 * @param secret a pseudorandom key: HKDF-Expand alone follows (RFC 5869 §2.3)
 * @param label with what its protocol puts in front: `tls13 key`, `ovpn data_key`
 * @param length bytes wanted
 */
export function hkdfExpandLabel(hash: string, secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const bytes = Buffer.from(label, 'latin1');
  const info = new ByteWriter().u16(length).u8(bytes.length).bytes(bytes).u8(context.length).bytes(context).finish();
  const blocks: Uint8Array[] = [];
  let last = new Uint8Array(0);
  for (let i = 1, have = 0; have < length; i++) {
    last = new Uint8Array(createHmac(hash, secret).update(last).update(info).update(Uint8Array.of(i)).digest());
    blocks.push(last);
    have += last.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}
