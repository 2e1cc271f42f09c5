import { count } from '../bytes/count.js';
import { load16, load32 } from './endian.js';
import type { Notes } from './notes.js';
import type { MutablePacketView, PacketVisitor } from './packet-view.js';
import type { CaptureInterface, RecordParser } from './record-parser.js';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
/** A. Kuznetzov's patched libpcap: 8 more bytes per packet (interface index, protocol, packet type). */
const MODIFIED = 0xa1b2cd34;

const FILE_HEADER = 24;
/** Largest packet believed in, unless the file itself announces larger ones: libpcap's and Wireshark's own limit. */
const USUAL_LIMIT = 262_144;
/** Largest packet believed in at all: memory stays bounded whatever the file claims. */
const HARD_LIMIT = 16 * 1024 * 1024;

/** Does a pcap file header begin at `at`, and in which byte order? The buffer holds at least 4 bytes from there. */
export function pcapByteOrder(data: Buffer, at: number): 'little' | 'big' | undefined {
  const isMagic = (value: number) => value === MICROSECONDS || value === NANOSECONDS || value === MODIFIED;
  if (isMagic(load32(data, at, true))) return 'little';
  return isMagic(load32(data, at, false)) ? 'big' : undefined;
}

/**
 * pcap in both byte orders, micro- and nanoseconds, and the modified form
 * (draft-ietf-opsawg-pcap; sf-pcap.c of libpcap for what old versions meant).
 */
export class PcapParser implements RecordParser {
  readonly format = 'pcap';
  packets = 0;
  interfaces: readonly CaptureInterface[] = [];
  stopped = false;
  skip = 0;

  #headerSeen = false;
  #little = true;
  #recordHeader = 16;
  #fractions = 1_000_000;
  #limit = USUAL_LIMIT;
  #snapLength = 0;
  /** libpcap before 2.3 wrote the two lengths the other way round; 2.3 did so sometimes. */
  #swapped: 'no' | 'yes' | 'maybe' = 'no';

  constructor(
    private readonly view: MutablePacketView,
    private readonly visit: PacketVisitor,
    private readonly notes: Notes,
    private readonly firstFrame: number,
  ) {}

  #readFileHeader(data: Buffer, at: number): void {
    const little = pcapByteOrder(data, at) === 'little';
    this.#little = little;
    const magic = load32(data, at, little);
    if (magic === NANOSECONDS) this.#fractions = 1_000_000_000;
    if (magic === MODIFIED) this.#recordHeader = 24;
    const major = load16(data, at + 4, little);
    const minor = load16(data, at + 6, little);
    if (major < 2 || (major === 2 && minor < 3) || major === 543) this.#swapped = 'yes';
    else if (major === 2 && minor === 3) this.#swapped = 'maybe';
    else if (major > 2) this.notes.add(`pcap version ${major}.${minor} is newer than 2.4 and read as that`);
    const snapLength = load32(data, at + 16, little);
    this.#snapLength = snapLength;
    this.#limit = Math.max(USUAL_LIMIT, Math.min(snapLength, HARD_LIMIT));
    const network = load32(data, at + 20, little);
    // Upper half: FCS length in units of 16 bits, where bit 26 says that it is known.
    const linkType = network & 0xffff;
    const fcs = (network & 0x0400_0000) !== 0 ? { fcsLength: (network >>> 28) * 2 } : {};
    this.interfaces = [{ linkType, snapLength, ...fcs }];
    this.view.linkType = linkType;
    this.view.nanoseconds = magic === NANOSECONDS;
    this.view.interfaceId = 0;
    this.#headerSeen = true;
  }

  parse(data: Buffer, at: number, end: number): number {
    if (!this.#headerSeen) {
      if (end - at < FILE_HEADER) return at;
      this.#readFileHeader(data, at);
      at += FILE_HEADER;
    }
    const { view, visit } = this;
    const little = this.#little;
    const header = this.#recordHeader;
    const nanosPerFraction = 1_000_000_000 / this.#fractions;
    const fractions = this.#fractions;
    const limit = this.#limit;
    const snap = this.#snapLength === 0 ? HARD_LIMIT : this.#snapLength;
    const normal = this.#swapped === 'no';
    view.data = data;
    let frame = this.firstFrame + this.packets;
    while (end - at >= header) {
      let captured = load32(data, at + 8, little);
      let original = load32(data, at + 12, little);
      if (!normal && (this.#swapped === 'yes' || captured > original)) [captured, original] = [original, captured];
      if (captured > limit) {
        this.notes.add(`packet ${frame} claims to hold ${captured} bytes: the file is damaged there and was read no further`);
        this.stopped = true;
        break;
      }
      const start = at + header;
      if (end - start < captured) break;
      let sec = load32(data, at, little);
      let fraction = load32(data, at + 4, little);
      if (fraction >= fractions || captured > snap || captured > original) {
        if (fraction >= fractions) {
          this.notes.add(`packet ${frame} has more than a second of fractions in its time`, 'fraction');
          sec += Math.floor(fraction / fractions);
          fraction %= fractions;
        }
        if (captured > snap) this.notes.add(`packet ${frame} is longer than the file's snap length of ${snap} bytes`, 'snap');
        if (captured > original)
          this.notes.add(`packet ${frame} holds more bytes (${captured}) than it had on the wire (${original})`, 'longer');
      }
      view.frame = frame;
      view.sec = sec;
      view.nsec = fraction * nanosPerFraction;
      view.start = start;
      view.end = start + captured;
      view.originalLength = original;
      at = start + captured;
      frame++;
      if (visit(view) === false) {
        this.stopped = true;
        break;
      }
    }
    this.packets = frame - this.firstFrame;
    return at;
  }

  need(data: Buffer, at: number, end: number): number {
    if (!this.#headerSeen) return FILE_HEADER;
    const header = this.#recordHeader;
    if (end - at < header) return header;
    let captured = load32(data, at + 8, this.#little);
    const original = load32(data, at + 12, this.#little);
    if (this.#swapped === 'yes' || (this.#swapped === 'maybe' && captured > original)) captured = original;
    return header + captured;
  }

  describeTail(data: Buffer, at: number, end: number): string {
    if (!this.#headerSeen) return 'the file ends within its own header: it holds no packets';
    const frame = this.firstFrame + this.packets;
    const have = end - at;
    if (have < this.#recordHeader)
      return `the file ends in the middle of packet ${frame}, within its record header; packets before it are complete`;
    const missing = this.need(data, at, end) - have;
    return `the file ends in the middle of packet ${frame}: ${count(missing, 'byte')} of it are missing; packets before it are complete`;
  }
}
