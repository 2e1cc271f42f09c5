import { noBytes, type PrepareCipher, prepareCipher } from '../../crypto/cipher.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { ESP_HEADER_LENGTH } from '../../wire/esp.js';
import type { ChildSa } from '../child-sa.js';
import { type IvSource, ivSource } from '../shared/iv-source.js';
import { PacketSlab } from '../shared/packet-slab.js';
import { type EspTransform, espTransform } from './esp-transform.js';
import { SequenceCounter } from './sequence-counter.js';

/** Pad Length and Next Header. */
const TRAILER = 2;
/** The trailer ends on a word, whatever the cipher (RFC 4303 §2.4). */
const WORD = 4;

/** One for all SAs: a server has thousands, and few send at a time. */
const slab = new PacketSlab();

/** Seals packets of one outbound ESP SA (RFC 4303 §3.3). Scratch memory is kept from packet to packet: nothing here is reentrant. */
export class OutboundEsp {
  readonly kind = 'esp';
  readonly spi: number;
  readonly sequence: SequenceCounter;
  readonly #transform: EspTransform;
  readonly #iv: IvSource;
  readonly #aad: Buffer;
  readonly #high = Buffer.alloc(4);
  readonly #align: number;
  #plain = Buffer.alloc(0);

  /**
   * @param lastSequence where it goes on, for SAs that are not new
   * Throws `UsageError` for algorithms we do not have and keys that do not fit them.
   */
  constructor(child: ChildSa, random: RandomSource, lastSequence = 0n, prepare: PrepareCipher = prepareCipher) {
    this.spi = child.spiOut;
    this.sequence = new SequenceCounter(child.esn, lastSequence);
    this.#transform = espTransform(child, child.keysOut, prepare);
    const { cipher } = this.#transform.cipher;
    this.#iv = ivSource(cipher, random);
    this.#align = Math.max(WORD, cipher.blockSize);
    // SPI and sequence number, with the upper half between them under ESN (RFC 4106 §5, RFC 4309 §5).
    this.#aad = Buffer.alloc(child.esn ? 12 : ESP_HEADER_LENGTH);
    this.#aad.writeUInt32BE(this.spi);
  }

  /** Forgets the key. */
  release(): void {
    this.#transform.cipher.release?.();
  }

  /**
   * The ESP packet from SPI to ICV, the receiver's to keep; undefined when the sequence numbers are used up.
   * @param padded length up to which zeroes follow the payload (RFC 4303 §2.7): only where the payload itself tells its length
   */
  seal(payload: Uint8Array, nextHeader: number, padded = 0): Uint8Array | undefined {
    if (!this.sequence.next()) return undefined;
    const { high, low } = this.sequence;
    const { cipher, integrity, icvLength, esn } = this.#transform;
    const { ivLength, implicitIv, icvLength: ownIcv } = cipher.cipher;
    const plaintext = this.#pad(payload, nextHeader, padded);
    const iv = this.#iv(high, low);
    const aad = this.#aad;
    if (esn) aad.writeUInt32BE(high, 4);
    aad.writeUInt32BE(low, aad.length - 4);

    const sealed = cipher.encrypt(iv, plaintext, aad);
    const icvAt = ESP_HEADER_LENGTH + ivLength + sealed.ciphertext.length;
    const packet = slab.take(icvAt + icvLength);
    // The first and the last word of the AAD: SPI and sequence number.
    packet.set(aad.subarray(0, 4));
    packet.set(aad.subarray(aad.length - 4), 4);
    if (!implicitIv) packet.set(iv, ESP_HEADER_LENGTH);
    packet.set(sealed.ciphertext, ESP_HEADER_LENGTH + ivLength);
    if (ownIcv > 0) packet.set(sealed.icv, icvAt);
    else if (icvLength > 0) {
      const parts = [packet.subarray(0, icvAt)];
      if (esn) {
        this.#high.writeUInt32BE(high);
        parts.push(this.#high);
      }
      packet.set(integrity.compute(parts, noBytes), icvAt);
    }
    return packet;
  }

  /** Payload, padding and trailer in the scratch memory. */
  #pad(payload: Uint8Array, nextHeader: number, padded: number): Uint8Array {
    const length = Math.max(payload.length, padded);
    const align = this.#align;
    const end = Math.ceil((length + TRAILER) / align) * align;
    if (end > this.#plain.length) this.#plain = Buffer.alloc(end * 2);
    const plain = this.#plain;
    const padLength = end - TRAILER - length;
    plain.set(payload);
    if (length > payload.length) plain.fill(0, payload.length, length);
    for (let i = 0; i < padLength; i++) plain[length + i] = i + 1;
    plain[end - 2] = padLength;
    plain[end - 1] = nextHeader;
    return plain.subarray(0, end);
  }
}
