import type { Path } from '../../engine/step.js';

/** A peer sends little before its first key is in use. */
const MOST = 8;

/**
 * Data packets that came before the keys that open them: a server sends as soon as it has told us the last word of the handshake, and TLS
 * gives us our keys in its own time. Few are kept, the first ones.
 */
export class EarlyData {
  readonly #kept: { readonly address: string; readonly path: Path; readonly packet: Uint8Array }[] = [];

  get hasRoom(): boolean {
    return this.#kept.length < MOST;
  }

  keep(address: string, path: Path, packet: Uint8Array): void {
    // What arrives may lie in memory that the socket uses again.
    if (this.hasRoom) this.#kept.push({ address, path, packet: Uint8Array.from(packet) });
  }

  /** What came from this address, once. */
  take(address: string): readonly { readonly path: Path; readonly packet: Uint8Array }[] {
    const taken = this.#kept.filter((one) => one.address === address);
    if (taken.length > 0) this.#kept.splice(0, this.#kept.length, ...this.#kept.filter((one) => one.address !== address));
    return taken;
  }
}
