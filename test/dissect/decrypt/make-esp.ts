import { Secret } from '../../../src/bytes/secret.js';
import { ByteWriter } from '../../../src/bytes/writer.js';
import type { Cipher } from '../../../src/crypto/cipher.js';
import type { Integrity } from '../../../src/crypto/integrity.js';
import { anyAddress } from '../../../src/dissect/keys/address-pattern.js';
import type { EspSaKeys } from '../../../src/dissect/keys/key-ring.js';
import { exactSpi } from '../../../src/dissect/keys/spi-pattern.js';

export const filled = (length: number, from: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + i * 11) & 255);

/** Keys of an SA with SPI 0x01020304, the same each time. */
export function makeEspKeys(cipher: Cipher, integrity: Integrity, seed = 1): EspSaKeys {
  return {
    src: anyAddress,
    dst: anyAddress,
    spi: exactSpi(0x01020304),
    cipher,
    key: new Secret(filled(cipher.keyLengths[0] ?? 0, seed)),
    salt: new Secret(filled(cipher.saltLength, seed + 60)),
    integrity,
    integrityKey: new Secret(filled(integrity.keyLength, seed + 120)),
    origin: { file: 'test', line: 1 },
  };
}

export interface EspText {
  readonly sequence: number;
  readonly sequenceHigh: number | undefined;
  readonly payload: Uint8Array;
  readonly nextHeader: number;
}

/** An ESP packet as RFC 4303 §3.3 makes it, written apart from the code that opens it. */
export function sealEsp(keys: EspSaKeys, text: EspText): Uint8Array {
  const { cipher, integrity } = keys;
  const header = new ByteWriter().u32(0x01020304).u32(text.sequence).finish();
  const high = text.sequenceHigh === undefined ? new Uint8Array(0) : new ByteWriter().u32(text.sequenceHigh).finish();
  const align = Math.max(4, cipher.blockSize);
  const pad = (align - ((text.payload.length + 2) % align)) % align;
  const padding = Uint8Array.from({ length: pad }, (_, i) => i + 1);
  const plaintext = Buffer.concat([text.payload, padding, Uint8Array.of(pad, text.nextHeader)]);
  const whole = new ByteWriter()
    .u32(text.sequenceHigh ?? 0)
    .u32(text.sequence)
    .finish();
  const iv = cipher.implicitIv ? whole : filled(cipher.ivLength, text.sequence + 3);
  const sent = cipher.implicitIv ? new Uint8Array(0) : iv;
  const aad = Buffer.concat([header.subarray(0, 4), high, header.subarray(4)]);
  const sealed = cipher.prepare(keys.key.reveal(), keys.salt.reveal()).encrypt(iv, plaintext, aad);
  const body = Buffer.concat([header, sent, sealed.ciphertext, sealed.icv]);
  if (cipher.icvLength > 0) return new Uint8Array(body);
  const key = integrity.prepare(keys.integrityKey.reveal(), new Uint8Array(0));
  const icv = integrity.checks || integrity.icvLength === 0 ? key.compute([body, high], new Uint8Array(0)) : filled(integrity.icvLength, 9);
  return new Uint8Array(Buffer.concat([body, icv]));
}
