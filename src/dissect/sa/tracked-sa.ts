import { hexNumber } from '../../bytes/hex.js';
import type { Encapsulation } from '../../model/packet.js';
import type { SaFacts } from '../../model/sa.js';
import { formatIpv4, formatIpv6 } from '../../wire/ip/address.js';
import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_IPCOMP } from '../../wire/ip/protocols.js';
import { impliedIcv } from './implied-icv.js';
import { SequenceTrack } from './sequence.js';

/** The IP protocols that have SAs. */
export type SaProtocolNumber = typeof PROTOCOL_ESP | typeof PROTOCOL_AH | typeof PROTOCOL_IPCOMP;

const NAMES = { [PROTOCOL_ESP]: 'esp', [PROTOCOL_AH]: 'ah', [PROTOCOL_IPCOMP]: 'ipcomp' } as const;

/** How packets of an SA travel, as a number: index into `ENCAPSULATIONS`. */
export const CARRIED_BARE = 0;
export const CARRIED_UDP = 1;
export const CARRIED_TCP = 2;
const ENCAPSULATIONS: readonly Encapsulation[] = ['none', 'udp', 'tcp'];

/** Different packet lengths told apart. */
const LENGTHS_KEPT = 8;
const NO_LENGTHS: readonly number[] = [];

/** Text of an SA for output that is put together in bytes. */
export interface SaLabel {
  /** ASCII, four characters a word, big-endian, padded behind the end. */
  readonly words: Uint32Array;
  /** Characters. */
  readonly length: number;
}

/** What was found out about the packets of a direction with the keys that were given. */
export type Decryption = 'good' | 'bad' | 'unknown';

/**
 * One direction of one SA while the capture is read. Numbers only, and those that a look-up compares are 32-bit
 * signed: such a packet costs no allocation.
 */
export class TrackedSa {
  packets = 0;
  readonly sequence = new SequenceTrack();
  lastFrame = 0;
  ipFragmented = 0;
  /** CARRIED_… of the last packet, and its ports: source in the upper, destination in the lower half. */
  carried = -1;
  ports = 0;
  /**
   * What stands before the sequence number when a packet is printed. Belongs to whoever prints; kept here so that a line
   * costs no look-up, and forgotten here when ports or encapsulation change.
   */
  label: SaLabel | undefined;

  #bytes = 0;
  #firstFrame = 0;
  #firstSec = 0;
  #firstNsec = 0;
  #lastSec = 0;
  #lastNsec = 0;
  #longestGap = 0;
  #longestGapFrame = 0;
  #minLength = 0;
  #maxLength = 0;
  readonly #residues = new Uint32Array(16);
  #lengths: readonly number[] = NO_LENGTHS;
  #lastLength = -1;
  #portChanges = 0;
  #good = 0;
  #bad = 0;
  #unknown = 0;

  /**
   * @param words both addresses: source and destination of one word each (IPv4) or four (IPv6)
   * @param spi as a signed 32-bit number, like the words
   */
  constructor(
    readonly protocol: SaProtocolNumber,
    readonly words: Int32Array,
    readonly spi: number,
    readonly hash: number,
  ) {}

  /**
   * Counts a packet.
   * @param length bytes from SPI to end, as sent
   * @param sequence 32-bit number, or negative when the protocol has none (IPComp)
   * @param limit holes in the sequence that may be remembered
   * @returns by how much the number of holes held has changed
   */
  count(frame: number, sec: number, nsec: number, sequence: number, length: number, limit: number): number {
    let elapsed = 0;
    if (this.packets === 0) {
      this.#firstFrame = frame;
      this.#longestGapFrame = frame;
      this.#firstSec = sec;
      this.#firstNsec = nsec;
      this.#minLength = length;
      this.#maxLength = length;
    } else {
      elapsed = sec - this.#lastSec + (nsec - this.#lastNsec) * 1e-9;
      if (elapsed > this.#longestGap) {
        this.#longestGap = elapsed;
        this.#longestGapFrame = frame;
      }
    }
    this.packets++;
    this.#bytes += length;
    this.lastFrame = frame;
    this.#lastSec = sec;
    this.#lastNsec = nsec;
    const residue = length & 15;
    this.#residues[residue] = (this.#residues[residue] as number) + 1;
    if (length !== this.#lastLength) this.#otherLength(length);
    return sequence < 0 ? 0 : this.sequence.observe(sequence, frame, elapsed, limit);
  }

  #otherLength(length: number): void {
    this.#lastLength = length;
    if (length < this.#minLength) this.#minLength = length;
    if (length > this.#maxLength) this.#maxLength = length;
    if (this.#lengths.length < LENGTHS_KEPT && !this.#lengths.includes(length)) this.#lengths = [...this.#lengths, length];
  }

  /** The packet just counted travelled otherwise than the one before: NAT gave it another port, say. */
  carriedBy(carried: number, ports: number): void {
    if (this.carried === carried) this.#portChanges++;
    this.carried = carried;
    this.ports = ports;
    this.label = undefined;
  }

  decrypted(result: Decryption): void {
    if (result === 'good') this.#good++;
    else if (result === 'bad') this.#bad++;
    else this.#unknown++;
  }

  get isIpv6(): boolean {
    return this.words.length === 8;
  }

  get src(): string {
    return addressText(this.words, 0);
  }

  get dst(): string {
    return addressText(this.words, this.words.length / 2);
  }

  get spiText(): string {
    return hexNumber(this.spi >>> 0, this.protocol === PROTOCOL_IPCOMP ? 4 : 8);
  }

  get sourcePort(): number {
    return this.ports >>> 16;
  }

  get destinationPort(): number {
    return this.ports & 0xffff;
  }

  /** Seconds since 1970 of the first and the last packet. */
  get firstSecond(): number {
    return this.#firstSec + this.#firstNsec * 1e-9;
  }

  get lastSecond(): number {
    return this.#lastSec + this.#lastNsec * 1e-9;
  }

  /** @param pairSpi SPI of the other direction, when it is known */
  facts(pairSpi: string | undefined): SaFacts {
    const track = this.sequence;
    const implied =
      this.protocol === PROTOCOL_ESP
        ? impliedIcv({ residues: this.#residues, shortest: this.#minLength, different: this.#lengths.length })
        : undefined;
    const decided = this.#good + this.#bad + this.#unknown > 0;
    return {
      protocol: NAMES[this.protocol],
      src: this.src,
      dst: this.dst,
      spi: this.spiText,
      encapsulation: ENCAPSULATIONS[this.carried] ?? 'none',
      ...(this.carried > CARRIED_BARE ? { srcPort: this.sourcePort, dstPort: this.destinationPort, portChanges: this.#portChanges } : {}),
      packets: this.packets,
      bytes: this.#bytes,
      firstSequence: Math.max(track.first, 0),
      lastSequence: Math.max(track.last, 0),
      highestSequence: track.highest,
      lost: track.lost,
      reordered: track.reordered,
      maxReorderDistance: track.maxDistance,
      duplicates: track.duplicates,
      replayDrops: { w32: track.dropped32, w64: track.dropped64, w128: track.dropped128, w1024: track.dropped1024 },
      ...(track.untold > 0 ? { untoldLate: track.untold } : {}),
      wraps: track.wraps,
      restarts: track.restarts,
      firstTime: { sec: this.#firstSec, nsec: this.#firstNsec },
      lastTime: { sec: this.#lastSec, nsec: this.#lastNsec },
      longestGap: this.#longestGap,
      longestGapFrame: this.#longestGapFrame,
      firstFrame: this.#firstFrame,
      lastFrame: this.lastFrame,
      minLength: this.#minLength,
      maxLength: this.#maxLength,
      lengthResidues: Array.from(this.#residues),
      ...(implied === undefined ? {} : { impliedIcv: implied }),
      ...(pairSpi === undefined ? {} : { pairSpi }),
      lateFrames: [...track.lateFrames],
      ...(decided ? { decrypted: { good: this.#good, bad: this.#bad, unknown: this.#unknown } } : {}),
      ipFragmented: this.ipFragmented,
    };
  }
}

function addressText(words: Int32Array, at: number): string {
  const word = (i: number) => (words[at + i] ?? 0) >>> 0;
  return words.length === 2 ? formatIpv4(word(0)) : formatIpv6(word(0), word(1), word(2), word(3));
}
