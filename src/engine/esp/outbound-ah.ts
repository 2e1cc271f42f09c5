import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { IntegrityKey } from '../../crypto/integrity.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { AH_FIXED_LENGTH, encodeAh } from '../../wire/ah.js';
import { ahCoverage } from '../../wire/ah-coverage.js';
import { encodeIpPacket } from '../../wire/ip/ip-packet.js';
import { PROTOCOL_AH } from '../../wire/ip/protocols.js';
import type { AhLayer } from '../child-sa.js';
import { ahTransform, type OuterAddresses } from './ah-transform.js';
import { SequenceCounter } from './sequence-counter.js';

/** Seals packets of one outbound AH SA (RFC 4302 §3.3). The ICV covers the outer header, which is therefore made here. */
export class OutboundAh {
  readonly kind = 'ah';
  readonly spi: number;
  readonly sequence: SequenceCounter;
  readonly #integrity: IntegrityKey;
  readonly #esn: boolean;
  readonly #ivMask: Uint8Array;
  #identification: number;

  /**
   * @param lastSequence where it goes on, for SAs that are not new
   * Throws `UsageError` for algorithms we do not have and keys that do not fit them.
   */
  constructor(child: AhLayer, random: RandomSource, lastSequence = 0n) {
    this.spi = child.spiOut;
    this.sequence = new SequenceCounter(child.esn, lastSequence);
    this.#integrity = ahTransform(child.integrity, child.keysOut);
    this.#esn = child.esn;
    this.#ivMask = random(8);
    this.#identification = new ByteReader(random(2)).u16('identification');
  }

  /** The whole IP packet, outer header in front; undefined when the sequence numbers are used up. */
  seal(payload: Uint8Array, nextHeader: number, outer: OuterAddresses): Uint8Array | undefined {
    if (!this.sequence.next()) return undefined;
    const { high, low } = this.sequence;
    const { icvLength, ivLength } = this.#integrity.integrity;
    // The header ends on a word of IPv4, on a double word of IPv6 (RFC 4302 §2.6).
    const align = outer.local.includes(':') ? 8 : 4;
    const ahLength = Math.ceil((AH_FIXED_LENGTH + icvLength) / align) * align;
    const writer = new ByteWriter(ahLength + payload.length);
    const icv = new Uint8Array(ahLength - AH_FIXED_LENGTH);
    const iv = this.#iv(ivLength, high, low);
    icv.set(iv);
    encodeAh({ kind: 'ah', nextHeader, length: ahLength, spi: this.spi, sequence: low, icv }, writer);
    // Routers count the header checksum, flags and time to live anew; the identification is covered, and zero would be filled in by the kernel.
    this.#identification = (this.#identification % 0xffff) + 1;
    const packet = encodeIpPacket({
      src: outer.local,
      dst: outer.remote,
      protocol: PROTOCOL_AH,
      payload: writer.bytes(payload).finish(),
      identification: this.#identification,
    });
    const { covered, ahAt } = ahCoverage(packet);
    const parts = this.#esn ? [covered, new ByteWriter(4).u32(high).finish()] : [covered];
    packet.set(this.#integrity.compute(parts, iv), ahAt + AH_FIXED_LENGTH);
    return packet;
  }

  /** GMAC: the sequence number mixed with a mask, never twice (RFC 4543 §3.2). */
  #iv(length: number, high: number, low: number): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    const counter = new ByteWriter(8).u32(high).u32(low).finish();
    return counter.map((byte, i) => byte ^ (this.#ivMask[i] as number));
  }
}
