import { UsageError } from '../bytes/errors.js';
import { describeLookAlike } from './look-alikes.js';
import { Notes } from './notes.js';
import { MutablePacketView, type PacketVisitor } from './packet-view.js';
import { PcapParser, pcapByteOrder } from './pcap.js';
import { isPcapng, PcapngParser } from './pcapng.js';
import type { CaptureInterface, CaptureSecrets, RecordParser } from './record-parser.js';

/** What is known of a capture after its last byte. */
export interface CaptureEnd {
  readonly format: 'pcap' | 'pcapng';
  /** Packets visited. */
  readonly packets: number;
  /** All sections' interfaces in file order; `PacketView.interfaceId` counts in it. Empty only when the file ends within its header. */
  readonly interfaces: readonly CaptureInterface[];
  /** Faults of the file itself in words, first of each kind with its place. */
  readonly notes: readonly string[];
}

export interface CaptureReaderOptions {
  /** The input's name for error messages; default `the input`. */
  readonly name?: string;
  /** Number of the first packet; default 1. */
  readonly firstFrame?: number;
  /** Called for each Decryption Secrets Block, before the packets that follow it. */
  readonly onSecrets?: (secrets: CaptureSecrets) => void;
}

/** Reads one capture whose bytes are handed in as they come. */
export interface CaptureReader {
  /**
   * Takes the next bytes, however many, and visits every packet they complete. The reader keeps no
   * reference to `chunk` afterwards.
   * @returns false once nothing more is wanted: the visitor ended it, or the file cannot be followed further
   * @throws UsageError when the bytes are neither pcap nor pcapng
   */
  feed(chunk: Buffer): boolean;
  /**
   * To be called once, after the last byte.
   * @param interrupted the input did not end, the reading did: a packet that is incomplete then is no fault of the file
   * @throws UsageError when there were too few bytes to tell what they are
   */
  end(interrupted?: boolean): CaptureEnd;
}

/** How many bytes of an unknown file an error message may look at. */
const HEAD = 64;
const MAGIC = 4;

/**
 * Reads pcap and pcapng, told apart by their first bytes. Packets are visited where they lie in the chunks;
 * only one that is spread over two chunks is copied together first.
 */
export function createCaptureReader(visit: PacketVisitor, options: CaptureReaderOptions = {}): CaptureReader {
  return new PushReader(visit, options);
}

class PushReader implements CaptureReader {
  readonly #notes = new Notes();
  #parser: RecordParser | undefined;
  /** The beginning of a record whose end has not come yet, in the first `#held` bytes. */
  #hold = Buffer.allocUnsafeSlow(4096);
  #held = 0;

  constructor(
    private readonly visit: PacketVisitor,
    private readonly options: CaptureReaderOptions,
  ) {}

  feed(chunk: Buffer): boolean {
    let at = 0;
    if (this.#parser === undefined) {
      at = this.#keep(chunk, at, MAGIC);
      if (this.#held < MAGIC) return true;
      this.#parser = this.#recognise(chunk.subarray(at));
    }
    const parser = this.#parser;
    while (!parser.stopped) {
      if (parser.skip > 0) {
        const skipped = Math.min(parser.skip, chunk.length - at);
        parser.skip -= skipped;
        at += skipped;
        if (parser.skip > 0) return true;
      }
      if (this.#held === 0) {
        at = parser.parse(chunk, at, chunk.length);
        if (parser.skip > 0) continue;
        if (!parser.stopped) this.#keep(chunk, at, chunk.length - at);
        break;
      }
      // Never more than the record needs: behind it, packets are visited in the chunk itself again.
      const used = parser.parse(this.#hold, 0, this.#held);
      if (used > 0) this.#held = 0;
      else if (at === chunk.length || parser.stopped) break;
      else at = this.#keep(chunk, at, parser.need(this.#hold, 0, this.#held));
    }
    return !parser.stopped;
  }

  /** Holds on to bytes of the chunk until there are `wanted`; returns the place behind them. */
  #keep(chunk: Buffer, at: number, wanted: number): number {
    const count = Math.min(wanted - this.#held, chunk.length - at);
    if (this.#held + count > this.#hold.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#hold.length * 2, this.#held + count));
      this.#hold.copy(larger, 0, 0, this.#held);
      this.#hold = larger;
    }
    chunk.copy(this.#hold, this.#held, at, at + count);
    this.#held += count;
    return at + count;
  }

  /** @param following what is there of the input after the magic number */
  #recognise(following: Buffer): RecordParser {
    const magic = this.#hold;
    const view = new MutablePacketView();
    const firstFrame = this.options.firstFrame ?? 1;
    if (isPcapng(magic)) return new PcapngParser(view, this.visit, this.#notes, firstFrame, this.options.onSecrets ?? (() => {}));
    if (pcapByteOrder(magic, 0) !== undefined) return new PcapParser(view, this.visit, this.#notes, firstFrame);
    const { is, hint } = describeLookAlike(Buffer.concat([magic.subarray(0, MAGIC), following.subarray(0, HEAD)]));
    throw new UsageError(`${this.#name} is not a pcap or pcapng capture but ${is}`, hint);
  }

  get #name(): string {
    return this.options.name ?? 'the input';
  }

  end(interrupted = false): CaptureEnd {
    const parser = this.#parser;
    if (parser === undefined) {
      const size = this.#held === 0 ? 'is empty' : `is ${this.#held} byte${this.#held === 1 ? '' : 's'} long, too short for a capture`;
      throw new UsageError(`${this.#name} ${size}`, 'check that the capture was written to the end and copied in binary mode');
    }
    if (!parser.stopped && !interrupted) {
      if (parser.skip > 0) this.#notes.add(`the file ends in the middle of a block: ${parser.skip} bytes of it are missing`);
      else if (this.#held > 0) this.#notes.add(parser.describeTail(this.#hold, 0, this.#held));
      else if (parser.interfaces.length === 0) this.#notes.add(`the file holds no packets, not even the description of an interface`);
    }
    return { format: parser.format, packets: parser.packets, interfaces: parser.interfaces, notes: this.#notes.list() };
  }
}
