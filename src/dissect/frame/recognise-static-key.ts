import { putBounded } from '../../bytes/put-bounded.js';

/** Packets in one direction before regularity is believed, and different lengths among them. */
const RUN = 12;
const LENGTHS = 3;
/** So many different first bytes must be there: an opcode or a type would stand in the first byte again and again. */
const FIRST_BYTES = 8;
/** HMAC, IV and one block at least. */
const MIN_LENGTH = 16 + 8 + 8;
const BLOCK = 8;
/** Packets of one flow on which keys are tried. */
const KEY_TRIALS = 4;
const MAX_FLOWS = 1024;

interface Watched {
  run: number;
  residue: number;
  readonly lengths: Set<number>;
  readonly firstBytes: Set<number>;
  trials: number;
}

/**
 * Static-key mode has no opcode and no handshake: nothing but HMAC, IV and CBC blocks. It is told by a key that signs the packet,
 * or, on the registered port alone, by its regularity: every length leaves the same remainder by the block, no byte in front is constant.
 */
export class StaticKeyFlows {
  readonly #watched = new Map<string, Watched>();
  #fits: ((bytes: Uint8Array) => boolean) | undefined;
  #hasKeys: () => boolean = () => false;

  /** @param fits whether one of the keys given signed these bytes */
  useKeys(fits: (bytes: Uint8Array) => boolean, hasKeys: () => boolean): void {
    this.#fits = fits;
    this.#hasKeys = hasKeys;
  }

  /** Whether packets are worth a look at all. */
  concerns(onRegisteredPort: boolean): boolean {
    return onRegisteredPort || this.#hasKeys();
  }

  /** The evidence in words; undefined while there is none. */
  recognise(key: string, bytes: Uint8Array, onRegisteredPort: boolean): string | undefined {
    if (bytes.length < MIN_LENGTH) return undefined;
    let watched = this.#watched.get(key);
    if (watched === undefined) {
      watched = { run: 0, residue: -1, lengths: new Set(), firstBytes: new Set(), trials: 0 };
      putBounded(this.#watched, MAX_FLOWS, key, watched);
    }
    if (this.#hasKeys() && watched.trials < KEY_TRIALS) {
      watched.trials++;
      if (this.#fits?.(bytes) === true) return 'the static key given signed it';
    }
    return onRegisteredPort ? this.#weigh(watched, bytes) : undefined;
  }

  #weigh(watched: Watched, bytes: Uint8Array): string | undefined {
    const residue = bytes.length % BLOCK;
    if (residue !== watched.residue) {
      watched.residue = residue;
      watched.run = 0;
      watched.lengths.clear();
      watched.firstBytes.clear();
    }
    watched.run++;
    if (watched.lengths.size < LENGTHS) watched.lengths.add(bytes.length);
    if (watched.firstBytes.size < FIRST_BYTES) watched.firstBytes.add(bytes[0] ?? 0);
    if (watched.run < RUN || watched.lengths.size < LENGTHS || watched.firstBytes.size < FIRST_BYTES) return undefined;
    return `${watched.run} packets without a header in common, all lengths ${residue} more than a multiple of ${BLOCK}: HMAC and CBC of a static key`;
  }
}
