import { putBounded } from '../../bytes/put-bounded.js';
/** One complete message out of a stream, or as much of one as the snap length left. */
export interface StreamMessage {
  /** With its length field in front. Holds until the next packet is read. */
  readonly bytes: Uint8Array;
  /** As the length field tells. */
  readonly length: number;
  /** Frame that brought its first byte. */
  readonly firstFrame: number;
}

/** How messages follow each other in a stream. */
export interface StreamFraming {
  /**
   * Length of the message that begins here, its length field included; `more` when too little is there to tell,
   * `broken` when nothing valid begins here.
   */
  measure(bytes: Uint8Array): number | 'more' | 'broken';
  /**
   * Whether a segment of `length` bytes, `bytes` of them captured, begins with a message: asked when the stream was joined in its
   * middle or lost bytes, so it must not believe easily.
   */
  startsHere(bytes: Uint8Array, length: number): boolean;
}

/** A TCP segment with data, or one that opens a stream. */
export interface Segment {
  readonly sequence: number;
  /** Data as captured. */
  readonly bytes: Uint8Array;
  /** Data bytes on the wire. */
  readonly length: number;
  readonly frame: number;
}

export interface StreamResult {
  readonly messages: readonly StreamMessage[];
  /** Bytes that were given up as not captured, or that no message could be made of. */
  readonly lost: number;
}

/** What one direction may hold back while a segment is missing: a window full, beyond that it was not captured. */
const MAX_WAITING_BYTES = 256 * 1024;
const MAX_WAITING_SEGMENTS = 128;
/** No window reaches further (RFC 7323 §2.3): what does belongs to another connection. */
const MAX_WINDOW = 2 ** 30;
const NOTHING: StreamResult = { messages: [], lost: 0 };
const NO_BYTES = new Uint8Array(0);

/** Signed distance of two sequence numbers (RFC 9293 §3.4). */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** One direction of a TCP connection, put in order and cut into messages. Bounded: what is missing too long is given up and told. */
export class TcpStream {
  readonly #framing: StreamFraming;
  /** Sequence number of the next byte. */
  #next: number;
  /** The next byte begins a message. */
  #synchronised: boolean;
  /** It was once: before that nothing can be said to be lost. */
  #found: boolean;
  /** The beginning of a message whose end has not come yet. */
  #head: Uint8Array = NO_BYTES;
  #headFrame = 0;
  readonly #waiting: Segment[] = [];
  #waitingBytes = 0;

  /** @param synchronised the byte at `next` is known to begin a message: the stream was seen opening */
  constructor(framing: StreamFraming, next: number, synchronised: boolean) {
    this.#framing = framing;
    this.#next = next >>> 0;
    this.#synchronised = synchronised;
    this.#found = synchronised;
  }

  push(segment: Segment): StreamResult {
    if (segment.length === 0) return NOTHING;
    let ahead = distance(this.#next, segment.sequence);
    if (Math.abs(ahead) > MAX_WINDOW) {
      this.#restart(segment.sequence);
      ahead = 0;
    }
    if (ahead > 0) {
      this.#wait(segment);
      if (this.#waiting.length <= MAX_WAITING_SEGMENTS && this.#waitingBytes <= MAX_WAITING_BYTES) return NOTHING;
      return this.#skipGap();
    }
    if (-ahead >= segment.length) return NOTHING;
    const messages: StreamMessage[] = [];
    const lost = this.#take(segment, messages) + this.#drain(messages);
    return { messages, lost };
  }

  /** A connection between the same ports whose SYN was not captured. */
  #restart(next: number): void {
    this.#loseSync();
    this.#next = next;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  #wait(segment: Segment): void {
    if (this.#waiting.some((other) => other.sequence === segment.sequence && other.length >= segment.length)) return;
    this.#waiting.push({ ...segment, bytes: segment.bytes.slice() });
    this.#waiting.sort((a, b) => distance(b.sequence, a.sequence));
    this.#waitingBytes += segment.bytes.length;
  }

  #skipGap(): StreamResult {
    const first = this.#waiting[0];
    if (first === undefined) return NOTHING;
    const missing = distance(this.#next, first.sequence);
    const dropped = this.#loseSync();
    this.#next = first.sequence;
    const messages: StreamMessage[] = [];
    const lost = (this.#found ? missing + dropped : 0) + this.#drain(messages);
    return { messages, lost };
  }

  /** Takes what waited and now follows without a hole. */
  #drain(messages: StreamMessage[]): number {
    let lost = 0;
    for (let first = this.#waiting[0]; first !== undefined && distance(this.#next, first.sequence) <= 0; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#waitingBytes -= first.bytes.length;
      if (distance(this.#next, first.sequence + first.length) > 0) lost += this.#take(first, messages);
    }
    return lost;
  }

  /** Takes a segment that holds the next byte. Returns bytes no message could be made of. */
  #take(segment: Segment, messages: StreamMessage[]): number {
    const known = -distance(this.#next, segment.sequence);
    const length = segment.length - known;
    const bytes = segment.bytes.subarray(known);
    this.#next = (segment.sequence + segment.length) >>> 0;
    if (!this.#synchronised) {
      if (known > 0 || !this.#framing.startsHere(bytes, length)) return this.#found ? length : 0;
      this.#synchronised = true;
      this.#found = true;
    }
    return this.#cut(bytes, length, segment.frame, messages);
  }

  #cut(fresh: Uint8Array, freshLength: number, frame: number, messages: StreamMessage[]): number {
    const held = this.#head.length;
    const missing = freshLength - fresh.length;
    let rest = held === 0 ? fresh : joined(this.#head, fresh);
    let consumed = 0;
    const total = held + freshLength;
    const headFrame = this.#headFrame;
    const frameAt = (offset: number) => (offset < held ? headFrame : frame);
    for (;;) {
      const length = rest.length === 0 ? 'more' : this.#framing.measure(rest);
      if (length === 'broken') {
        this.#loseSync();
        return total - consumed;
      }
      if (length === 'more' || length > rest.length) {
        if (missing === 0) {
          this.#head = rest.length === 0 ? NO_BYTES : rest.slice();
          this.#headFrame = frameAt(consumed);
          return 0;
        }
        return this.#endCut(rest, length, total - consumed, frameAt(consumed), messages);
      }
      messages.push({ bytes: rest.subarray(0, length), length, firstFrame: frameAt(consumed) });
      rest = rest.subarray(length);
      consumed += length;
    }
  }

  /** A segment that the snap length cut: its last message is told as far as it goes, and what follows must prove itself. */
  #endCut(rest: Uint8Array, length: number | 'more', left: number, firstFrame: number, messages: StreamMessage[]): number {
    this.#head = NO_BYTES;
    if (length === 'more') {
      this.#synchronised = left === 0;
      return left;
    }
    messages.push({ bytes: rest, length, firstFrame });
    this.#synchronised = length === left;
    return Math.max(0, left - length);
  }

  #loseSync(): number {
    const dropped = this.#head.length;
    this.#head = NO_BYTES;
    this.#synchronised = false;
    return dropped;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Directions followed at a time; the one opened first gives way. */
const MAX_STREAMS = 2048;

/** The streams being followed, by direction. Only those that carry VPN traffic get in. */
export class TcpStreams<T> {
  readonly #streams = new Map<string, { readonly stream: TcpStream; readonly protocol: T }>();

  get size(): number {
    return this.#streams.size;
  }

  get(key: string): { readonly stream: TcpStream; readonly protocol: T } | undefined {
    return this.#streams.get(key);
  }

  open(key: string, stream: TcpStream, protocol: T): void {
    putBounded(this.#streams, MAX_STREAMS, key, { stream, protocol });
  }

  close(key: string): void {
    this.#streams.delete(key);
  }
}
