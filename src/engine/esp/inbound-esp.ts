import { type PrepareCipher, prepareCipher } from '../../crypto/cipher.js';
import { ESP_HEADER_LENGTH } from '../../wire/esp.js';
import type { ChildSa } from '../child-sa.js';
import { ReplayWindow, replayText } from '../shared/replay-window.js';
import { type Drop, drop } from './drop.js';
import { type EspTransform, espTransform } from './esp-transform.js';

/** Pad Length and Next Header. */
const TRAILER = 2;
/** Sent with 96 bits of ICV by some, before RFC 4868 said 128. */
const SHA2_256 = 'AUTH_HMAC_SHA2_256_128';
const CUT_ICV = 12;
/** Packets with a wrong ICV that are tried the other way about ESN. */
const TRIES_OTHERWISE = 4;

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
  readonly #aad = Buffer.alloc(ESP_HEADER_LENGTH);
  readonly #extendedAad = Buffer.alloc(ESP_HEADER_LENGTH + 4);
  readonly #implicitIv = Buffer.alloc(8);
  readonly #high = Buffer.alloc(4);
  #triedOtherwise = 0;

  /**
   * @param window packets, see `ReplayWindow`
   * @param lastSequence where it goes on, for SAs that are not new
   * Throws `UsageError` for algorithms we do not have and keys that do not fit them.
   */
  constructor(child: ChildSa, window?: number, lastSequence = 0n, prepare: PrepareCipher = prepareCipher) {
    this.spi = child.spiIn;
    this.window = new ReplayWindow(window, lastSequence);
    this.#transform = espTransform(child, child.keysIn, prepare);
    this.#aad.writeUInt32BE(this.spi);
    this.#extendedAad.writeUInt32BE(this.spi);
  }

  /** Forgets the key. */
  release(): void {
    this.#transform.cipher.release?.();
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
    if (length % blockSize !== 0) return drop('block-size', this.#blockText(length), this.spi, low);
    const high = esn ? this.window.highOf(low) : undefined;
    const verdict = this.window.judge(high ?? 0, low);
    if (verdict !== 'fresh') return drop(verdict, replayText(this.window, verdict, high ?? 0, low), this.spi, low);

    const plaintext = this.#decrypt(packet, high, low, length);
    if (plaintext === undefined) return drop('icv', this.#icvText(packet, low, length), this.spi, low);
    this.window.advance(high ?? 0, low);

    const room = length - TRAILER;
    const padLength = plaintext[room] as number;
    if (padLength > room) return drop('padding', `${padLength} bytes of padding where there are ${room}`, this.spi, low);
    const end = room - padLength;
    let paddingOk = true;
    for (let i = 0; i < padLength; i++) paddingOk = paddingOk && plaintext[end + i] === i + 1;
    return { kind: 'opened', nextHeader: plaintext[room + 1] as number, payload: plaintext.subarray(0, end), paddingOk };
  }

  /**
   * Undefined when the ICV does not fit; nothing is decrypted then, but by combined ciphers, which find out on the way.
   * @param high undefined without ESN
   */
  #decrypt(packet: Uint8Array, high: number | undefined, low: number, length: number): Uint8Array | undefined {
    const { cipher, integrity, icvLength } = this.#transform;
    const { ivLength, implicitIv, icvLength: ownIcv } = cipher.cipher;
    const bodyAt = ESP_HEADER_LENGTH + ivLength;
    const iv = implicitIv ? this.#wholeSequence(high ?? 0, low) : packet.subarray(ESP_HEADER_LENGTH, bodyAt);
    const ciphertext = packet.subarray(bodyAt, bodyAt + length);
    const icv = packet.subarray(bodyAt + length);
    if (ownIcv > 0) {
      const aad = high === undefined ? this.#aad : this.#extendedAad;
      if (high !== undefined) aad.writeUInt32BE(high, 4);
      aad.writeUInt32BE(low, aad.length - 4);
      const opened = cipher.decrypt(iv, ciphertext, aad, icv);
      return opened.authentic ? opened.plaintext : undefined;
    }
    const covered = packet.subarray(0, bodyAt + length);
    if (icvLength > 0) {
      const parts = [covered];
      if (high !== undefined) {
        this.#high.writeUInt32BE(high);
        parts.push(this.#high);
      }
      if (integrity.verify(parts, icv) !== true) return undefined;
    }
    return cipher.decrypt(iv, ciphertext, covered, icv).plaintext;
  }

  /** Ends that disagree about how long the ICV is. */
  #blockText(length: number): string {
    const { cipher, integrity, icvLength } = this.#transform;
    const { blockSize, name } = cipher.cipher;
    const text = `${length} bytes of ciphertext are no multiple of the ${blockSize} that ${name} needs`;
    const cut = integrity.integrity.name === SHA2_256 && (length + icvLength - CUT_ICV) % blockSize === 0;
    return cut ? `${text}: the peer cuts the ICV of SHA-256 to ${CUT_ICV} bytes, as Linux before 2.6.33 did` : text;
  }

  /** Ends that disagree about ESN look like wrong keys: the first few packets are tried the other way. */
  #icvText(packet: Uint8Array, low: number, length: number): string {
    const { icvLength, esn } = this.#transform;
    const text = `the ICV of ${icvLength} bytes does not fit`;
    if (this.#triedOtherwise >= TRIES_OTHERWISE) return text;
    this.#triedOtherwise++;
    if (this.#decrypt(packet, esn ? undefined : 0, low, length) === undefined) return text;
    return `${text}: the peer ${esn ? 'does not use' : 'uses'} extended sequence numbers (ESN), we ${esn ? 'do' : 'do not'}`;
  }

  /** RFC 8750 §4. */
  #wholeSequence(high: number, low: number): Uint8Array {
    this.#implicitIv.writeUInt32BE(high, 0);
    this.#implicitIv.writeUInt32BE(low, 4);
    return this.#implicitIv;
  }
}
