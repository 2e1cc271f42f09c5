import type { DataKeys } from '../data-keys.js';
import type { DataDrop } from './drop.js';

/** One key of a data channel at work: both directions and their packet ids. */
export interface KeyAtWork {
  readonly keys: DataKeys;
  /** Whether it is time for another key. */
  readonly worn: boolean;
  /** Bytes of plaintext, framing and fragment header included, that fit into a packet of this length. */
  room(length: number): number;
  /** The whole packet, the receiver's to keep; undefined when the packet ids are used up. */
  seal(plaintext: Uint8Array): Uint8Array | undefined;
  /** What was sealed, framing and fragment header included. May be a view of the packet. */
  open(packet: Uint8Array): Uint8Array | DataDrop;
  /** Forgets it. */
  release(): void;
}
