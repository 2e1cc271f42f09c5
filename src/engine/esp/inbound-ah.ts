import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { IntegrityKey } from '../../crypto/integrity.js';
import { AH_FIXED_LENGTH, decodeAh } from '../../wire/ah.js';
import { ahCoverage } from '../../wire/ah-coverage.js';
import type { AhLayer } from '../child-sa.js';
import { ReplayWindow, replayText } from '../shared/replay-window.js';
import { ahTransform } from './ah-transform.js';
import { type Drop, drop } from './drop.js';
import type { OpenedPayload } from './inbound-esp.js';

/** Checks packets of one inbound AH SA (RFC 4302 §3.4). */
export class InboundAh {
  readonly spi: number;
  readonly window: ReplayWindow;
  readonly #integrity: IntegrityKey;
  readonly #esn: boolean;

  /**
   * @param window packets, see `ReplayWindow`
   * @param lastSequence where it goes on, for SAs that are not new
   * Throws `UsageError` for algorithms we do not have and keys that do not fit them.
   */
  constructor(child: AhLayer, window?: number, lastSequence = 0n) {
    this.spi = child.spiIn;
    this.window = new ReplayWindow(window, lastSequence);
    this.#integrity = ahTransform(child.integrity, child.keysIn);
    this.#esn = child.esn;
  }

  /** `packet`: the whole IP packet, whose SPI is known to be ours. Never throws for what is in it. */
  open(packet: Uint8Array): OpenedPayload | Drop {
    try {
      return this.#open(packet);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return drop('too-short', error.message, this.spi);
    }
  }

  #open(packet: Uint8Array): OpenedPayload | Drop {
    const { covered, ahAt } = ahCoverage(packet);
    const reader = new ByteReader(covered.subarray(ahAt), ahAt);
    const ah = decodeAh(reader);
    const { icvLength, ivLength } = this.#integrity.integrity;
    if (ah.icv.length < icvLength) throw new DecodeError('AH ICV', ahAt + AH_FIXED_LENGTH, icvLength, ah.icv.length);
    const low = ah.sequence;
    const high = this.#esn ? this.window.highOf(low) : 0;
    const verdict = this.window.judge(high, low);
    if (verdict !== 'fresh') return drop(verdict, replayText(this.window, verdict, high, low), this.spi, low);
    const icvAt = ahAt + AH_FIXED_LENGTH;
    const icv = packet.subarray(icvAt, icvAt + icvLength);
    covered.fill(0, icvAt + ivLength, icvAt + icvLength);
    const parts = this.#esn ? [covered, new ByteWriter(4).u32(high).finish()] : [covered];
    if (this.#integrity.verify(parts, icv) !== true) return drop('icv', `the ICV of ${icvLength} bytes does not fit`, this.spi, low);
    this.window.advance(high, low);
    return { kind: 'opened', nextHeader: ah.nextHeader, payload: packet.subarray(ahAt + ah.length, covered.length), paddingOk: true };
  }
}
