import { count } from '../bytes/count.js';
import { hexNumber } from '../bytes/hex.js';
import { InterfaceClock } from './clock.js';
import { load16, load32, load64 } from './endian.js';
import type { Notes } from './notes.js';
import { readOptions } from './options.js';
import type { MutablePacketView, PacketVisitor } from './packet-view.js';
import type { CaptureInterface, CaptureSecrets, RecordParser } from './record-parser.js';

/** Block types (draft-ietf-opsawg-pcapng §10.1). */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const NAME_RESOLUTION = 4;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
const DECRYPTION_SECRETS = 10;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type, length, length again. */
const SMALLEST_BLOCK = 12;
/** A longer block is passed over, not held in memory. */
const LARGEST_BLOCK = 16 * 1024 * 1024;
/** Interfaces remembered of one capture: each costs memory, and a hostile file could bring millions. */
const MAX_INTERFACES = 4096;

type MutableInterface = { -readonly [key in keyof CaptureInterface]: CaptureInterface[key] };

/** Is there a Section Header Block at the start? Its type reads the same in both byte orders. `data` holds at least 4 bytes. */
export function isPcapng(data: Buffer): boolean {
  return load32(data, 0, true) === SECTION_HEADER;
}

/** pcapng with any number of sections, each with its own byte order and interfaces (draft-ietf-opsawg-pcapng). */
export class PcapngParser implements RecordParser {
  readonly format = 'pcapng';
  packets = 0;
  readonly interfaces: MutableInterface[] = [];
  stopped = false;
  skip = 0;

  #little = true;
  readonly #clocks: InterfaceClock[] = [];
  /** Index of the section's first interface. */
  #base = 0;
  /** Interfaces the section has announced, remembered or not. */
  #announced = 0;

  constructor(
    private readonly view: MutablePacketView,
    private readonly visit: PacketVisitor,
    private readonly notes: Notes,
    private readonly firstFrame: number,
    private readonly onSecrets: (secrets: CaptureSecrets) => void,
  ) {}

  parse(data: Buffer, at: number, end: number): number {
    this.view.data = data;
    while (end - at >= SMALLEST_BLOCK && !this.stopped) {
      const type = load32(data, at, this.#little);
      if (type === SECTION_HEADER && !this.#readByteOrder(data, at)) break;
      const length = load32(data, at + 4, this.#little);
      if (length < SMALLEST_BLOCK) {
        this.#stop(
          `a block after packet ${this.#lastFrame} claims a length of ${length} bytes: the file is damaged there and was read no further`,
        );
        break;
      }
      // Some writers forget the padding in the length: the next block starts on a multiple of 4 all the same.
      const padded = length + (-length & 3);
      if (padded > LARGEST_BLOCK) {
        this.notes.add(`a block of ${length} bytes after packet ${this.#lastFrame} was passed over`, 'large block');
        const there = Math.min(padded, end - at);
        this.skip = padded - there;
        at += there;
        continue;
      }
      if (end - at < padded) break;
      if (load32(data, at + padded - 4, this.#little) !== length) {
        this.notes.add(`the two lengths of a block after packet ${this.#lastFrame} differ; the first one was used`, 'lengths');
      }
      if (type === ENHANCED_PACKET) this.#enhancedPacket(data, at, at + length - 4);
      else this.#otherBlock(type, data, at, at + length - 4);
      at += padded;
    }
    return at;
  }

  get #lastFrame(): number {
    return this.firstFrame + this.packets - 1;
  }

  #stop(why: string): void {
    this.notes.add(why);
    this.stopped = true;
  }

  /** Takes the byte order of the section that begins at `at`; false when it has none. */
  #readByteOrder(data: Buffer, at: number): boolean {
    if (load32(data, at + 8, true) === BYTE_ORDER_MAGIC) this.#little = true;
    else if (load32(data, at + 8, false) === BYTE_ORDER_MAGIC) this.#little = false;
    else {
      this.#stop(`a section after packet ${this.#lastFrame} has no byte order mark: the file is damaged there and was read no further`);
      return false;
    }
    return true;
  }

  /** @param end where the block's trailing length starts */
  #otherBlock(type: number, data: Buffer, at: number, end: number): void {
    const body = at + 8;
    if (type === SECTION_HEADER) this.#section(data, body, end);
    else if (type === INTERFACE_DESCRIPTION) this.#interface(data, body, end);
    else if (type === OLD_PACKET) this.#oldPacket(data, body, end);
    else if (type === SIMPLE_PACKET) this.#simplePacket(data, body, end);
    else if (type === INTERFACE_STATISTICS) this.#statistics(data, body, end);
    else if (type === DECRYPTION_SECRETS) this.#secrets(data, body, end);
    else if (type !== NAME_RESOLUTION) this.notes.add(`blocks of unknown type ${hexNumber(type, 8)} were passed over`);
  }

  /** Section Header Block, §4.1. */
  #section(data: Buffer, at: number, end: number): void {
    if (end - at >= 8) {
      const major = load16(data, at + 4, this.#little);
      const minor = load16(data, at + 6, this.#little);
      if (major !== 1) this.notes.add(`pcapng version ${major}.${minor} is unknown and read as 1.0`);
    }
    this.#base = this.interfaces.length;
    this.#announced = 0;
  }

  /** Interface Description Block, §4.2. */
  #interface(data: Buffer, at: number, end: number): void {
    this.#announced++;
    if (this.interfaces.length >= MAX_INTERFACES) return;
    const little = this.#little;
    if (end - at < 8) {
      // Its number is taken all the same: those after it would be shifted otherwise.
      this.notes.add('an interface description is too short; its packets cannot be decoded');
      this.interfaces.push({ linkType: 0xffff, snapLength: 0 });
      this.#clocks.push(new InterfaceClock());
      return;
    }
    const about: MutableInterface = { linkType: load16(data, at, little), snapLength: load32(data, at + 4, little) };
    let resolution = 6;
    let offset = 0;
    for (const option of readOptions(data, at + 8, end, little)) {
      const text = () => data.toString('utf8', option.at, option.at + option.length);
      if (option.code === 2) about.name = text();
      else if (option.code === 3) about.description = text();
      else if (option.code === 9 && option.length >= 1) resolution = data.readUInt8(option.at);
      else if (option.code === 11 && option.length >= 1 && data.readUInt8(option.at) === 0) {
        about.filter = data.toString('utf8', option.at + 1, option.at + option.length);
      } else if (option.code === 13 && option.length >= 1) about.fcsLength = data.readUInt8(option.at);
      else if (option.code === 14 && option.length >= 8) {
        offset = Number(little ? data.readBigInt64LE(option.at) : data.readBigInt64BE(option.at));
      }
    }
    this.interfaces.push(about);
    this.#clocks.push(new InterfaceClock(resolution, offset));
  }

  /** Enhanced Packet Block, §4.3: all but the rarest packets. */
  #enhancedPacket(data: Buffer, at: number, end: number): void {
    if (end - at < 28) {
      this.#tooShort();
      return;
    }
    const little = this.#little;
    this.#packet(
      load32(data, at + 8, little),
      load32(data, at + 12, little),
      load32(data, at + 16, little),
      load32(data, at + 20, little),
      load32(data, at + 24, little),
      at + 28,
      end,
    );
  }

  /** The obsolete Packet Block, appendix A. */
  #oldPacket(data: Buffer, at: number, end: number): void {
    if (end - at < 20) {
      this.#tooShort();
      return;
    }
    const little = this.#little;
    this.#packet(
      load16(data, at, little),
      load32(data, at + 4, little),
      load32(data, at + 8, little),
      load32(data, at + 12, little),
      load32(data, at + 16, little),
      at + 20,
      end,
    );
  }

  /** Simple Packet Block, §4.4: first interface, no time, the captured length follows from its snap length. */
  #simplePacket(data: Buffer, at: number, end: number): void {
    if (end - at < 4) {
      this.#tooShort();
      return;
    }
    const original = load32(data, at, this.#little);
    const snap = this.interfaces[this.#base]?.snapLength ?? 0;
    const room = end - at - 4;
    const captured = Math.min(original, room, snap === 0 ? room : snap);
    this.notes.add('Simple Packet Blocks have no time: it reads as 1970', 'simple');
    this.#packet(0, 0, 0, captured, original, at + 4, end);
  }

  #tooShort(): void {
    this.notes.add(
      `a packet block after packet ${this.#lastFrame} is too short for its own header and was passed over`,
      'short packet block',
    );
  }

  /** @param id within the section */
  #packet(id: number, high: number, low: number, captured: number, original: number, start: number, end: number): void {
    const index = this.#base + id;
    const about = this.interfaces[index];
    const clock = this.#clocks[index];
    const frame = this.firstFrame + this.packets;
    if (about === undefined || clock === undefined) {
      const why =
        id < this.#announced ? `more than the ${MAX_INTERFACES} interfaces that are kept` : 'an interface that was never described';
      this.notes.add(`packets of ${why} were passed over, the first one after packet ${frame - 1}`, `interface ${why}`);
      return;
    }
    if (!clock.read(high, low)) this.notes.add(`packet ${frame} has an impossible time; it reads as 1970`, 'time');
    let last = start + captured;
    if (last > end) {
      this.notes.add(`packet ${frame} claims ${captured} bytes, its block has room for ${end - start}`, 'room');
      last = end;
    }
    if (captured > original)
      this.notes.add(`packet ${frame} holds more bytes (${captured}) than it had on the wire (${original})`, 'longer');
    const { view } = this;
    view.frame = frame;
    view.sec = clock.sec;
    view.nsec = clock.nsec;
    view.nanoseconds = clock.nanoseconds;
    view.linkType = about.linkType;
    view.interfaceId = index;
    view.start = start;
    view.end = last;
    view.originalLength = original;
    this.packets++;
    if (this.visit(view) === false) this.stopped = true;
  }

  /** Interface Statistics Block, §4.6: the last one of an interface counts. */
  #statistics(data: Buffer, at: number, end: number): void {
    if (end - at < 12) return;
    const little = this.#little;
    const id = load32(data, at, little);
    const about = this.interfaces[this.#base + id];
    if (about === undefined) return;
    for (const option of readOptions(data, at + 12, end, little)) {
      if (option.length !== 8) continue;
      if (option.code === 4) about.received = load64(data, option.at, little);
      else if (option.code === 5) about.dropped = load64(data, option.at, little);
      else if (option.code === 7) about.osDropped = load64(data, option.at, little);
    }
  }

  /** Decryption Secrets Block, §4.7. */
  #secrets(data: Buffer, at: number, end: number): void {
    if (end - at < 8) return;
    const length = load32(data, at + 4, this.#little);
    if (length > end - at - 8) {
      this.notes.add('a block of decryption secrets is cut and was passed over');
      return;
    }
    this.onSecrets({ type: load32(data, at, this.#little), bytes: Buffer.from(data.subarray(at + 8, at + 8 + length)) });
  }

  need(data: Buffer, at: number, end: number): number {
    if (end - at < SMALLEST_BLOCK) return SMALLEST_BLOCK;
    const length = load32(data, at + 4, this.#little);
    return length + (-length & 3);
  }

  describeTail(data: Buffer, at: number, end: number): string {
    const before = `after packet ${this.#lastFrame}`;
    const have = end - at;
    if (have < SMALLEST_BLOCK) return `the file ends in the middle of a block ${before}, within its header`;
    const missing = this.need(data, at, end) - have;
    const type = load32(data, at, this.#little);
    const what =
      type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OLD_PACKET ? `packet ${this.#lastFrame + 1}` : `a block ${before}`;
    return `the file ends in the middle of ${what}: ${count(missing, 'byte')} of it are missing`;
  }
}
