import { noBytes, type PrepareCipher } from '../../../crypto/cipher.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import {
  type DataOpener,
  type DataSealer,
  prepareAeadOpener,
  prepareAeadSealer,
  prepareCbcOpener,
  prepareCbcSealer,
} from '../../../keymat/openvpn-data.js';
import { ivSource } from '../../shared/iv-source.js';
import { PacketSlab } from '../../shared/packet-slab.js';
import type { DataKeys } from '../data-keys.js';
import { DATA_V2_HEADER, dataHeaderLength, dataHeaderOf } from './data-header.js';
import { type DataDrop, dataDrop } from './drop.js';
import type { KeyAtWork } from './key-at-work.js';
import { PacketIdCheck, type PacketOrder } from './packet-id-check.js';

/** What a key needs besides itself. */
export interface LiveKeyOptions {
  readonly order: PacketOrder;
  /** Packets, 64; see `ReplayWindow`. */
  readonly replayWindow?: number;
  readonly random: RandomSource;
  /** Milliseconds since 1970: long packet ids have a date. */
  readonly date: () => number;
  readonly prepare: PrepareCipher;
}

/** `packet_id.h`: here new keys are asked for, and here none is left. */
const NEARLY_LAST_ID = 0xff00_0000;
const LAST_ID = 0xffff_ffff;
/** Bytes after which ciphers with blocks of 64 bits want new keys (`ssl.c`, SWEET32). */
const SMALL_BLOCK_BYTES = 64_000_000;
const SMALL_BLOCK = 8;

/** One for all keys: a server has thousands, and few send at a time. */
const slab = new PacketSlab();

/** A key as releases before 2.7 have it, and static keys. */
export class LiveKey implements KeyAtWork {
  readonly #sealer: DataSealer;
  readonly #opener: DataOpener;
  readonly #check: PacketIdCheck;
  readonly #date: () => number;
  readonly #longIds: boolean;
  readonly #smallBlock: boolean;
  #packetId: number;
  /** Since when packets are counted, seconds since 1970; 0 with short packet ids. */
  #time = 0;
  #bytes = 0;

  /**
   * @param lastId of the packet that was sent last, for keys that are not new
   * Throws `UsageError` for keys that do not fit.
   */
  constructor(
    readonly keys: DataKeys,
    { order, replayWindow, random, date, prepare }: LiveKeyOptions,
    lastId = 0,
  ) {
    this.#packetId = lastId;
    const { cipher, digest, send, receive, derivation } = keys;
    this.#longIds = derivation === 'static';
    const header = dataHeaderOf(keys);
    const nextIv = cipher === undefined || cipher.kind === 'aead' ? () => noBytes : ivSource(cipher.cipher, random);
    const options = { header, iv: () => nextIv(0, 0), take: (length: number) => slab.take(length), prepare };
    if (cipher?.kind === 'aead') {
      this.#sealer = prepareAeadSealer(cipher, send, options);
      this.#opener = prepareAeadOpener(cipher, receive, prepare);
    } else {
      this.#sealer = prepareCbcSealer(cipher, digest, send, this.#longIds, options);
      this.#opener = prepareCbcOpener(cipher, digest, receive, this.#longIds, prepare);
    }
    this.#check = new PacketIdCheck(order, replayWindow);
    this.#date = date;
    this.#smallBlock = cipher?.cipher.blockSize === SMALL_BLOCK;
  }

  /** Long packet ids begin anew by themselves. */
  get worn(): boolean {
    if (this.#longIds) return false;
    return this.#packetId >= NEARLY_LAST_ID || (this.#smallBlock && this.#bytes >= SMALL_BLOCK_BYTES);
  }

  room(length: number): number {
    return this.#sealer.room(length);
  }

  seal(plaintext: Uint8Array): Uint8Array | undefined {
    if (this.#packetId === LAST_ID) {
      if (!this.#longIds) return undefined;
      this.#packetId = 0;
    }
    // A later time than before: the receiver shall take 1 as new.
    if (this.#longIds && (this.#packetId === 0 || this.#time === 0)) this.#time = Math.max(Math.floor(this.#date() / 1000), this.#time + 1);
    this.#packetId++;
    this.#bytes += plaintext.length;
    return this.#sealer.seal(this.#packetId, this.#time, plaintext);
  }

  open(packet: Uint8Array): Uint8Array | DataDrop {
    const at = this.#longIds ? 0 : dataHeaderLength(packet);
    const { authentic, plaintext, packetId, time } = this.#opener.open(
      at === DATA_V2_HEADER ? packet.subarray(0, at) : noBytes,
      packet.subarray(at),
    );
    if (authentic === false) return dataDrop('authentication', this.#authenticationText(packet.length - at));
    if (plaintext === undefined || packetId === undefined) {
      return dataDrop('decryption', `what ${this.keys.cipher?.name ?? 'no cipher'} gives is no packet: another cipher or key`);
    }
    return this.#check.take(packetId, time ?? 0) ?? plaintext;
  }

  release(): void {
    this.#sealer.release();
    this.#opener.release();
  }

  #authenticationText(length: number): string {
    const { cipher, digest } = this.keys;
    const what = cipher?.kind === 'aead' ? `the tag of ${cipher.name}` : `the HMAC of ${digest?.name ?? 'none'}`;
    return `${what} does not fit ${length} bytes: another key, direction or algorithm`;
  }
}
