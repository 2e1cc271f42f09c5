import { timingSafeEqual } from 'node:crypto';
import type { CipherKey } from '../crypto/cipher.js';
import { noBytes } from '../crypto/cipher.js';
import { prepareHmac } from '../crypto/hash.js';
import { AEAD_TAG_LENGTH, prepareNonceAead } from '../crypto/nonce-aead.js';
import type { OpenvpnCipher, OpenvpnDigest } from './openvpn-algorithms.js';
import type { KeyHalf } from './openvpn-static-key.js';

/** What came out of a packet of the data channel. */
export interface OpenedData {
  /** The tag or HMAC fits; undefined where there is none. */
  readonly authentic: boolean | undefined;
  /** Behind packet id and padding, compression framing included; undefined when decryption makes no sense. */
  readonly plaintext: Uint8Array | undefined;
  readonly packetId: number | undefined;
  /** Of long packet ids only: when the sender began to count, seconds since 1970. */
  readonly time: number | undefined;
}

/** One direction of a data channel. */
export interface DataOpener {
  /**
   * @param header opcode and peer id as they stand, which AEAD protects; empty for P_DATA_V1 and static keys
   * @param body what follows
   */
  open(header: Uint8Array, body: Uint8Array): OpenedData;
}

const NOTHING: OpenedData = { authentic: false, plaintext: undefined, packetId: undefined, time: undefined };
const PACKET_ID = 4;
const TIME = 4;
/** `crypto.h`: the HMAC key's front is the part of the nonce that is not sent. */
const IMPLICIT_IV = 8;

/** AEAD (`crypto.c`, `openvpn_decrypt_aead`): packet id, tag, ciphertext. */
export function prepareAeadOpener(cipher: Extract<OpenvpnCipher, { kind: 'aead' }>, half: KeyHalf): DataOpener {
  const key = prepareNonceAead(cipher.aead, half.cipher.reveal().subarray(0, cipher.keyLength));
  const nonce = new Uint8Array(PACKET_ID + IMPLICIT_IV);
  nonce.set(half.hmac.reveal().subarray(0, IMPLICIT_IV), PACKET_ID);
  return {
    open(header, body) {
      if (body.length < PACKET_ID + AEAD_TAG_LENGTH) return NOTHING;
      const id = body.subarray(0, PACKET_ID);
      nonce.set(id);
      const aad = header.length === 0 ? id : Buffer.concat([header, id]);
      const tag = body.subarray(PACKET_ID, PACKET_ID + AEAD_TAG_LENGTH);
      const { plaintext, authentic } = key.open(nonce, body.subarray(PACKET_ID + AEAD_TAG_LENGTH), aad, tag);
      return { authentic, plaintext: authentic ? plaintext : undefined, packetId: u32(id, 0), time: undefined };
    },
  };
}

/**
 * HMAC in front of IV and CBC ciphertext, packet id inside (`crypto.c`, `openvpn_decrypt_v1`).
 * @param digest undefined: `--auth none`
 * @param cipher undefined: `--cipher none`
 * @param longIds packet ids with a time behind them, as static keys have
 */
export function prepareCbcOpener(
  cipher: Extract<OpenvpnCipher, { kind: 'cbc' }> | undefined,
  digest: OpenvpnDigest | undefined,
  half: KeyHalf,
  longIds: boolean,
): DataOpener {
  const mac = digest === undefined ? undefined : prepareHmac(digest.node, half.hmac.reveal().subarray(0, digest.length));
  const key = cipher?.cipher.prepare(half.cipher.reveal().subarray(0, cipher.keyLength), noBytes);
  const macLength = digest?.length ?? 0;
  return {
    open(_header, body) {
      if (body.length < macLength) return NOTHING;
      const signed = body.subarray(macLength);
      const authentic = mac === undefined ? undefined : timingSafeEqual(mac([signed]), body.subarray(0, macLength));
      if (authentic === false) return NOTHING;
      const plain = key === undefined ? signed : decryptCbc(key, signed);
      const idLength = longIds ? PACKET_ID + TIME : PACKET_ID;
      if (plain === undefined || plain.length < idLength) return { ...NOTHING, authentic };
      return {
        authentic,
        plaintext: plain.subarray(idLength),
        packetId: u32(plain, 0),
        time: longIds ? u32(plain, PACKET_ID) : undefined,
      };
    },
  };
}

/** Undefined when lengths or padding (RFC 5652 §6.3) say that it is no ciphertext of this key. */
function decryptCbc(key: CipherKey, signed: Uint8Array): Uint8Array | undefined {
  const size = key.cipher.blockSize;
  if (signed.length < 2 * size || signed.length % size !== 0) return undefined;
  const { plaintext } = key.decrypt(signed.subarray(0, size), signed.subarray(size), noBytes, noBytes);
  const padding = plaintext.at(-1) ?? 0;
  if (padding === 0 || padding > size) return undefined;
  for (let i = plaintext.length - padding; i < plaintext.length; i++) if (plaintext[i] !== padding) return undefined;
  return plaintext.subarray(0, plaintext.length - padding);
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}
