import { Duplex } from 'node:stream';

/** The wire below a TLS socket that has none: what the socket writes is collected, what comes from the peer is pushed. */
export class MemoryDuplex extends Duplex {
  #written: Buffer[] = [];

  /** @param wrote told of everything that was written */
  constructor(private readonly wrote: () => void) {
    super();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#written.push(chunk);
    this.wrote();
    done();
  }

  /** Everything written since the last time. */
  collect(): Uint8Array {
    const all = Buffer.concat(this.#written);
    this.#written = [];
    return all;
  }
}
