import type { EspSaKeys } from '../keys/key-ring.js';
import { decryptEsp, type EspPlain, type PreparedEsp, prepareEsp } from './esp.js';

/** Packets in a row that must fail before the other readings of the sequence number are no longer tried. */
const GIVE_UP = 16;

/**
 * One SA over its packets in the order captured: keeps keyed ciphers, and finds out whether the peers use extended sequence
 * numbers and which upper half holds, where the keys do not say (RFC 4303 §2.2.1: it is never sent).
 */
export class EspDecryptor {
  readonly #sa: PreparedEsp;
  #esn: boolean | undefined;
  #high: number;
  #lastLow = 0;
  #failures = 0;

  /** Throws `UsageError` when a key does not fit its algorithm. */
  constructor(keys: EspSaKeys) {
    this.#sa = prepareEsp(keys);
    this.#esn = keys.esn;
    this.#high = keys.sequenceHigh ?? 0;
  }

  get keys(): EspSaKeys {
    return this.#sa.keys;
  }

  /** See `decryptEsp`. */
  decrypt(packet: Uint8Array): EspPlain {
    const [first, ...others] = this.#readings(packet);
    let best = decryptEsp(this.#sa, packet, first);
    if (best.icv === 'bad' && this.#failures < GIVE_UP) {
      for (const reading of others) {
        const other = decryptEsp(this.#sa, packet, reading);
        if (other.icv === 'good') {
          best = other;
          break;
        }
      }
    }
    if (best.icv === 'bad') this.#failures++;
    if (best.icv === 'good') this.#learn(best);
    return best;
  }

  #learn(good: EspPlain): void {
    this.#failures = 0;
    this.#esn = good.sequenceHigh !== undefined;
    if (good.sequenceHigh === undefined) return;
    // A late packet from before a wrap must not turn the upper half back.
    if (good.sequenceHigh >= this.#high) {
      this.#high = good.sequenceHigh;
      this.#lastLow = good.sequence;
    }
  }

  /** Upper halves worth trying, the likeliest first; undefined stands for no ESN. */
  #readings(packet: Uint8Array): readonly (number | undefined)[] {
    if (this.#esn === false) return [undefined];
    const high = this.#high;
    const low = packet.length >= 8 ? new DataView(packet.buffer, packet.byteOffset, 8).getUint32(4) : 0;
    const wrapped = low < this.#lastLow && this.#lastLow - low > 0x80000000;
    const late = low > this.#lastLow && low - this.#lastLow > 0x80000000 && high > 0;
    const likely = wrapped ? high + 1 : late ? high - 1 : high;
    const halves = [...new Set([likely, high, high + 1, Math.max(0, high - 1), 0])].filter((half) => half <= 0xffffffff);
    return this.#esn === true ? halves : [undefined, ...halves];
  }
}
