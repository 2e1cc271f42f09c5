import { ESP_HEADER_LENGTH } from '../../wire/esp.js';
import type { ChildSa } from '../child-sa.js';
import { type Drop, drop } from './drop.js';
import { type EspTransform, espTransform } from './esp-transform.js';
import { ReplayWindow, replayText } from './replay-window.js';

/** Pad Length and Next Header. */
const TRAILER = 2;

/** What came out of a packet: `nextHeader` says what `payload` is. May be a view of the packet. */
export interface OpenedPayload {
  readonly kind: 'opened';
  readonly nextHeader: number;
  readonly payload: Uint8Array;
  /** Padding is 1, 2, 3, … (RFC 4303 §2.4). */
  readonly paddingOk: boolean;
}

/** Opens packets of one inbound ESP SA (RFC 4303 §3.4). Scratch memory is kept from packet to packet: nothing here is reentrant. */
export class InboundEsp {
  readonly spi: number;
  readonly window: ReplayWindow;
  readonly #transform: EspTransform;
  readonly #aad: Buffer;
  readonly #implicitIv = Buffer.alloc(8);
  readonly #high = Buffer.alloc(4);

  /**
   * @param window packets, see `ReplayWindow`
   * @param lastSequence where it goes on, for SAs that are not new
   * Throws `UsageError` for algorithms we do not have and keys that do not fit them.
   */
  constructor(child: ChildSa, window?: number, lastSequence = 0n) {
    this.spi = child.spiIn;
    this.window = new ReplayWindow(window, lastSequence);
    this.#transform = espTransform(child, child.keysIn);
    this.#aad = Buffer.alloc(child.esn ? 12 : ESP_HEADER_LENGTH);
    this.#aad.writeUInt32BE(this.spi);
  }

  /** `packet` runs from the SPI to the ICV; the SPI is known to be ours. Never throws for what is in it. */
  open(packet: Uint8Array): OpenedPayload | Drop {
    const { cipher, icvLength, esn } = this.#transform;
    const { ivLength, blockSize, name } = cipher.cipher;
    const length = packet.length - ESP_HEADER_LENGTH - ivLength - icvLength;
    if (length < TRAILER) {
      const least = ESP_HEADER_LENGTH + ivLength + TRAILER + icvLength;
      return drop('too-short', `${packet.length} bytes, ${name} needs at least ${least}`, this.spi);
    }
    const low = new DataView(packet.buffer, packet.byteOffset).getUint32(4);
    if (length % blockSize !== 0) {
      return drop('block-size', `${length} bytes of ciphertext are no multiple of the ${blockSize} that ${name} needs`, this.spi, low);
    }
    const high = esn ? this.window.highOf(low) : 0;
    const verdict = this.window.judge(high, low);
    if (verdict !== 'fresh') return drop(verdict, replayText(this.window, verdict, high, low), this.spi, low);

    const plaintext = this.#decrypt(packet, high, low, length);
    if (plaintext === undefined) return drop('icv', `the ICV of ${icvLength} bytes does not fit`, this.spi, low);
    this.window.advance(high, low);

    const room = length - TRAILER;
    const padLength = plaintext[room] as number;
    if (padLength > room) return drop('padding', `${padLength} bytes of padding where there are ${room}`, this.spi, low);
    const end = room - padLength;
    let paddingOk = true;
    for (let i = 0; i < padLength; i++) paddingOk = paddingOk && plaintext[end + i] === i + 1;
    return { kind: 'opened', nextHeader: plaintext[room + 1] as number, payload: plaintext.subarray(0, end), paddingOk };
  }

  /** Undefined when the ICV does not fit; nothing is decrypted then, but by combined ciphers, which find out on the way. */
  #decrypt(packet: Uint8Array, high: number, low: number, length: number): Uint8Array | undefined {
    const { cipher, integrity, icvLength, esn } = this.#transform;
    const { ivLength, implicitIv, icvLength: ownIcv } = cipher.cipher;
    const bodyAt = ESP_HEADER_LENGTH + ivLength;
    const iv = implicitIv ? this.#wholeSequence(high, low) : packet.subarray(ESP_HEADER_LENGTH, bodyAt);
    const ciphertext = packet.subarray(bodyAt, bodyAt + length);
    const icv = packet.subarray(bodyAt + length);
    if (ownIcv > 0) {
      const aad = this.#aad;
      if (esn) aad.writeUInt32BE(high, 4);
      aad.writeUInt32BE(low, aad.length - 4);
      const opened = cipher.decrypt(iv, ciphertext, aad, icv);
      return opened.authentic ? opened.plaintext : undefined;
    }
    const covered = packet.subarray(0, bodyAt + length);
    if (icvLength > 0) {
      this.#high.writeUInt32BE(high);
      if (integrity.verify(esn ? [covered, this.#high] : [covered], icv) !== true) return undefined;
    }
    return cipher.decrypt(iv, ciphertext, covered, icv).plaintext;
  }

  /** RFC 8750 §4. */
  #wholeSequence(high: number, low: number): Uint8Array {
    this.#implicitIv.writeUInt32BE(high, 0);
    this.#implicitIv.writeUInt32BE(low, 4);
    return this.#implicitIv;
  }
}
