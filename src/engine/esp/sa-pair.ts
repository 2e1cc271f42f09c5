import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { PrepareCipher } from '../../crypto/cipher.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { decodeIpcomp } from '../../wire/ipcomp.js';
import { deflateIpcomp, inflateIpcomp } from '../../wire/ipcomp-deflate.js';
import type { ChildSa } from '../child-sa.js';
import { type Drop, drop } from './drop.js';
import { InboundAh } from './inbound-ah.js';
import { InboundEsp } from './inbound-esp.js';
import { OutboundAh } from './outbound-ah.js';
import { OutboundEsp } from './outbound-esp.js';
import { SaCounts, type SaStatistics } from './sa-counts.js';
import { SelectorPair } from './selector-pair.js';

/** Packets in a row that did not shrink before compression rests, and for how many packets (RFC 3173 §2.2 advises to adapt). */
const GIVE_UP_AFTER = 8;
const REST = 64;

/** One CHILD_SA at work: both directions, its selectors and counters. */
export class SaPair {
  readonly inbound: InboundEsp | InboundAh;
  readonly outbound: OutboundEsp | OutboundAh;
  readonly selectors: SelectorPair;
  readonly inCounts = new SaCounts();
  readonly outCounts = new SaCounts();
  #fruitless = 0;

  /**
   * @param sending false while an older pair still sends in its stead
   * Throws `UsageError` for algorithms we do not have and keys that do not fit them.
   */
  constructor(
    readonly child: ChildSa,
    random: RandomSource,
    replayWindow: number | undefined,
    public sending: boolean,
    prepare?: PrepareCipher,
  ) {
    const esp = child.protocol === 'esp';
    this.inbound = esp ? new InboundEsp(child, replayWindow, 0n, prepare) : new InboundAh(child, replayWindow);
    this.outbound = esp ? new OutboundEsp(child, random, 0n, prepare) : new OutboundAh(child, random);
    this.selectors = new SelectorPair(child.localSelectors, child.remoteSelectors);
  }

  /** The payload behind an IPComp header; undefined where it goes as it is. */
  compress(payload: Uint8Array, nextHeader: number): Uint8Array | undefined {
    const { compression } = this.child;
    if (compression?.algorithm !== 'DEFLATE') return undefined;
    if (this.#fruitless >= GIVE_UP_AFTER) {
      this.#fruitless = this.#fruitless < GIVE_UP_AFTER + REST ? this.#fruitless + 1 : 0;
      return undefined;
    }
    const compressed = deflateIpcomp(payload, nextHeader, compression.cpiOut);
    this.#fruitless = compressed === undefined ? this.#fruitless + 1 : 0;
    if (compressed !== undefined) this.outCounts.compressed++;
    return compressed;
  }

  /** `packet` from the IPComp header on. What comes out is bounded by the size of an IP packet. */
  decompress(packet: Uint8Array): { readonly kind: 'plain'; readonly nextHeader: number; readonly payload: Uint8Array } | Drop {
    const { compression, spiIn } = this.child;
    try {
      const { nextHeader, cpi } = decodeIpcomp(new ByteReader(packet));
      if (cpi !== compression?.cpiIn) {
        const agreed = compression === undefined ? 'no compression was agreed' : `${compression.cpiIn} was agreed`;
        return drop('compression', `IPComp with CPI ${cpi}, and ${agreed}`, spiIn);
      }
      const payload = inflateIpcomp(packet);
      if (payload === undefined) return drop('compression', `${packet.length} bytes of IPComp are no DEFLATE stream`, spiIn);
      this.inCounts.compressed++;
      return { kind: 'plain', nextHeader, payload };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return drop('compression', error.message, spiIn);
    }
  }

  /** Forgets the keys. */
  release(): void {
    for (const end of [this.inbound, this.outbound]) if ('release' in end) end.release();
  }

  /** Inbound, outbound. */
  statistics(): readonly SaStatistics[] {
    const { protocol, spiIn, spiOut } = this.child;
    const { topHigh, topLow } = this.inbound.window;
    const inLast = (BigInt(topHigh) << 32n) | BigInt(topLow);
    return [
      { protocol, direction: 'in', spi: spiIn, lastSequence: inLast, ...this.inCounts.snapshot() },
      { protocol, direction: 'out', spi: spiOut, lastSequence: this.outbound.sequence.last, ...this.outCounts.snapshot() },
    ];
  }
}
