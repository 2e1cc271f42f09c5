import type { Cipher } from '../../crypto/cipher.js';
import type { RandomSource } from '../../crypto/random-source.js';

/** Writes the IV of the packet with this sequence number; the same bytes are handed out each time. */
export type IvSource = (high: number, low: number) => Uint8Array;

/** Bytes of randomness fetched at once: a call of the system's generator costs as much as the encryption of a packet. */
const STOCK = 4096;

/**
 * What a cipher wants of its IVs. CBC: unpredictable (RFC 3602 §3, RFC 2451 §3), so each comes from `random`. Counter modes: never
 * twice under a key (RFC 4106 §3.1, RFC 3686 §2.1, RFC 7634 §2): the sequence number mixed with a mask made once, so that two runs
 * with the same manual keys most likely do not meet either. Implicit: the sequence number itself (RFC 8750 §4).
 */
export function ivSource(cipher: Cipher, random: RandomSource): IvSource {
  if (cipher.implicitIv) return counted(new Uint8Array(8));
  if (cipher.ivLength === 0) return () => noIv;
  if (cipher.blockSize > 1) return stocked(cipher.ivLength, random);
  return counted(random(8));
}

const noIv = new Uint8Array(0);

function counted(mask: Uint8Array): IvSource {
  const iv = Buffer.alloc(8);
  const maskBytes = Buffer.from(mask);
  const maskHigh = maskBytes.readUInt32BE(0);
  const maskLow = maskBytes.readUInt32BE(4);
  return (high, low) => {
    iv.writeUInt32BE((high ^ maskHigh) >>> 0, 0);
    iv.writeUInt32BE((low ^ maskLow) >>> 0, 4);
    return iv;
  };
}

function stocked(length: number, random: RandomSource): IvSource {
  const iv = new Uint8Array(length);
  let stock: Uint8Array = noIv;
  let at = 0;
  return () => {
    if (at + length > stock.length) {
      stock = random(STOCK);
      at = 0;
    }
    iv.set(stock.subarray(at, at + length));
    at += length;
    return iv;
  };
}
