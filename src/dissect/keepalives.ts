import type { CaptureFacts } from '../model/capture-facts.js';
import type { KeepaliveUnit, Packet } from './packet.js';

/** Directions followed. */
const MAX_DIRECTIONS = 4096;

interface Direction {
  readonly src: string;
  readonly dst: string;
  count: number;
  longestGap: number;
  last: number;
}

/** Counts NAT keepalives (RFC 3948 §2.3) by direction, and the longest time without one. */
export class Keepalives {
  readonly #directions = new Map<string, Direction>();

  observe({ src, dst }: KeepaliveUnit, { sec, nsec }: Packet): void {
    const key = `${src.address} ${dst.address}`;
    const now = sec + nsec / 1e9;
    const known = this.#directions.get(key);
    if (known === undefined) {
      if (this.#directions.size >= MAX_DIRECTIONS) return;
      this.#directions.set(key, { src: src.address, dst: dst.address, count: 1, longestGap: 0, last: now });
      return;
    }
    known.count++;
    known.longestGap = Math.max(known.longestGap, now - known.last);
    known.last = now;
  }

  facts(): CaptureFacts['keepalives'] {
    return [...this.#directions.values()].map(({ src, dst, count, longestGap }) => ({ src, dst, count, longestGap }));
  }
}
