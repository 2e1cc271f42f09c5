import { DecodeError, UsageError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { EspSaKeys, KeyRing } from '../keys/key-ring.js';
import type { EspPlain } from './esp.js';
import { EspDecryptor } from './esp-decryptor.js';
import { Recent } from './recent.js';

/** SAs followed at once; the one unused for longest goes first. */
const MAX_SAS = 4096;

/** What was opened, and with whose keys. */
export interface OpenedEsp {
  readonly plain: EspPlain;
  readonly keys: EspSaKeys;
}

/** Opens ESP packets of a capture with the keys of a ring: finds the keys of each SA once and keeps them ready. */
export class EspOpener {
  readonly #ring: KeyRing;
  readonly #sas = new Recent<string, EspDecryptor[]>(MAX_SAS);
  /** Keys that could not be used, each said once. */
  readonly refusals: string[] = [];

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /**
   * `packet` runs from the SPI to the end of the ICV. Undefined when there are no keys for it. With several candidates the one whose
   * ICV fits wins, then the one that looks right. Throws `DecodeError` when the packet is too short for its algorithms.
   */
  open(src: string, dst: string, packet: Uint8Array): OpenedEsp | undefined {
    const spi = new ByteReader(packet).u32('SPI');
    const candidates = this.#candidates(src, dst, spi);
    const [only] = candidates;
    if (only === undefined) return undefined;
    if (candidates.length === 1) return { plain: only.decrypt(packet), keys: only.keys };
    let best: OpenedEsp | undefined;
    let refusal: DecodeError | undefined;
    for (const [i, candidate] of candidates.entries()) {
      let plain: EspPlain;
      try {
        plain = candidate.decrypt(packet);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        refusal = error;
        continue;
      }
      if (plain.icv === 'good') {
        // The others will hardly be needed again: this one is asked first from now on.
        if (i > 0) candidates.unshift(...candidates.splice(i, 1));
        return { plain, keys: candidate.keys };
      }
      if (best === undefined || (plain.plausible && !best.plain.plausible)) best = { plain, keys: candidate.keys };
    }
    if (best === undefined) throw refusal;
    return best;
  }

  #candidates(src: string, dst: string, spi: number): EspDecryptor[] {
    return this.#sas.use(`${src}>${dst}/${spi}`, () => this.#ring.findEsp(src, dst, spi).flatMap((keys) => this.#prepare(keys)));
  }

  #prepare(keys: EspSaKeys): EspDecryptor[] {
    try {
      return [new EspDecryptor(keys)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const text = `${keys.origin.file}:${keys.origin.line}: ${error.message}`;
      if (!this.refusals.includes(text)) this.refusals.push(text);
      return [];
    }
  }
}
