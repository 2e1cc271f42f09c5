import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { CipherKey } from '../../crypto/cipher.js';
import type { IntegrityKey } from '../../crypto/integrity.js';
import type { EspSaKeys } from '../keys/key-ring.js';
import { type IcvVerdict, verdictOf } from './verdict.js';

/** An ESP packet taken apart (RFC 4303 §2). */
export interface EspPlain {
  readonly spi: number;
  /** The 32 bits sent. */
  readonly sequence: number;
  /** Upper 32 bits under which the ICV was computed; undefined without ESN. */
  readonly sequenceHigh?: number;
  /** As sent; empty for implicit IVs. */
  readonly iv: Uint8Array;
  /** What `nextHeader` describes. With an impossible pad length: everything but the trailer. */
  readonly payload: Uint8Array;
  readonly padLength: number;
  readonly nextHeader: number;
  readonly icv: IcvVerdict;
  /** As sent; empty when there is none. */
  readonly icvBytes: Uint8Array;
  /** Padding is 1, 2, 3, … (§2.4) and not longer than what is there. */
  readonly paddingOk: boolean;
  /** False when key or algorithm are most likely wrong: a bad ICV, or padding that cannot be. */
  readonly plausible: boolean;
}

/** An SA ready to decrypt. */
export interface PreparedEsp {
  readonly keys: EspSaKeys;
  readonly cipher: CipherKey;
  readonly integrity: IntegrityKey;
}

/** Throws `UsageError` when a key does not fit its algorithm. */
export function prepareEsp(keys: EspSaKeys): PreparedEsp {
  const noSalt = new Uint8Array(0);
  return {
    keys,
    cipher: keys.cipher.prepare(keys.key.reveal(), keys.salt.reveal()),
    integrity: keys.integrity.prepare(keys.integrityKey.reveal(), noSalt),
  };
}

const HEADER = 8;
const TRAILER = 2;

/**
 * Decrypts one packet, from the SPI to the end of the ICV. `sequenceHigh`: upper half of an extended sequence number, undefined
 * without ESN. A wrong ICV is a verdict, not an error; `DecodeError` when the lengths cannot be.
 */
export function decryptEsp(sa: PreparedEsp, packet: Uint8Array, sequenceHigh: number | undefined): EspPlain {
  const { cipher } = sa.cipher;
  const { integrity } = sa.integrity;
  const reader = new ByteReader(packet);
  const spi = reader.u32('SPI');
  const sequence = reader.u32('Sequence Number');
  const iv = reader.bytes(cipher.ivLength, `IV of ${cipher.name}`);
  const icvLength = cipher.icvLength > 0 ? cipher.icvLength : integrity.icvLength;
  const length = reader.remaining - icvLength;
  if (length < TRAILER) throw new DecodeError('ESP payload and ICV', reader.offset, icvLength + TRAILER, reader.remaining);
  if (length % cipher.blockSize !== 0) {
    throw reader.fail('ESP payload', `${length} bytes are not a multiple of the ${cipher.blockSize} that ${cipher.name} needs`);
  }
  const ciphertext = reader.bytes(length, 'ESP payload');
  const icvBytes = reader.bytes(icvLength, 'ICV');

  let plaintext: Uint8Array;
  let icv: IcvVerdict;
  if (cipher.icvLength > 0) {
    const opened = sa.cipher.decrypt(
      nonceIv(cipher.implicitIv, iv, packet, sequenceHigh),
      ciphertext,
      espAad(packet, sequenceHigh),
      icvBytes,
    );
    plaintext = opened.plaintext;
    icv = verdictOf(opened.authentic);
  } else {
    const covered = packet.subarray(0, packet.length - icvLength);
    icv =
      integrity.icvLength === 0
        ? 'unknown'
        : verdictOf(sa.integrity.verify(sequenceHigh === undefined ? [covered] : [covered, u32(sequenceHigh)], icvBytes));
    plaintext = sa.cipher.decrypt(iv, ciphertext, covered, icvBytes).plaintext;
  }

  const trailer = new ByteReader(plaintext.subarray(plaintext.length - TRAILER));
  const padLength = trailer.u8('Pad Length');
  const nextHeader = trailer.u8('Next Header');
  const room = plaintext.length - TRAILER;
  const fits = padLength <= room;
  const paddingOk = fits && isMonotonic(plaintext.subarray(room - padLength, room));
  return {
    spi,
    sequence,
    ...(sequenceHigh === undefined ? {} : { sequenceHigh }),
    iv,
    payload: plaintext.subarray(0, fits ? room - padLength : room),
    padLength,
    nextHeader,
    icv,
    icvBytes,
    paddingOk,
    plausible: icv === 'good' || (icv === 'unknown' && paddingOk),
  };
}

/** SPI and sequence number, with the upper half between them under ESN (RFC 4106 §5, RFC 4309 §5). */
function espAad(packet: Uint8Array, sequenceHigh: number | undefined): Uint8Array {
  if (sequenceHigh === undefined) return packet.subarray(0, HEADER);
  const aad = new Uint8Array(12);
  aad.set(packet.subarray(0, 4));
  aad.set(u32(sequenceHigh), 4);
  aad.set(packet.subarray(4, HEADER), 8);
  return aad;
}

/** An implicit IV is the sequence number in 64 bits (RFC 8750 §4). */
function nonceIv(implicit: boolean, iv: Uint8Array, packet: Uint8Array, sequenceHigh: number | undefined): Uint8Array {
  if (!implicit) return iv;
  const whole = new Uint8Array(8);
  whole.set(u32(sequenceHigh ?? 0));
  whole.set(packet.subarray(4, HEADER), 4);
  return whole;
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function isMonotonic(padding: Uint8Array): boolean {
  return padding.every((byte, i) => byte === i + 1);
}
