import { encodeMessage, type OutgoingHeader } from '../../wire/ike/message.js';
import type { FragmentV1 } from '../../wire/ike/payloads/fragment-v1.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';

/** IP and UDP header, non-ESP marker, ISAKMP header, payload header and the four bytes of a fragment. */
const OVERHEAD_V4 = 20 + 8 + 4 + 28 + 4 + 4;
const OVERHEAD_V6 = OVERHEAD_V4 + 20;
/** The number of a fragment is a byte. */
const MAX_FRAGMENTS = 255;
/** Bytes of one message put together: more than any has. */
const MAX_BYTES = 65_535;

/**
 * Cuts a message into fragments (MS-IKEE §2.2.3, Cisco's alike), each in a message with the header of the whole one but in clear.
 * @param size bytes of IP packet that one may have
 */
export function cutIntoFragments(bytes: Uint8Array, header: OutgoingHeader, id: number, size: number, v6: boolean): readonly Uint8Array[] {
  const room = size - (v6 ? OVERHEAD_V6 : OVERHEAD_V4);
  const count = Math.ceil(bytes.length / room);
  if (room <= 0 || count > MAX_FRAGMENTS) return [bytes];
  return Array.from({ length: count }, (_, i) =>
    encodeMessage({ ...header, flags: 0 }, [
      {
        kind: 'fragment-v1',
        type: V1.FRAG,
        value: { id, number: i + 1, last: i === count - 1, data: bytes.subarray(i * room, (i + 1) * room) },
      },
    ]),
  );
}

/** Whether a message is so large that it needs them. */
export function needsFragments(bytes: Uint8Array, size: number, v6: boolean): boolean {
  const headers = (v6 ? OVERHEAD_V6 : OVERHEAD_V4) - 28 - 4 - 4;
  return size > 0 && bytes.length + headers > size;
}

interface Reassembly {
  readonly id: number;
  readonly parts: Map<number, Uint8Array>;
  bytes: number;
  count: number | undefined;
}

/** Fragments that came, of one message for each SA: another one takes the place of one that was never whole. */
export class Reassemblies {
  readonly #ofSa = new Map<number, Reassembly>();

  /** The whole message with the last missing fragment; undefined before, and for fragments that cannot be. */
  add(sa: number, { id, number, last, data }: FragmentV1): Uint8Array | undefined {
    let found = this.#ofSa.get(sa);
    if (found === undefined || found.id !== id) {
      found = { id, parts: new Map(), bytes: 0, count: undefined };
      this.#ofSa.set(sa, found);
    }
    if (number === 0 || found.parts.has(number)) return undefined;
    found.parts.set(number, data.slice());
    found.bytes += data.length;
    if (last) found.count = number;
    if (found.bytes > MAX_BYTES) this.forget(sa);
    if (found.count === undefined || found.parts.size < found.count) return undefined;
    this.forget(sa);
    const parts = Array.from({ length: found.count }, (_, i) => found.parts.get(i + 1));
    return parts.some((part) => part === undefined) ? undefined : Uint8Array.from(Buffer.concat(parts as Uint8Array[]));
  }

  forget(sa: number): void {
    this.#ofSa.delete(sa);
  }

  get size(): number {
    return this.#ofSa.size;
  }
}
