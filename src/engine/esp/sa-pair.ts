import { DecodeError } from '../../bytes/errors.js';
import { hexNumber } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import type { PrepareCipher } from '../../crypto/cipher.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { decodeEsp, ESP_HEADER_LENGTH } from '../../wire/esp.js';
import { ipProtocols, PROTOCOL_ESP } from '../../wire/ip/protocols.js';
import { decodeIpcomp } from '../../wire/ipcomp.js';
import { deflateIpcomp, inflateIpcomp } from '../../wire/ipcomp-deflate.js';
import type { ChildSa } from '../child-sa.js';
import type { OuterAddresses } from './ah-transform.js';
import { type Drop, drop } from './drop.js';
import { InboundAh } from './inbound-ah.js';
import type { OpenedPayload } from './inbound-esp.js';
import { InboundEsp } from './inbound-esp.js';
import { OutboundAh } from './outbound-ah.js';
import { OutboundEsp } from './outbound-esp.js';
import { SaCounts, type SaStatistics } from './sa-counts.js';
import { SelectorPair } from './selector-pair.js';

/** Packets in a row that did not shrink before compression rests, and for how many packets (RFC 3173 §2.2 advises to adapt). */
const GIVE_UP_AFTER = 8;
const REST = 64;

/** The part of a lifetime in kilobytes after which it is time to rekey: this, and up to so much more. */
const WORN = 0.8;
const WORN_SPREAD = 0.1;

/** One CHILD_SA at work: both directions, its selectors and counters. */
export class SaPair {
  readonly inbound: InboundEsp | InboundAh;
  readonly outbound: OutboundEsp | OutboundAh;
  /** AH around ESP. */
  readonly #around: { readonly inbound: InboundAh; readonly outbound: OutboundAh } | undefined;
  /** Bytes in one direction after which it is to be rekeyed, and after which it may not be used. */
  readonly #wornAt: number;
  readonly #over: number;
  #worn = false;
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
    const { ah } = child;
    this.#around = ah === undefined ? undefined : { inbound: new InboundAh(ah, replayWindow), outbound: new OutboundAh(ah, random) };
    const { kilobytes } = child;
    this.#over = (kilobytes ?? Number.POSITIVE_INFINITY) * 1024;
    // As with seconds: two ends with the same lifetime seldom rekey at once.
    const spread = kilobytes === undefined ? 0 : (random(1)[0] as number) / 256;
    this.#wornAt = this.#over * (WORN + WORN_SPREAD * spread);
    this.selectors = new SelectorPair(child.localSelectors, child.remoteSelectors);
  }

  /** What the packets are outside. */
  get outerProtocol(): ChildSa['protocol'] {
    return this.#around === undefined ? this.child.protocol : 'ah';
  }

  /** ESP from the SPI on, of AH the whole IP packet; undefined when the sequence numbers are used up. */
  seal(payload: Uint8Array, nextHeader: number, padded: number, outer: OuterAddresses): Uint8Array | undefined {
    if (this.outbound.kind === 'ah') return this.outbound.seal(payload, nextHeader, outer);
    const sealed = this.outbound.seal(payload, nextHeader, padded);
    return sealed === undefined || this.#around === undefined ? sealed : this.#around.outbound.seal(sealed, PROTOCOL_ESP, outer);
  }

  /** The same backwards. */
  open(packet: Uint8Array): OpenedPayload | Drop {
    if (this.#around === undefined) return this.inbound.open(packet);
    const opened = this.#around.inbound.open(packet);
    if (opened.kind === 'drop') return opened;
    const { spiIn } = this.child;
    if (opened.nextHeader !== PROTOCOL_ESP) {
      return drop('next-header', `next header ${nameOf(ipProtocols, opened.nextHeader)} behind AH, where ESP was agreed on`, spiIn);
    }
    if (opened.payload.length < ESP_HEADER_LENGTH) return drop('too-short', `${opened.payload.length} bytes of ESP behind AH`, spiIn);
    const { spi } = decodeEsp(new ByteReader(opened.payload));
    if (spi !== spiIn) return drop('unknown-spi', `ESP with SPI ${hexNumber(spi, 8)} behind AH`, spiIn);
    return this.inbound.open(opened.payload);
  }

  /** Whether its lifetime in kilobytes is over: that of the direction that protected more. */
  get over(): boolean {
    return this.#most >= this.#over;
  }

  get #most(): number {
    return Math.max(this.inCounts.bytes, this.outCounts.bytes);
  }

  /** Whether it has just come near to that: true once. */
  saysWorn(): boolean {
    if (this.#worn || this.#most < this.#wornAt) return false;
    this.#worn = true;
    return true;
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
