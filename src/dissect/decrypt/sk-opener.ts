import { DecodeError, UsageError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import type { Ikev2SaKeys, KeyRing } from '../keys/key-ring.js';
import { decryptSk, type PreparedSk, prepareSk, type SkPlain } from './ikev2.js';
import { Recent } from './recent.js';

/** IKE SA directions followed at once; the one unused for longest goes first. */
const MAX_SAS = 1024;
/** Bit of the header's flags: sent by the original initiator (RFC 7296 §3.1). */
const INITIATOR = 0x08;

/** `named`: the keys tell the SPIs they belong to. */
interface Candidate extends PreparedSk {
  readonly named: boolean;
}

/** Opens the encrypted payloads of IKEv2 messages with the keys of a ring. */
export class SkOpener {
  readonly #ring: KeyRing;
  readonly #sas = new Recent<string, readonly Candidate[]>(MAX_SAS);

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /**
   * `message` from its first SPI to its end, `payloadAt` the offset of the SK or SKF payload's generic header. Undefined when there
   * are no keys for it. With several candidates the one whose ICV fits wins. Throws `DecodeError` when lengths cannot be.
   */
  open(message: Uint8Array, payloadAt: number, kind: 'SK' | 'SKF'): SkPlain | undefined {
    const header = new ByteReader(message);
    const spiI = toHex(header.bytes(8, "Initiator's SPI"));
    const spiR = toHex(header.bytes(8, "Responder's SPI"));
    header.skip(3, 'next payload, version, exchange type');
    const fromInitiator = (header.u8('flags') & INITIATOR) !== 0;
    const candidates = this.#candidates(spiI, spiR, fromInitiator);
    let best: SkPlain | undefined;
    let refusal: DecodeError | undefined;
    for (const candidate of candidates) {
      let plain: SkPlain;
      try {
        plain = decryptSk(candidate, message, payloadAt, kind);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        refusal = error;
        continue;
      }
      if (plain.icv === 'good') return plain;
      // Keys that name no SPI are only believed when the result is.
      if (candidate.named || plain.plausible) best = best?.plausible === true ? best : plain;
    }
    if (best === undefined && refusal !== undefined && candidates.some((candidate) => candidate.named)) throw refusal;
    return best;
  }

  #candidates(spiI: string, spiR: string, fromInitiator: boolean): readonly Candidate[] {
    return this.#sas.use(`${spiI}/${spiR}/${fromInitiator}`, () => this.#ring.findIkev2(spiI, spiR, fromInitiator).flatMap(candidateOf));
  }
}

function candidateOf(keys: Ikev2SaKeys): readonly Candidate[] {
  try {
    return [{ ...prepareSk(keys), named: keys.spiI !== undefined }];
  } catch (error) {
    // Lengths were checked when the keys were read; keys made otherwise are simply not usable here.
    if (error instanceof UsageError) return [];
    throw error;
  }
}
