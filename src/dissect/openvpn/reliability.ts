/** Messages held back while one before them is missing: the window of the reliability layer is far smaller. */
const MAX_WAITING = 64;
/** Message numbers remembered, to know copies. */
const MAX_KNOWN = 1024;

/** What the reliability layer makes of a message. */
export interface Reliable {
  /** Frame of the first copy, when this is another. */
  readonly retransmissionOf: number | undefined;
  /** Payloads that now follow without a hole, in order, with the frame each came in. */
  readonly delivered: readonly { readonly payload: Uint8Array; readonly frame: number }[];
}

const NOTHING: Reliable['delivered'] = [];

/** One direction under one key id: puts messages in order by their packet ids (`reliable.c`). Bounded. */
export class ReliableStream {
  #next = 0;
  readonly #known = new Map<number, number>();
  readonly #waiting = new Map<number, { readonly payload: Uint8Array; readonly frame: number }>();

  /** @param synchronise the capture begins in the middle: whatever comes first is where the stream starts */
  push(packetId: number, payload: Uint8Array, frame: number, synchronise: boolean): Reliable {
    const first = this.#known.get(packetId);
    if (first !== undefined) return { retransmissionOf: first, delivered: NOTHING };
    if (this.#known.size < MAX_KNOWN) this.#known.set(packetId, frame);
    if (synchronise && this.#known.size === 1) this.#next = packetId;
    if (packetId < this.#next) return { retransmissionOf: undefined, delivered: NOTHING };
    if (packetId > this.#next) {
      if (this.#waiting.size < MAX_WAITING) this.#waiting.set(packetId, { payload: Uint8Array.from(payload), frame });
      return { retransmissionOf: undefined, delivered: NOTHING };
    }
    const delivered = [{ payload, frame }];
    this.#next++;
    for (let waiting = this.#waiting.get(this.#next); waiting !== undefined; waiting = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      delivered.push(waiting);
      this.#next++;
    }
    return { retransmissionOf: undefined, delivered };
  }
}
