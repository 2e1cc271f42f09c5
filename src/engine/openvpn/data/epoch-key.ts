import { noBytes } from '../../../crypto/cipher.js';
import type { OpenvpnCipher } from '../../../keymat/openvpn-algorithms.js';
import { EpochOpener, EpochSealer, LAST_EPOCH } from '../../../keymat/openvpn-epoch.js';
import { PacketSlab } from '../../shared/packet-slab.js';
import type { DataKeys } from '../data-keys.js';
import { DATA_V2_HEADER, dataHeaderLength, dataHeaderOf } from './data-header.js';
import { type DataDrop, dataDrop } from './drop.js';
import type { KeyAtWork } from './key-at-work.js';
import type { LiveKeyOptions } from './live-key.js';
import { PacketIdCheck } from './packet-id-check.js';

/** `packet_id.h`: the last of an epoch. */
const LAST_ID = 2 ** 48 - 1;
/** Here new keys are asked for (`ssl.c`, `should_trigger_renegotiation`). */
const NEARLY_LAST_EPOCH = 0xf000;
/** Blocks and packets that one key of AES-GCM protects (`crypto.c`, `cipher_get_aead_limits`); ChaCha20 has no such end. */
const GCM_LIMIT = 2 ** 36 - 1;
const BLOCK = 16;

/** One for all keys: a server has thousands, and few send at a time. */
const slab = new PacketSlab();

/** What one epoch was used for. */
interface Usage {
  packets: number;
  blocks: number;
}

/** A key with epochs at work: when one is used up, or the peer has gone on, the next takes its place without a word. */
export class EpochKey implements KeyAtWork {
  readonly #sealer: EpochSealer;
  readonly #opener: EpochOpener;
  readonly #newCheck: () => PacketIdCheck;
  readonly #limit: number;
  readonly #sent: Usage = { packets: 0, blocks: 0 };
  readonly #received: Usage = { packets: 0, blocks: 0 };
  #epoch = 1;
  #check: PacketIdCheck;
  /** Of the epoch before the one the peer sends with. */
  #checkBefore: { readonly epoch: number; readonly check: PacketIdCheck } | undefined;

  /** @param limit blocks and packets of an epoch; that of the cipher unless given */
  constructor(
    readonly keys: DataKeys & { readonly cipher: OpenvpnCipher; readonly peerId: number },
    { order, replayWindow, prepare }: LiveKeyOptions,
    limit?: number,
  ) {
    const { cipher, send, receive } = keys;
    this.#sealer = new EpochSealer(cipher, send, { header: dataHeaderOf(keys), take: (length) => slab.take(length), prepare });
    this.#opener = new EpochOpener(cipher, receive, prepare);
    this.#newCheck = () => new PacketIdCheck(order, replayWindow);
    this.#check = this.#newCheck();
    this.#limit = limit ?? (cipher.name.endsWith('GCM') ? GCM_LIMIT : Number.POSITIVE_INFINITY);
  }

  get worn(): boolean {
    return this.#sealer.epoch >= NEARLY_LAST_EPOCH;
  }

  room(length: number): number {
    return this.#sealer.room(length);
  }

  seal(plaintext: Uint8Array): Uint8Array | undefined {
    const sent = this.#sent;
    if (sent.packets === LAST_ID || this.#isUsedUp(sent) || (this.#sealer.epoch === this.#epoch && this.#isUsedUp(this.#received)))
      this.#goOnTo(this.#sealer.epoch + 1);
    if (sent.packets === LAST_ID) return undefined;
    sent.packets++;
    const packet = this.#sealer.seal(sent.packets, 0, plaintext);
    sent.blocks += Math.ceil(packet.length / BLOCK);
    return packet;
  }

  open(packet: Uint8Array): Uint8Array | DataDrop {
    const at = dataHeaderLength(packet);
    const body = packet.subarray(at);
    const { authentic, plaintext, packetId, epoch } = this.#opener.open(at === DATA_V2_HEADER ? packet.subarray(0, at) : noBytes, body);
    if (authentic !== true || plaintext === undefined || packetId === undefined || epoch === undefined) {
      const { cipher } = this.keys;
      return dataDrop(
        'authentication',
        `the tag of ${cipher.name} does not fit ${body.length} bytes of ${epoch === undefined ? 'no epoch' : `epoch ${epoch}`}, the last good one was ${this.#epoch}: another key or algorithm`,
      );
    }
    const check = this.#checkOf(epoch);
    this.#received.packets++;
    this.#received.blocks += Math.ceil(packet.length / BLOCK);
    return check.take(packetId, 0) ?? plaintext;
  }

  release(): void {
    this.#sealer.release();
    this.#opener.release();
  }

  #isUsedUp({ packets, blocks }: Usage): boolean {
    return packets + blocks > this.#limit;
  }

  /** Of an authentic packet: its sender may have gone on, and then we do too. */
  #checkOf(epoch: number): PacketIdCheck {
    if (epoch === this.#epoch) return this.#check;
    if (epoch === this.#checkBefore?.epoch) return this.#checkBefore.check;
    this.#checkBefore = { epoch: this.#epoch, check: this.#check };
    this.#check = this.#newCheck();
    this.#epoch = epoch;
    Object.assign(this.#received, { packets: 0, blocks: 0 });
    this.#goOnTo(epoch);
    return this.#check;
  }

  #goOnTo(epoch: number): void {
    if (epoch <= this.#sealer.epoch || epoch > LAST_EPOCH) return;
    this.#sealer.goOnTo(epoch);
    Object.assign(this.#sent, { packets: 0, blocks: 0 });
  }
}
