import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { IntegrityKey } from '../../crypto/integrity.js';
import { decodeAh } from '../../wire/ah.js';
import { ahCoverage } from '../../wire/ah-coverage.js';
import type { AhSaKeys } from '../keys/key-ring.js';
import { type IcvVerdict, verdictOf } from './verdict.js';

/** An AH header checked against the packet around it. */
export interface AhChecked {
  readonly spi: number;
  readonly sequence: number;
  /** Upper 32 bits under which the ICV was computed; undefined without ESN. */
  readonly sequenceHigh?: number;
  readonly nextHeader: number;
  readonly icv: IcvVerdict;
  /** As long as the algorithm makes it; padding behind it left out. */
  readonly icvBytes: Uint8Array;
  /** What AH protects, behind its header. */
  readonly payload: Uint8Array;
}

export interface PreparedAh {
  readonly keys: AhSaKeys;
  readonly integrity: IntegrityKey;
}

/** Throws `UsageError` when the key does not fit its algorithm. */
export function prepareAh(keys: AhSaKeys): PreparedAh {
  return { keys, integrity: keys.integrity.prepare(keys.integrityKey.reveal(), keys.integritySalt.reveal()) };
}

/**
 * Recomputes the ICV of the first AH header of an IP packet (RFC 4302 §3.3.3). `packet`: from the first byte of the IPv4 or IPv6
 * header, whole and reassembled. `sequenceHigh`: upper half of an extended sequence number, undefined without ESN. A wrong ICV is
 * a verdict; `DecodeError` when there is no AH in it or lengths cannot be.
 */
export function checkAh(sa: PreparedAh, packet: Uint8Array, sequenceHigh: number | undefined): AhChecked {
  const { covered, ahAt } = ahCoverage(packet);
  const reader = new ByteReader(covered.subarray(ahAt), ahAt);
  const ah = decodeAh(reader);
  const payload = packet.subarray(reader.offset, covered.length);
  const { icvLength, ivLength } = sa.integrity.integrity;
  if (ah.icv.length < icvLength) throw new DecodeError('AH ICV', ahAt + 12, icvLength, ah.icv.length);
  const icvBytes = packet.slice(ahAt + 12, ahAt + 12 + icvLength);
  // The padding behind the ICV is covered as sent (§3.3.3.2.1), and GMAC's IV in front of it; the ICV itself as zero.
  covered.fill(0, ahAt + 12 + ivLength, ahAt + 12 + icvLength);
  const parts = [covered];
  if (sequenceHigh !== undefined) {
    const high = new Uint8Array(4);
    new DataView(high.buffer).setUint32(0, sequenceHigh);
    parts.push(high);
  }
  return {
    spi: ah.spi,
    sequence: ah.sequence,
    ...(sequenceHigh === undefined ? {} : { sequenceHigh }),
    nextHeader: ah.nextHeader,
    icv: verdictOf(sa.integrity.verify(parts, icvBytes)),
    icvBytes,
    payload,
  };
}
