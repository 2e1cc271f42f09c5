import { timingSafeEqual } from 'node:crypto';
import type { CipherKey, PrepareCipher } from '../crypto/cipher.js';
import { noBytes, prepareCipher } from '../crypto/cipher.js';
import { prepareHmac } from '../crypto/hash.js';
import { AEAD_TAG_LENGTH } from '../crypto/nonce-aead.js';
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
  /** Of epoch keys only: packet ids begin anew with each. */
  readonly epoch?: number;
}

/** One direction of a data channel. Scratch memory is kept from packet to packet: nothing here is reentrant. */
export interface DataOpener {
  /**
   * @param header opcode and peer id as they stand, which AEAD protects; empty for P_DATA_V1 and static keys
   * @param body what follows
   */
  open(header: Uint8Array, body: Uint8Array): OpenedData;
  /** Forgets the key. */
  release(): void;
}

/** The other end of it. */
export interface DataSealer {
  /**
   * The whole packet, in memory of `SealerOptions.take`.
   * @param packetId from 1 on, never twice
   * @param time of long packet ids
   */
  seal(packetId: number, time: number, plaintext: Uint8Array): Uint8Array;
  /** Bytes of plaintext that fit into a packet of this length; 0 when none do. */
  room(length: number): number;
  release(): void;
}

export interface SealerOptions {
  /** What stands in front of each packet: opcode with key id, and the peer id of P_DATA_V2; empty with static keys. */
  readonly header: Uint8Array;
  /** CBC: an IV that nobody foresees; not kept. */
  readonly iv: () => Uint8Array;
  readonly take: (length: number) => Uint8Array;
  readonly prepare: PrepareCipher;
}

const NOTHING: OpenedData = { authentic: false, plaintext: undefined, packetId: undefined, time: undefined };
const PACKET_ID = 4;
const TIME = 4;
/** `crypto.h`: the HMAC key's front is the part of the nonce that is not sent. */
const IMPLICIT_IV = 8;
/** P_DATA_V2: opcode and peer id, which AEAD protects; P_DATA_V1's opcode alone it does not. */
const PROTECTED_HEADER = 4;

/** AEAD (`crypto.c`, `openvpn_decrypt_aead`): packet id, tag, ciphertext. */
export function prepareAeadOpener(cipher: OpenvpnCipher, half: KeyHalf, prepare: PrepareCipher = prepareCipher): DataOpener {
  const key = cipherKey(cipher, half, prepare);
  const nonce = implicitNonce(half);
  let aad = Buffer.alloc(PACKET_ID);
  return {
    open(header, body) {
      if (body.length < PACKET_ID + AEAD_TAG_LENGTH) return NOTHING;
      if (aad.length !== header.length + PACKET_ID) aad = Buffer.alloc(header.length + PACKET_ID);
      const id = body.subarray(0, PACKET_ID);
      nonce.set(id);
      aad.set(header);
      aad.set(id, header.length);
      const tag = body.subarray(PACKET_ID, PACKET_ID + AEAD_TAG_LENGTH);
      const { plaintext, authentic } = key.decrypt(nonce, body.subarray(PACKET_ID + AEAD_TAG_LENGTH), aad, tag);
      return { authentic, plaintext: authentic ? plaintext : undefined, packetId: u32(id, 0), time: undefined };
    },
    release: () => key.release?.(),
  };
}

/** What `prepareAeadOpener` opens (`openvpn_encrypt_aead`). */
export function prepareAeadSealer(cipher: OpenvpnCipher, half: KeyHalf, { header, take, prepare }: SealerOptions): DataSealer {
  const key = cipherKey(cipher, half, prepare);
  const nonce = implicitNonce(half);
  const aad = Buffer.concat([header.length === PROTECTED_HEADER ? header : noBytes, Buffer.alloc(PACKET_ID)]);
  const tagAt = header.length + PACKET_ID;
  const bodyAt = tagAt + AEAD_TAG_LENGTH;
  return {
    seal(packetId, _time, plaintext) {
      nonce.writeUInt32BE(packetId);
      aad.writeUInt32BE(packetId, aad.length - PACKET_ID);
      const { ciphertext, icv } = key.encrypt(nonce, plaintext, aad);
      const packet = take(bodyAt + ciphertext.length);
      packet.set(header);
      packet.set(aad.subarray(aad.length - PACKET_ID), header.length);
      packet.set(icv, tagAt);
      packet.set(ciphertext, bodyAt);
      return packet;
    },
    room: (length) => Math.max(0, length - bodyAt),
    release: () => key.release?.(),
  };
}

/**
 * HMAC in front of IV and CBC ciphertext, packet id inside (`crypto.c`, `openvpn_decrypt_v1`).
 * @param digest undefined: `--auth none`
 * @param cipher undefined: `--cipher none`
 * @param longIds packet ids with a time behind them, as static keys have
 */
export function prepareCbcOpener(
  cipher: OpenvpnCipher | undefined,
  digest: OpenvpnDigest | undefined,
  half: KeyHalf,
  longIds: boolean,
  prepare: PrepareCipher = prepareCipher,
): DataOpener {
  const mac = hmac(digest, half);
  const key = cipher === undefined ? undefined : cipherKey(cipher, half, prepare);
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
    release: () => key?.release?.(),
  };
}

/** What `prepareCbcOpener` opens (`openvpn_encrypt_v1`). */
export function prepareCbcSealer(
  cipher: OpenvpnCipher | undefined,
  digest: OpenvpnDigest | undefined,
  half: KeyHalf,
  longIds: boolean,
  { header, iv: nextIv, take, prepare }: SealerOptions,
): DataSealer {
  const mac = hmac(digest, half);
  const key = cipher === undefined ? undefined : cipherKey(cipher, half, prepare);
  const blockSize = cipher?.cipher.blockSize ?? 0;
  const idLength = longIds ? PACKET_ID + TIME : PACKET_ID;
  const signedAt = header.length + (digest?.length ?? 0);
  const bodyAt = signedAt + (cipher?.cipher.ivLength ?? 0);
  let scratch = Buffer.alloc(2048);
  return {
    seal(packetId, time, plaintext) {
      const length = idLength + plaintext.length;
      if (length + blockSize > scratch.length) scratch = Buffer.alloc((length + blockSize) * 2);
      scratch.writeUInt32BE(packetId);
      if (longIds) scratch.writeUInt32BE(time, PACKET_ID);
      scratch.set(plaintext, idLength);
      let body = scratch.subarray(0, length) as Uint8Array;
      const iv = key === undefined ? noBytes : nextIv();
      if (key !== undefined) {
        // RFC 5652 §6.3: at least one byte, each the number of them.
        const padding = blockSize - (length % blockSize);
        scratch.fill(padding, length, length + padding);
        body = key.encrypt(iv, scratch.subarray(0, length + padding), noBytes).ciphertext;
      }
      const packet = take(bodyAt + body.length);
      packet.set(header);
      packet.set(iv, signedAt);
      packet.set(body, bodyAt);
      if (mac !== undefined) packet.set(mac([packet.subarray(signedAt)]), header.length);
      return packet;
    },
    room(length) {
      const body = length - bodyAt;
      return Math.max(0, (blockSize === 0 ? body : Math.floor(body / blockSize) * blockSize - 1) - idLength);
    },
    release: () => key?.release?.(),
  };
}

function cipherKey({ cipher, keyLength }: OpenvpnCipher, half: KeyHalf, prepare: PrepareCipher): CipherKey {
  return prepare(cipher, half.cipher.reveal().subarray(0, keyLength), noBytes);
}

function hmac(digest: OpenvpnDigest | undefined, half: KeyHalf): ReturnType<typeof prepareHmac> | undefined {
  return digest === undefined ? undefined : prepareHmac(digest.node, half.hmac.reveal().subarray(0, digest.length));
}

/** A nonce whose front waits for the packet id. */
function implicitNonce(half: KeyHalf): Buffer {
  return Buffer.concat([Buffer.alloc(PACKET_ID), half.hmac.reveal().subarray(0, IMPLICIT_IV)]);
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
  return (
    (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0
  );
}
