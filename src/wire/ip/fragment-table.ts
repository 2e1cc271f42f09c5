import type { CaptureFacts } from '../../model/capture-facts.js';

export type IncompleteDatagram = CaptureFacts['incompleteDatagrams'][number];

/** One fragment as its IP header tells of it. */
export interface FragmentPiece {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly identification: number;
  /** Tunnels around it, so that an inner datagram never meets an outer one. */
  readonly depth: number;
  readonly offset: number;
  readonly moreFragments: boolean;
  /** Payload bytes as the header tells; more than `bytes` when the snap length cut it. */
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
  /** Seconds, with fraction. */
  readonly time: number;
  /** Ports of UDP or TCP when this is the first fragment. */
  readonly srcPort?: number;
  readonly dstPort?: number;
}

/** A datagram whose last missing fragment just came. */
export interface WholeDatagram {
  /** A copy, as far as captured without a hole from the beginning. */
  readonly bytes: Uint8Array;
  /** Payload length of the whole. */
  readonly length: number;
  readonly protocol: number;
  readonly fragments: number;
  readonly firstFrame: number;
}

export interface FragmentResult {
  readonly whole: WholeDatagram | undefined;
  /** Something of it was there before: `same` bytes (a duplicate) or `different` ones (an attack, or a sender's fault). */
  readonly overlap: 'same' | 'different' | undefined;
}

export interface FragmentLimits {
  readonly datagrams: number;
  /** Bytes held over all datagrams. */
  readonly bytes: number;
  /** Seconds from the first fragment on; Linux waits 30 (`net.ipv4.ipfrag_time`). */
  readonly seconds: number;
  /** Incomplete datagrams remembered for the report. */
  readonly reported: number;
}

const DEFAULT_LIMITS: FragmentLimits = { datagrams: 1024, bytes: 16 * 1024 * 1024, seconds: 30, reported: 1000 };

interface Part {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

interface Pending {
  readonly src: string;
  readonly dst: string;
  protocol: number;
  readonly firstFrame: number;
  readonly time: number;
  /** In order of `start`, never overlapping: what came first stays. */
  parts: Part[];
  held: number;
  fragments: number;
  /** Known once the last fragment came. */
  total: number | undefined;
  srcPort: number | undefined;
  dstPort: number | undefined;
  /** Whole already; kept to tell a late duplicate from a new datagram with the same number. */
  done: boolean;
}

/** Puts IPv4 and IPv6 fragments together, bounded in number, bytes and age. RFC 791 §3.2, RFC 8200 §4.5. */
export class FragmentTable {
  readonly #limits: FragmentLimits;
  /** In order of the first fragment's arrival. */
  readonly #pending = new Map<string, Pending>();
  readonly #incomplete: IncompleteDatagram[] = [];
  #held = 0;
  #unreported = 0;

  constructor(limits: Partial<FragmentLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  add(piece: FragmentPiece): FragmentResult {
    this.#expire(piece.time);
    const key = `${piece.depth} ${piece.src} ${piece.dst} ${piece.protocol} ${piece.identification}`;
    let entry = this.#pending.get(key);
    if (entry?.done) {
      if (isKnown(entry, piece)) return { whole: undefined, overlap: 'same' };
      // Identifications of 16 bits come round quickly: this is the next datagram.
      this.#drop(key, entry);
      entry = undefined;
    }
    if (entry === undefined) {
      entry = newEntry(piece);
      this.#pending.set(key, entry);
    }
    entry.fragments++;
    if (piece.offset === 0) {
      entry.srcPort = piece.srcPort;
      entry.dstPort = piece.dstPort;
    }
    if (!piece.moreFragments) entry.total ??= piece.offset + piece.length;
    const overlap = this.#insert(entry, piece);
    if (overlap === 'same') entry.fragments--;
    const whole = wholeOf(entry);
    if (whole !== undefined) entry.done = true;
    this.#shrink(key);
    return { whole, overlap };
  }

  /** Datagrams that never became whole, those still waiting included, in order of their first fragment. */
  incomplete(): readonly IncompleteDatagram[] {
    const waiting = [...this.#pending.values()].filter((entry) => !entry.done).map(describe);
    return [...this.#incomplete, ...waiting].sort((a, b) => a.frame - b.frame);
  }

  /** Incomplete datagrams beyond those that `incomplete` lists. */
  get unreported(): number {
    return this.#unreported;
  }

  #insert(entry: Pending, piece: FragmentPiece): 'same' | 'different' | undefined {
    const start = piece.offset;
    const end = piece.offset + piece.length;
    let overlap: 'same' | 'different' | undefined;
    let at = start;
    const added: Part[] = [];
    for (const part of entry.parts) {
      if (part.end <= at) continue;
      if (part.start >= end) break;
      overlap = overlap === 'different' || differs(part, piece) ? 'different' : 'same';
      if (part.start > at) added.push(copyPart(piece, at, part.start));
      at = Math.max(at, part.end);
    }
    if (at < end) added.push(copyPart(piece, at, end));
    for (const part of added) {
      entry.held += part.bytes.length;
      this.#held += part.bytes.length;
    }
    if (added.length > 0) entry.parts = [...entry.parts, ...added].sort((a, b) => a.start - b.start);
    // New bytes beside the old ones: more than a duplicate.
    return overlap === 'same' && added.length > 0 ? 'different' : overlap;
  }

  #expire(now: number): void {
    for (const [key, entry] of this.#pending) {
      if (now - entry.time <= this.#limits.seconds) return;
      this.#drop(key, entry);
    }
  }

  #shrink(present: string): void {
    for (const [key, entry] of this.#pending) {
      if (this.#pending.size <= this.#limits.datagrams && this.#held <= this.#limits.bytes) return;
      if (key !== present) this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Pending): void {
    this.#pending.delete(key);
    this.#held -= entry.held;
    if (entry.done) return;
    if (this.#incomplete.length < this.#limits.reported) this.#incomplete.push(describe(entry));
    else this.#unreported++;
  }
}

function newEntry(piece: FragmentPiece): Pending {
  return {
    src: piece.src,
    dst: piece.dst,
    protocol: piece.protocol,
    firstFrame: piece.frame,
    time: piece.time,
    parts: [],
    held: 0,
    fragments: 0,
    total: undefined,
    srcPort: undefined,
    dstPort: undefined,
    done: false,
  };
}

/** The part of a fragment between two places of the datagram; shorter than that where the snap length cut it. */
function copyPart(piece: FragmentPiece, start: number, end: number): Part {
  return { start, end, bytes: new Uint8Array(piece.bytes.subarray(start - piece.offset, end - piece.offset)) };
}

/** Whether the captured bytes of both, where they overlap, differ. */
function differs(part: Part, piece: FragmentPiece): boolean {
  const start = Math.max(part.start, piece.offset);
  const end = Math.min(part.start + part.bytes.length, piece.offset + piece.bytes.length);
  if (end <= start) return false;
  const old = part.bytes.subarray(start - part.start, end - part.start);
  return Buffer.compare(old, piece.bytes.subarray(start - piece.offset, end - piece.offset)) !== 0;
}

/** Whether all of a fragment lies within what is there, with the same bytes. */
function isKnown(entry: Pending, piece: FragmentPiece): boolean {
  let at = piece.offset;
  for (const part of entry.parts) {
    if (part.end <= at) continue;
    if (part.start > at) return false;
    if (differs(part, piece)) return false;
    at = part.end;
    if (at >= piece.offset + piece.length) return true;
  }
  return false;
}

function wholeOf(entry: Pending): WholeDatagram | undefined {
  const { total, parts } = entry;
  if (total === undefined) return undefined;
  let reached = 0;
  for (const part of parts) {
    if (part.start > reached) return undefined;
    reached = part.end;
  }
  if (reached < total) return undefined;
  const bytes = new Uint8Array(total);
  let captured = 0;
  for (const part of parts) {
    if (part.start !== captured || part.start >= total) break;
    const fitting = part.bytes.subarray(0, total - part.start);
    bytes.set(fitting, part.start);
    captured += fitting.length;
    if (fitting.length < Math.min(part.end, total) - part.start) break;
  }
  return {
    bytes: bytes.subarray(0, captured),
    length: total,
    protocol: entry.protocol,
    fragments: entry.fragments,
    firstFrame: entry.firstFrame,
  };
}

function describe(entry: Pending): IncompleteDatagram {
  return {
    frame: entry.firstFrame,
    src: entry.src,
    dst: entry.dst,
    protocol: entry.protocol,
    haveFirst: entry.parts[0]?.start === 0,
    fragments: entry.fragments,
    ...(entry.srcPort !== undefined && { srcPort: entry.srcPort }),
    ...(entry.dstPort !== undefined && { dstPort: entry.dstPort }),
  };
}
