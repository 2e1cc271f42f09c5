import { Secret } from '../bytes/secret.js';
import { type CipherKey, noBytes, type PrepareCipher, prepareCipher } from '../crypto/cipher.js';
import { AEAD_TAG_LENGTH } from '../crypto/nonce-aead.js';
import { hkdfExpandLabel } from './hkdf-label.js';
import type { OpenvpnCipher } from './openvpn-algorithms.js';
import type { DataOpener, DataSealer, OpenedData, SealerOptions } from './openvpn-data.js';
import type { KeyHalf } from './openvpn-static-key.js';

/** Epoch and 48 bits of packet id: what stands behind the header, and in the nonce. */
const PACKET_ID = 8;
const COUNTER = 6;
const NONCE = 12;
const SECRET = 32;
/** Epochs ahead of the last one that a receiver takes (`ssl.c`, `init_epoch_keys`). */
const AHEAD = 16;
export const LAST_EPOCH = 0xffff;

/** What the keys of an epoch are made of, and those of the next. */
interface EpochSecret {
  readonly epoch: number;
  readonly secret: Secret;
}

/** The keys of one epoch in one direction. */
interface EpochKeys {
  readonly epoch: number;
  readonly key: CipherKey;
  /** 12 bytes, into which the packet id is mixed. */
  readonly iv: Uint8Array;
}

/** The first is 1: the front of what the exporter gave for a cipher's key. */
function firstEpoch(half: KeyHalf): EpochSecret {
  return { epoch: 1, secret: new Secret(half.cipher.reveal().slice(0, SECRET)) };
}

function nextEpoch({ epoch, secret }: EpochSecret): EpochSecret {
  return { epoch: epoch + 1, secret: new Secret(expand(secret, 'datakey upd', SECRET)) };
}

function keysOf({ cipher, keyLength }: OpenvpnCipher, { epoch, secret }: EpochSecret, prepare: PrepareCipher): EpochKeys {
  return { epoch, key: prepare(cipher, expand(secret, 'data_key', keyLength), noBytes), iv: expand(secret, 'data_iv', NONCE) };
}

function expand(secret: Secret, label: string, length: number): Uint8Array {
  return hkdfExpandLabel('sha256', secret.reveal(), `ovpn ${label}`, noBytes, length);
}

/**
 * AEAD of OpenVPN 2.7 with epochs (`crypto_epoch.c`, `openvpn_decrypt_aead`): packet id, ciphertext, tag. A sender that goes on to another
 * epoch makes new keys from the old ones without a word; the receiver keeps the one before for what comes late, and knows 16 ahead.
 */
export class EpochOpener implements DataOpener {
  readonly #cipher: OpenvpnCipher;
  readonly #prepare: PrepareCipher;
  readonly #nonce = Buffer.alloc(NONCE);
  #aad = Buffer.alloc(PACKET_ID);
  #current: EpochKeys;
  #before: EpochKeys | undefined;
  /** Those a packet has asked for. */
  readonly #ahead = new Map<number, EpochKeys>();
  /** The highest of them. */
  #top: EpochSecret;

  constructor(cipher: OpenvpnCipher, half: KeyHalf, prepare: PrepareCipher = prepareCipher) {
    this.#cipher = cipher;
    this.#prepare = prepare;
    this.#top = firstEpoch(half);
    this.#current = keysOf(cipher, this.#top, prepare);
  }

  /** Of the newest packet that was authentic. */
  get epoch(): number {
    return this.#current.epoch;
  }

  open(header: Uint8Array, body: Uint8Array): OpenedData {
    const end = body.length - AEAD_TAG_LENGTH;
    if (end < PACKET_ID) return { authentic: false, plaintext: undefined, packetId: undefined, time: undefined };
    const epoch = ((body[0] as number) << 8) | (body[1] as number);
    const packetId = counter(body);
    const keys = this.#keysFor(epoch);
    if (keys === undefined) return { authentic: false, plaintext: undefined, packetId, time: undefined, epoch };
    if (this.#aad.length !== header.length + PACKET_ID) this.#aad = Buffer.alloc(header.length + PACKET_ID);
    this.#aad.set(header);
    this.#aad.set(body.subarray(0, PACKET_ID), header.length);
    mix(this.#nonce, keys.iv, body);
    const { plaintext, authentic } = keys.key.decrypt(this.#nonce, body.subarray(PACKET_ID, end), this.#aad, body.subarray(end));
    if (authentic && epoch > this.#current.epoch) this.#goOn(keys);
    return { authentic, plaintext: authentic ? plaintext : undefined, packetId, time: undefined, epoch };
  }

  release(): void {
    for (const { key } of [this.#current, ...(this.#before === undefined ? [] : [this.#before]), ...this.#ahead.values()]) key.release?.();
    this.#ahead.clear();
  }

  #keysFor(epoch: number): EpochKeys | undefined {
    if (epoch === this.#current.epoch) return this.#current;
    if (epoch === this.#before?.epoch) return this.#before;
    if (epoch < this.#current.epoch || epoch > this.#current.epoch + AHEAD) return undefined;
    while (this.#top.epoch < epoch) {
      this.#top = nextEpoch(this.#top);
      this.#ahead.set(this.#top.epoch, keysOf(this.#cipher, this.#top, this.#prepare));
    }
    return this.#ahead.get(epoch);
  }

  #goOn(keys: EpochKeys): void {
    this.#before?.key.release?.();
    this.#before = this.#current;
    this.#current = keys;
    for (const [epoch, { key }] of this.#ahead) {
      if (epoch > keys.epoch) continue;
      this.#ahead.delete(epoch);
      if (epoch < keys.epoch) key.release?.();
    }
  }
}

/** What `EpochOpener` opens (`openvpn_encrypt_aead`). */
export class EpochSealer implements DataSealer {
  readonly #cipher: OpenvpnCipher;
  readonly #prepare: PrepareCipher;
  readonly #take: SealerOptions['take'];
  readonly #nonce = Buffer.alloc(NONCE);
  /** Header and packet id: the front of each packet. */
  readonly #front: Buffer;
  readonly #idAt: number;
  #secret: EpochSecret;
  #keys: EpochKeys;

  constructor(cipher: OpenvpnCipher, half: KeyHalf, { header, take, prepare }: Omit<SealerOptions, 'iv'>) {
    this.#cipher = cipher;
    this.#prepare = prepare;
    this.#take = take;
    this.#front = Buffer.concat([header, Buffer.alloc(PACKET_ID)]);
    this.#idAt = header.length;
    this.#secret = firstEpoch(half);
    this.#keys = keysOf(cipher, this.#secret, prepare);
  }

  get epoch(): number {
    return this.#keys.epoch;
  }

  /** Seals with this epoch from now on, its packet ids from 1; there is no way back. */
  goOnTo(epoch: number): void {
    if (epoch <= this.#keys.epoch) return;
    while (this.#secret.epoch < epoch) this.#secret = nextEpoch(this.#secret);
    this.#keys.key.release?.();
    this.#keys = keysOf(this.#cipher, this.#secret, this.#prepare);
  }

  seal(packetId: number, _time: number, plaintext: Uint8Array): Uint8Array {
    const front = this.#front;
    front.writeUInt16BE(this.#keys.epoch, this.#idAt);
    front.writeUIntBE(packetId, this.#idAt + 2, COUNTER);
    mix(this.#nonce, this.#keys.iv, front.subarray(this.#idAt));
    const { ciphertext, icv } = this.#keys.key.encrypt(this.#nonce, plaintext, front);
    const packet = this.#take(front.length + ciphertext.length + icv.length);
    packet.set(front);
    packet.set(ciphertext, front.length);
    packet.set(icv, front.length + ciphertext.length);
    return packet;
  }

  room(length: number): number {
    return Math.max(0, length - this.#front.length - AEAD_TAG_LENGTH);
  }

  release(): void {
    this.#keys.key.release?.();
  }
}

/** 48 bits: exact. */
function counter(body: Uint8Array): number {
  const low = (((body[4] as number) << 24) | ((body[5] as number) << 16) | ((body[6] as number) << 8) | (body[7] as number)) >>> 0;
  return (((body[2] as number) << 8) | (body[3] as number)) * 2 ** 32 + low;
}

/** The IV with the packet id mixed into its front, so that no part of the nonce is on the wire. */
function mix(nonce: Uint8Array, iv: Uint8Array, packetId: Uint8Array): void {
  nonce.set(iv);
  for (let i = 0; i < PACKET_ID; i++) nonce[i] = (nonce[i] as number) ^ (packetId[i] as number);
}
