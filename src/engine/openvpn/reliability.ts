/** Packets that may be out without having been acknowledged; the oldest peers keep eight. */
const SEND_WINDOW = 6;
/** Packets kept while one before them is missing (`TLS_RELIABLE_N_REC_BUFFERS`). */
const RECEIVE_WINDOW = 12;
/** Milliseconds until the first repetition; doubled every time. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 16_000;
/** So many later packets acknowledged, and a missing one is repeated at once (`N_ACK_RETRANSMIT`). */
const OVERTAKEN = 3;
/** Acknowledgments in a packet. OpenVPN takes eight, SoftEther drops a packet that has more than four. */
const MOST_ACKS = 4;
/** What waits to be sent, in packets: more than the longest TLS flight. */
const MAX_WAITING = 1000;

/** A message of the control channel with its number. */
export interface Numbered {
  readonly packetId: number;
  readonly opcode: number;
  readonly payload: Uint8Array;
}

interface Outstanding extends Numbered {
  due: number;
  wait: number;
  times: number;
  overtaken: number;
}

/** Sends messages until they are acknowledged, a few at a time (`reliable.c`). */
export class ReliableSender {
  readonly #waiting: { readonly opcode: number; readonly payload: Uint8Array }[] = [];
  #out: Outstanding[] = [];
  #next: number;

  /** @param next number of the first message */
  constructor(next = 0) {
    this.#next = next;
  }

  /** False when too much waits already. */
  queue(opcode: number, payload: Uint8Array): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push({ opcode, payload });
    return true;
  }

  /** Takes what is to be sent now; `times`: how often it was sent with this time. */
  take(now: number): readonly (Numbered & { readonly times: number })[] {
    while (this.#waiting.length > 0 && this.#out.length < SEND_WINDOW) {
      const message = this.#waiting.shift();
      if (message !== undefined) this.#out.push({ ...message, packetId: this.#next++, due: now, wait: FIRST_WAIT, times: 0, overtaken: 0 });
    }
    const due = this.#out.filter((message) => message.due <= now);
    for (const message of due) {
      message.times++;
      message.due = now + message.wait;
      message.wait = Math.min(2 * message.wait, LONGEST_WAIT);
    }
    return due.map(({ packetId, opcode, payload, times }) => ({ packetId, opcode, payload, times }));
  }

  /** The peer has these; what it never got and others overtook goes again at once. */
  acknowledge(packetIds: readonly number[], now: number): void {
    for (const packetId of packetIds) {
      if (!this.#out.some((message) => message.packetId === packetId)) continue;
      this.#out = this.#out.filter((message) => message.packetId !== packetId);
      for (const message of this.#out) {
        if (message.packetId < packetId && ++message.overtaken === OVERTAKEN) message.due = now;
      }
    }
  }

  /** When something has to be sent again; undefined when all is acknowledged. */
  get due(): number | undefined {
    return this.#out.length === 0 ? undefined : Math.min(...this.#out.map(({ due }) => due));
  }

  get idle(): boolean {
    return this.#out.length === 0 && this.#waiting.length === 0;
  }
}

/** Puts messages into their order and remembers what is to be acknowledged. */
export class ReliableReceiver {
  readonly #kept = new Map<number, Numbered>();
  #next: number;
  #pending: number[] = [];
  #recent: number[] = [];

  /** @param next number of the first message */
  constructor(next = 0) {
    this.#next = next;
  }

  /** Takes a message; `outside` the window it is neither kept nor acknowledged: it comes again. */
  take(message: Numbered): 'new' | 'duplicate' | 'outside' {
    const { packetId } = message;
    if (packetId >= this.#next + RECEIVE_WINDOW) return 'outside';
    if (!this.#pending.includes(packetId) && this.#pending.length < RECEIVE_WINDOW) this.#pending.push(packetId);
    if (packetId < this.#next || this.#kept.has(packetId)) return 'duplicate';
    this.#kept.set(packetId, message);
    return 'new';
  }

  /** The next message in order, once it is there. */
  deliver(): Numbered | undefined {
    const message = this.#kept.get(this.#next);
    if (message === undefined) return undefined;
    this.#kept.delete(this.#next);
    this.#next++;
    return message;
  }

  get owesAcks(): boolean {
    return this.#pending.length > 0;
  }

  /** Acknowledgments for a packet that goes out: those owed, and a few of before, whose packet may have been lost. */
  acks(): readonly number[] {
    const owed = this.#pending.splice(0, MOST_ACKS);
    this.#recent = [...owed, ...this.#recent.filter((id) => !owed.includes(id))].slice(0, MOST_ACKS);
    return this.#recent;
  }
}
