import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { Timestamp } from '../../model/packet.js';
import type { SaFacts } from '../../model/sa.js';
import { writeIpv4Address, writeIpv6Address } from '../../wire/ip/address.js';
import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_IPCOMP } from '../../wire/ip/protocols.js';
import type { AhUnit, EspUnit, IpcompUnit } from '../packet.js';
import { pairSas } from './pair-sas.js';
import { CARRIED_BARE, CARRIED_TCP, CARRIED_UDP, type Decryption, type SaProtocolNumber, TrackedSa } from './tracked-sa.js';

const PROTOCOLS = { esp: PROTOCOL_ESP, ah: PROTOCOL_AH, ipcomp: PROTOCOL_IPCOMP } as const;

const DEFAULT_MAX_SAS = 65_536;
/** When the table is full this part of it, the least recently seen, makes room: one sort for many newcomers. */
const EVICTED_AT_ONCE = 1 / 8;
/** Holes that one SA may remember; an SA with more writes off its older half. */
const HOLES_PER_SA = 8192;
/** Holes that all SAs may remember (16 bytes each); beyond that an SA may keep only a few. */
const HOLES_IN_ALL = 1_048_576;
const HOLES_WHEN_SHORT = 64;
/** Texts of addresses whose words are kept. */
const ADDRESSES_KEPT = 4096;

/** The units of `packet.ts` that belong to an SA. */
export type SaUnit = EspUnit | AhUnit | IpcompUnit;

/** Where and when a packet stood in the capture. */
export interface FramePosition extends Timestamp {
  readonly frame: number;
}

export interface SaTrackerOptions {
  /** SAs followed at once. */
  readonly maxSas?: number;
}

/**
 * Follows every ESP, AH and IPComp SA of a capture by source, destination, protocol and SPI. Bounded: at most `maxSas`
 * SAs, and at most a million holes in sequence numbers in all.
 */
export class SaTracker {
  /** SAs given up because the table was full. */
  evicted = 0;

  readonly #maxSas: number;
  /** In order of first appearance. */
  #sas: TrackedSa[] = [];
  /** Open addressing: index into `#sas` plus 1, 0 for free; never more than half full. */
  #places = new Int32Array(256);
  #holes = 0;
  readonly #negotiated = new Map<number, number>();
  readonly #addresses = new Map<string, Int32Array>();

  constructor({ maxSas = DEFAULT_MAX_SAS }: SaTrackerOptions = {}) {
    this.#maxSas = Math.max(1, maxSas);
  }

  /** Counts a unit of the general decoder under the frame that completed it; returns its SA. */
  observe(unit: SaUnit, at: FramePosition): TrackedSa {
    const src = this.#words(unit.src.address);
    const dst = this.#words(unit.dst.address);
    const words = new Int32Array(src.length + dst.length);
    words.set(src, 0);
    words.set(dst, src.length);
    const isIpcomp = unit.kind === 'ipcomp';
    const sa = this.#find(PROTOCOLS[unit.kind], words, (isIpcomp ? unit.cpi : unit.spi) | 0);
    const carried = unit.encapsulation === 'none' ? CARRIED_BARE : unit.encapsulation === 'udp' ? CARRIED_UDP : CARRIED_TCP;
    const ports = carried === CARRIED_BARE ? 0 : ((unit.src.port ?? 0) << 16) | (unit.dst.port ?? 0);
    this.count(sa, at.frame, at.sec, at.nsec, isIpcomp ? -1 : unit.sequence, unit.length, carried, ports);
    if (unit.ipFragments > 1) sa.ipFragmented++;
    return sa;
  }

  /** The SA of an IPv4 packet, new if need be; `src`, `dst` and `spi` as signed 32-bit numbers. Must be followed by `count`. */
  findIpv4(protocol: SaProtocolNumber, src: number, dst: number, spi: number): TrackedSa {
    const hash = hashOf(protocol, src, dst, spi);
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const index = places[at] as number;
      if (index === 0) return this.#add(protocol, Int32Array.of(src, dst), spi, hash);
      const sa = this.#sas[index - 1] as TrackedSa;
      if (sa.hash === hash && sa.spi === spi && sa.protocol === protocol) {
        const words = sa.words;
        if (words.length === 2 && words[0] === src && words[1] === dst) return sa;
      }
    }
  }

  /** The same for IPv6: `words` are the four words of the source and the four of the destination; copied when kept. */
  findIpv6(protocol: SaProtocolNumber, words: Int32Array, spi: number): TrackedSa {
    const w = words as ArrayLike<number> as readonly number[];
    const hash = hashOf(
      protocol,
      (w[0] as number) ^ Math.imul(w[1] as number, 31) ^ Math.imul(w[2] as number, 961) ^ Math.imul(w[3] as number, 29791),
      (w[4] as number) ^ Math.imul(w[5] as number, 31) ^ Math.imul(w[6] as number, 961) ^ Math.imul(w[7] as number, 29791),
      spi,
    );
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const index = places[at] as number;
      if (index === 0) return this.#add(protocol, words.slice(), spi, hash);
      const sa = this.#sas[index - 1] as TrackedSa;
      if (sa.hash === hash && sa.spi === spi && sa.protocol === protocol && sameWords(sa.words, words)) return sa;
    }
  }

  /**
   * Counts a packet of `sa`.
   * @param sequence 32-bit number, negative when there is none
   * @param length bytes from SPI to end, as sent
   * @param carried CARRIED_…
   * @param ports source port in the upper, destination port in the lower half, signed; 0 when carried bare
   */
  count(sa: TrackedSa, frame: number, sec: number, nsec: number, sequence: number, length: number, carried: number, ports: number): void {
    this.#holes += sa.count(frame, sec, nsec, sequence, length, this.#limit());
    if (sa.carried !== carried || sa.ports !== ports) sa.carriedBy(carried, ports);
  }

  /** Tells that the SAs with these SPIs are the two directions of one, as a negotiation said. */
  pair(spiA: number, spiB: number): void {
    if (this.#negotiated.size >= 2 * DEFAULT_MAX_SAS) return;
    this.#negotiated.set(spiA | 0, spiB | 0);
    this.#negotiated.set(spiB | 0, spiA | 0);
  }

  addDecryption(sa: TrackedSa, result: Decryption): void {
    sa.decrypted(result);
  }

  /** What is known by now, in order of first appearance. */
  facts(): SaFacts[] {
    for (const sa of this.#sas) this.#holes += sa.sequence.settle(this.#limit());
    const partners = pairSas(this.#sas, this.#negotiated);
    return this.#sas.map((sa) => sa.facts(partners.get(sa)?.spiText));
  }

  #limit(): number {
    return this.#holes < HOLES_IN_ALL ? HOLES_PER_SA : HOLES_WHEN_SHORT;
  }

  #find(protocol: SaProtocolNumber, words: Int32Array, spi: number): TrackedSa {
    if (words.length === 2) return this.findIpv4(protocol, words[0] as number, words[1] as number, spi);
    return this.findIpv6(protocol, words, spi);
  }

  #add(protocol: SaProtocolNumber, words: Int32Array, spi: number, hash: number): TrackedSa {
    if (this.#sas.length >= this.#maxSas) this.#evict();
    const sa = new TrackedSa(protocol, words, spi, hash);
    this.#sas.push(sa);
    if (this.#sas.length * 2 > this.#places.length) this.#rebuild(this.#places.length * 2);
    else this.#place(this.#sas.length - 1);
    return sa;
  }

  #place(index: number): void {
    const mask = this.#places.length - 1;
    let at = (this.#sas[index] as TrackedSa).hash & mask;
    while (this.#places[at] !== 0) at = (at + 1) & mask;
    this.#places[at] = index + 1;
  }

  #rebuild(size: number): void {
    this.#places = new Int32Array(size);
    for (let index = 0; index < this.#sas.length; index++) this.#place(index);
  }

  #evict(): void {
    const count = Math.max(1, Math.floor(this.#sas.length * EVICTED_AT_ONCE));
    const seen = Float64Array.from(this.#sas, (sa) => sa.lastFrame).sort();
    const border = seen[count - 1] as number;
    let left = count;
    this.#sas = this.#sas.filter((sa) => {
      if (left === 0 || sa.lastFrame > border) return true;
      left--;
      this.#holes -= sa.sequence.holes;
      return false;
    });
    this.evicted += count;
    this.#rebuild(this.#places.length);
  }

  #words(address: string): Int32Array {
    const known = this.#addresses.get(address);
    if (known !== undefined) return known;
    const writer = new ByteWriter(16);
    if (address.includes(':')) writeIpv6Address(writer, address);
    else writeIpv4Address(writer, address);
    const reader = new ByteReader(writer.finish());
    const words = new Int32Array(reader.remaining / 4);
    for (let i = 0; i < words.length; i++) words[i] = reader.u32('address') | 0;
    if (this.#addresses.size >= ADDRESSES_KEPT) this.#addresses.clear();
    this.#addresses.set(address, words);
    return words;
  }
}

/** Signed 32 bits; the constants are odd ones with well spread bits. */
function hashOf(protocol: number, src: number, dst: number, spi: number): number {
  let hash = Math.imul(src, 0x9e3779b1) ^ Math.imul(dst, 0x85ebca6b) ^ Math.imul(spi, 0xc2b2ae35) ^ protocol;
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function sameWords(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
