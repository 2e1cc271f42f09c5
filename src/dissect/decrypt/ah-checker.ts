import { UsageError } from '../../bytes/errors.js';
import type { AhSaKeys, KeyRing } from '../keys/key-ring.js';
import { type AhChecked, checkAh, type PreparedAh, prepareAh } from './ah.js';
import { Recent } from './recent.js';

/** SAs followed at once; the one unused for longest goes first. */
const MAX_SAS = 1024;

/** One SA, and the upper half of the sequence number that fitted last. */
interface Followed {
  readonly sa: PreparedAh;
  high: number | undefined;
}

/** Checks AH of a capture with the keys of a ring: finds the keys of each SA once, and whether sequence numbers are extended. */
export class AhChecker {
  readonly #ring: KeyRing;
  readonly #sas = new Recent<string, readonly Followed[]>(MAX_SAS);

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** `datagram`: the whole IP packet around the AH header. Undefined when there are no keys for it. Throws `DecodeError`. */
  check(src: string, dst: string, spi: number, datagram: Uint8Array): AhChecked | undefined {
    let best: AhChecked | undefined;
    for (const followed of this.#candidates(src, dst, spi)) {
      const { esn } = followed.sa.keys;
      const high = followed.high ?? 0;
      const readings = esn === false ? [undefined] : [...(esn === true ? [] : [undefined]), high, high + 1, Math.max(0, high - 1)];
      // What fitted last comes first.
      if (followed.high !== undefined) readings.unshift(followed.high);
      for (const reading of readings) {
        const checked = checkAh(followed.sa, datagram, reading);
        best ??= checked;
        if (checked.icv === 'bad') continue;
        followed.high = reading;
        return checked;
      }
    }
    return best;
  }

  #candidates(src: string, dst: string, spi: number): readonly Followed[] {
    return this.#sas.use(`${src}>${dst}/${spi}`, () => this.#ring.findAh(src, dst, spi).flatMap(follow));
  }
}

function follow(keys: AhSaKeys): readonly Followed[] {
  try {
    return [{ sa: prepareAh(keys), high: keys.esn === true ? 0 : undefined }];
  } catch (error) {
    // Lengths were checked when the keys were read; keys made otherwise are simply not usable here.
    if (error instanceof UsageError) return [];
    throw error;
  }
}
