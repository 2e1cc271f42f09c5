import { putBounded } from '../../../bytes/put-bounded.js';

/** `fragment.h`: what the two lowest bits of the header say. */
const WHOLE = 0;
const NOT_LAST = 1;
const LAST = 2;

export const FRAGMENT_HEADER_LENGTH = 4;
/** Places: type, 8 bits of sequence, 5 of the fragment's number, and of the last one its siblings' size in units of four. */
const SEQUENCE_SHIFT = 2;
const NUMBER_SHIFT = 10;
const SIZE_SHIFT = 15;
const SIZE_UNIT = 4;
const SEQUENCES = 256;
const MOST_FRAGMENTS = 32;
const LARGEST_SIZE = 0x3fff * SIZE_UNIT;

/** Datagrams put together at a time, seconds that one is waited for, and its bytes (`fragment.h`). */
const PLACES = 25;
const PATIENCE = 10_000;
const LONGEST = 65_535;

/** A payload behind `--fragment`'s header, in as many pieces as it needs. */
export class Fragmenter {
  #sequence = 0;

  /**
   * @param room bytes of a piece with its header, at least 8
   * @returns undefined when more pieces than 32 would be needed
   */
  cut(payload: Uint8Array, room: number): readonly Uint8Array[] | undefined {
    const most = Math.min(room - FRAGMENT_HEADER_LENGTH, LARGEST_SIZE);
    if (payload.length <= most) return [piece(WHOLE, payload)];
    const aligned = Math.floor(most / SIZE_UNIT) * SIZE_UNIT;
    if (aligned <= 0) return undefined;
    // Pieces of about one length: a last one of a few bytes would cost a whole packet.
    const count = Math.ceil(payload.length / aligned);
    if (count > MOST_FRAGMENTS) return undefined;
    const size = Math.ceil(payload.length / count / SIZE_UNIT) * SIZE_UNIT;
    this.#sequence = (this.#sequence + 1) % SEQUENCES;
    const pieces: Uint8Array[] = [];
    for (let at = 0, number = 0; at < payload.length; at += size, number++) {
      const last = at + size >= payload.length;
      const sizeField = last ? (size / SIZE_UNIT) << SIZE_SHIFT : 0;
      const flags = (last ? LAST : NOT_LAST) | (this.#sequence << SEQUENCE_SHIFT) | (number << NUMBER_SHIFT) | sizeField;
      pieces.push(piece(flags, payload.subarray(at, at + size)));
    }
    return pieces;
  }
}

function piece(flags: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAGMENT_HEADER_LENGTH + payload.length);
  new DataView(bytes.buffer).setUint32(0, flags);
  bytes.set(payload, FRAGMENT_HEADER_LENGTH);
  return bytes;
}

interface Waiting {
  readonly bytes: Uint8Array;
  /** Bits: which numbers are there. */
  seen: number;
  /** Pieces in all, known with the last one. */
  count: number;
  length: number;
  /** Bytes of a piece that is not the last. */
  size: number;
  readonly since: number;
}

/** Puts pieces together; bounded in number, bytes and age. */
export class Defragmenter {
  readonly #waiting = new Map<number, Waiting>();

  /** The payload when it is whole; `waiting` while pieces are missing; `undefined` for what no payload can be made of. */
  add(plain: Uint8Array, now: number): Uint8Array | 'waiting' | undefined {
    if (plain.length < FRAGMENT_HEADER_LENGTH) return undefined;
    const flags = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
    const body = plain.subarray(FRAGMENT_HEADER_LENGTH);
    const type = flags & 3;
    if (type === WHOLE) return body;
    if (type !== NOT_LAST && type !== LAST) return undefined;
    const number = (flags >>> NUMBER_SHIFT) & (MOST_FRAGMENTS - 1);
    const size = type === LAST ? ((flags >>> SIZE_SHIFT) & 0x3fff) * SIZE_UNIT : body.length;
    const at = number * size;
    if (body.length === 0 || body.length > size || at + body.length > LONGEST) return undefined;
    const entry = this.#entry((flags >>> SEQUENCE_SHIFT) & (SEQUENCES - 1), size, now);
    entry.bytes.set(body, at);
    entry.seen |= 1 << number;
    if (type === LAST) {
      entry.count = number + 1;
      entry.length = at + body.length;
    }
    const all = entry.count === MOST_FRAGMENTS ? -1 : (1 << entry.count) - 1;
    if (entry.count === 0 || (entry.seen & all) !== all) return 'waiting';
    this.#waiting.delete((flags >>> SEQUENCE_SHIFT) & (SEQUENCES - 1));
    return entry.bytes.subarray(0, entry.length);
  }

  /** Numbers come round: what is old, or of another size, is another payload. */
  #entry(sequence: number, size: number, now: number): Waiting {
    const before = this.#waiting.get(sequence);
    if (before !== undefined && now - before.since <= PATIENCE && before.size === size) return before;
    // Not zeroed: it is handed on when every byte of it has come.
    const bytes = Buffer.allocUnsafeSlow(Math.min(LONGEST, size * MOST_FRAGMENTS));
    const entry = { bytes, seen: 0, count: 0, length: 0, size, since: now };
    putBounded(this.#waiting, PLACES, sequence, entry);
    return entry;
  }
}
