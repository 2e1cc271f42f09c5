import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { CipherKey } from '../../crypto/cipher.js';
import type { IntegrityKey } from '../../crypto/integrity.js';
import type { DirectionKeys } from '../keys/key-ring.js';
import { type IcvVerdict, looksLikePayloadChain, verdictOf } from './verdict.js';

/** An Encrypted payload (RFC 7296 §3.14) or one Encrypted Fragment (RFC 7383 §2.5), opened. */
export interface SkPlain {
  /** Type of the first payload inside; in fragments other than the first it is 0. */
  readonly firstPayload: number;
  /** The payloads inside, padding taken off; of a fragment, its piece of them. */
  readonly inner: Uint8Array;
  readonly fragment?: { readonly number: number; readonly total: number };
  readonly iv: Uint8Array;
  readonly padLength: number;
  readonly icv: IcvVerdict;
  readonly icvBytes: Uint8Array;
  /** The pad length fits into what is there; the bytes of padding are free in IKEv2. */
  readonly paddingOk: boolean;
  /** False when key or algorithm are most likely wrong: what came out is no chain of payloads. */
  readonly plausible: boolean;
}

/** Keys of one direction of an IKE SA, ready to decrypt. */
export interface PreparedSk {
  readonly keys: DirectionKeys;
  readonly cipher: CipherKey;
  readonly integrity: IntegrityKey;
}

/** Throws `UsageError` when a key does not fit its algorithm. */
export function prepareSk(keys: DirectionKeys): PreparedSk {
  return {
    keys,
    cipher: keys.cipher.prepare(keys.key.reveal(), keys.salt.reveal()),
    integrity: keys.integrity.prepare(keys.integrityKey.reveal(), new Uint8Array(0)),
  };
}

/**
 * Opens the encrypted payload of a message. `message`: the IKE message from its first SPI to its end; `payloadAt`: offset of the
 * generic header of the SK or SKF payload, which is the last one (RFC 7296 §3.14). A wrong ICV is a verdict; `DecodeError` when
 * lengths cannot be.
 */
export function decryptSk(sa: PreparedSk, message: Uint8Array, payloadAt: number, kind: 'SK' | 'SKF'): SkPlain {
  const { cipher } = sa.cipher;
  const outer = new ByteReader(message);
  outer.skip(payloadAt, `what lies before the ${kind} payload`);
  const start = outer.fork();
  const firstPayload = start.u8('Next Payload');
  start.u8('flags');
  const payloadLength = start.u16('Payload Length');
  if (payloadLength < 4) throw start.fail(`Payload Length of ${kind}`, `${payloadLength} is less than its own header`);
  const body = start.sub(payloadLength - 4, `${kind} payload`);
  const fragment = kind === 'SKF' ? { number: body.u16('Fragment Number'), total: body.u16('Total Fragments') } : undefined;
  const coveredEnd = payloadAt + payloadLength;
  const aad = message.subarray(0, body.offset);

  const iv = body.bytes(cipher.ivLength, `IV of ${cipher.name}`);
  const icvLength = cipher.icvLength > 0 ? cipher.icvLength : sa.integrity.integrity.icvLength;
  const length = body.remaining - icvLength;
  if (length < 1) throw new DecodeError('encrypted payloads and ICV', body.offset, icvLength + 1, body.remaining);
  if (length % cipher.blockSize !== 0) {
    throw body.fail('encrypted payloads', `${length} bytes are not a multiple of the ${cipher.blockSize} that ${cipher.name} needs`);
  }
  const ciphertext = body.bytes(length, 'encrypted payloads');
  const icvBytes = body.bytes(icvLength, 'ICV');
  const opened = sa.cipher.decrypt(iv, ciphertext, aad, icvBytes);
  const icv =
    cipher.icvLength > 0
      ? verdictOf(opened.authentic)
      : verdictOf(sa.integrity.verify([message.subarray(0, coveredEnd - icvLength)], icvBytes));

  const { plaintext } = opened;
  const padLength = new ByteReader(plaintext.subarray(length - 1)).u8('Pad Length');
  const paddingOk = padLength < length;
  const inner = plaintext.subarray(0, paddingOk ? length - 1 - padLength : length - 1);
  return {
    firstPayload,
    inner,
    ...(fragment === undefined ? {} : { fragment }),
    iv,
    padLength,
    icv,
    icvBytes,
    paddingOk,
    // A fragment holds a piece of a chain, which cannot be walked.
    plausible:
      icv === 'good' ||
      (paddingOk && (fragment !== undefined ? icv === 'unknown' : looksLikePayloadChain(new ByteReader(inner), firstPayload, 0))),
  };
}
