/** One IKE fragment: an SKF payload (RFC 7383 §2.5) or the fragment payload of Cisco's and Microsoft's IKEv1. */
export interface FragmentPiece {
  readonly session: number;
  readonly fromInitiator: boolean;
  readonly response: boolean;
  readonly messageId: number;
  readonly kind: 'skf' | 'cisco' | 'microsoft';
  /** Tells the sets of one message id apart: IKEv1's fragment id; 0 for SKF. */
  readonly set: number;
  /** From 1. */
  readonly number: number;
  /** SKF: in every fragment. IKEv1: in the last one only, whose number it is. */
  readonly total?: number;
  readonly frame: number;
  /** Bytes of the IKE message that carried it. */
  readonly length: number;
  /** What it adds to the whole: plaintext, or in IKEv1 a part of the message. Absent where there was no key. A copy is kept. */
  readonly content?: Uint8Array;
}

export interface FragmentWhole {
  /** In order of fragment numbers. */
  readonly frames: readonly number[];
  /** Bytes of the IKE messages that carried them, summed. */
  readonly length: number;
  /** All contents joined; absent when one of them was. */
  readonly content?: Uint8Array;
}

export interface IncompleteFragments {
  readonly frame: number;
  readonly kind: FragmentPiece['kind'];
  readonly messageId: number;
  readonly fromInitiator: boolean;
  readonly have: number;
  readonly total?: number;
}

interface FragmentSet {
  readonly session: number;
  readonly first: FragmentPiece;
  readonly pieces: Map<number, { readonly frame: number; readonly length: number; readonly content: Uint8Array | undefined }>;
  total: number | undefined;
  held: number;
  done: boolean;
}

/** Most fragments one message may have here: 255 is what IKEv1 can number, SKF at 64 KiB needs fewer. */
const MAX_FRAGMENTS = 256;
const DEFAULT_LIMITS = { sets: 1024, bytes: 8 << 20 };

/**
 * Puts IKE fragments together, for all sessions of a capture. Bounded in sets and in bytes held; the set that waited
 * longest goes first.
 */
export class FragmentStore {
  readonly #sets = new Map<string, FragmentSet>();
  readonly #limits: { readonly sets: number; readonly bytes: number };
  #held = 0;

  constructor(limits: Partial<typeof DEFAULT_LIMITS> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /**
   * Takes one fragment: `whole` when it was the last one missing; `duplicate` when it had come before or belongs to a message
   * that is whole already; `refused` when its number cannot be.
   */
  add(piece: FragmentPiece): FragmentWhole | 'waiting' | 'duplicate' | 'refused' {
    const { number, total } = piece;
    if (number < 1 || number > MAX_FRAGMENTS || (total !== undefined && (total > MAX_FRAGMENTS || number > total))) return 'refused';
    const key = `${piece.session}/${piece.fromInitiator ? 'i' : 'r'}${piece.response ? 'r' : 'q'}/${piece.messageId}/${piece.set}`;
    let set = this.#sets.get(key);
    // RFC 7383 §2.6.1: a sender that tries again with smaller fragments announces more of them.
    if (set !== undefined && total !== undefined && set.total !== undefined && total !== set.total) {
      if (total < set.total) return 'refused';
      this.#drop(key, set);
      set = undefined;
    }
    if (set === undefined) {
      set = { session: piece.session, first: piece, pieces: new Map(), total: undefined, held: 0, done: false };
      this.#sets.set(key, set);
    }
    if (set.done || set.pieces.has(number)) return 'duplicate';
    set.total ??= total;
    set.pieces.set(number, {
      frame: piece.frame,
      length: piece.length,
      content: piece.content === undefined ? undefined : Buffer.from(piece.content),
    });
    set.held += piece.content?.length ?? 0;
    this.#held += piece.content?.length ?? 0;
    const whole = join(set);
    if (whole !== undefined) this.#finish(set);
    this.#bound();
    return whole ?? 'waiting';
  }

  /** Sets that never became whole, by session. */
  incomplete(): ReadonlyMap<number, readonly IncompleteFragments[]> {
    const found = new Map<number, IncompleteFragments[]>();
    for (const { session, done, first, pieces, total } of this.#sets.values()) {
      if (done) continue;
      const { frame, kind, messageId, fromInitiator } = first;
      const facts = { frame, kind, messageId, fromInitiator, have: pieces.size };
      const ofSession = found.get(session) ?? [];
      ofSession.push(total === undefined ? facts : { ...facts, total });
      found.set(session, ofSession);
    }
    return found;
  }

  #finish(set: FragmentSet): void {
    this.#held -= set.held;
    set.held = 0;
    set.done = true;
    set.pieces.clear();
  }

  #drop(key: string, set: FragmentSet): void {
    this.#held -= set.held;
    this.#sets.delete(key);
  }

  #bound(): void {
    for (const [key, set] of this.#sets) {
      if (this.#sets.size <= this.#limits.sets && this.#held <= this.#limits.bytes) return;
      this.#drop(key, set);
    }
  }
}

function join(set: FragmentSet): FragmentWhole | undefined {
  const { total, pieces } = set;
  if (total === undefined || pieces.size < total) return undefined;
  const frames: number[] = [];
  const contents: Uint8Array[] = [];
  let length = 0;
  for (let number = 1; number <= total; number++) {
    const piece = pieces.get(number);
    if (piece === undefined) return undefined;
    frames.push(piece.frame);
    length += piece.length;
    if (piece.content !== undefined) contents.push(piece.content);
  }
  return contents.length === total ? { frames, length, content: Buffer.concat(contents) } : { frames, length };
}
