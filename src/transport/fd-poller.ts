import { EnvironmentError } from '../bytes/errors.js';
import type { Libc } from './libc.js';

const POLLIN = 1;
/** Errors and hang-ups are told without being asked for. */
const ENTRY = 8;
const EFD_NONBLOCK = 0o4000;
/** Wakes up by itself now and then: nothing depends on it. */
const LONGEST_WAIT = 10_000;

/** Reads what there is, up to a bound. True: there may be more. */
export type DescriptorReader = () => boolean;

/**
 * Waits for descriptors that Node's event loop has no handle for: raw sockets and TUN. One thread waits for all of them, the reading is
 * done here in batches, and other events have their turn between them.
 */
export class FdPoller {
  readonly #libc: Libc;
  readonly #readers = new Map<number, DescriptorReader>();
  readonly #wake: number;
  /** `reading`: between two batches too, while one of them has more. */
  #state: 'idle' | 'waiting' | 'reading' = 'idle';
  #closed = false;
  #ended = false;
  #done: () => void = () => {};
  readonly #finished = new Promise<void>((resolve) => {
    this.#done = resolve;
  });

  /** @throws EnvironmentError when there are too many open files */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#wake = libc.eventfd(0, EFD_NONBLOCK);
    if (this.#wake < 0)
      throw new EnvironmentError(`cannot wait for descriptors: ${libc.errno()}`, 'ulimit -n raises the number of open files');
  }

  /** Calls `reader` whenever something is there to be read. The descriptor must not block. */
  add(fd: number, reader: DescriptorReader): void {
    this.#readers.set(fd, reader);
    if (this.#state === 'waiting') this.#interrupt();
    // Whoever reads waits for all of them in the end: a second thread would be let loose on the same descriptors.
    else if (this.#state === 'idle') this.#wait();
  }

  /** Comes back when no thread looks at a descriptor any more: they may be closed then. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#readers.clear();
      if (this.#state === 'waiting') this.#interrupt();
      else this.#end();
    }
    await this.#finished;
  }

  #interrupt(): void {
    this.#libc.write(this.#wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), 8);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#libc.close(this.#wake);
    this.#done();
  }

  #wait(): void {
    const fds = [this.#wake, ...this.#readers.keys()];
    const entries = Buffer.alloc(fds.length * ENTRY);
    for (const [index, fd] of fds.entries()) {
      entries.writeInt32LE(fd, index * ENTRY);
      entries.writeInt16LE(POLLIN, index * ENTRY + 4);
    }
    this.#state = 'waiting';
    this.#libc.poll(entries, fds.length, LONGEST_WAIT, () => {
      this.#state = 'reading';
      if (this.#closed) {
        this.#end();
        return;
      }
      if (entries.readInt16LE(6) !== 0) this.#libc.read(this.#wake, Buffer.alloc(8), 8);
      this.#read(fds.filter((_, index) => index > 0 && entries.readInt16LE(index * ENTRY + 6) !== 0));
    });
  }

  /** As long as one has more, nobody has to be asked for it, and all are tried in turn. */
  #read(ready: readonly number[]): void {
    let more = false;
    for (const fd of ready) if (this.#readers.get(fd)?.() === true) more = true;
    // A reader may have closed us.
    if (this.#closed) this.#end();
    else if (more) setImmediate(() => this.#read([...this.#readers.keys()]));
    else this.#wait();
  }
}
