import { writeSync } from 'node:fs';
import { writeError } from '../bytes/file-error.js';
import { forTerminal } from './for-terminal.js';

/** Bytes collected before they are written in one go. */
const SIZE = 1 << 20;
/** How long to wait, in ms, before a pipe that is full is tried again. */
const PATIENCE = 2;

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/**
 * Standard output for millions of lines: text is put together in one large buffer and written by `flush` or when the
 * buffer is full. Writing waits until the reader has taken it, which also holds back whoever produces the text. A reader
 * that has gone away (`| head`) is not an error: `closed` becomes true and the rest is dropped.
 */
export class TextOutput {
  /** To be filled from `at` on, after `reserve`. */
  readonly bytes = Buffer.allocUnsafeSlow(SIZE);
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, SIZE);
  /** Bytes filled. */
  at = 0;
  /** Nobody reads any more. */
  closed = false;

  constructor(private readonly fd = 1) {}

  /** Makes sure that `count` bytes, at most a few thousand, fit behind `at`. */
  reserve(count: number): void {
    if (this.at + count > SIZE) this.flush();
  }

  /** Adds a line of text; the newline is added here, and what a terminal would obey is taken out. */
  line(line: string): void {
    const text = forTerminal(line);
    // A UTF-16 unit becomes three bytes of UTF-8 at most.
    const room = text.length * 3 + 1;
    if (room > SIZE) {
      this.flush();
      this.#write(Buffer.from(`${text}\n`));
      return;
    }
    this.reserve(room);
    this.at += this.bytes.write(text, this.at);
    this.bytes[this.at++] = 0x0a;
  }

  /** Writes what was collected. @throws EnvironmentError when it cannot be, unless the reader is merely slow or gone */
  flush(): void {
    const end = this.at;
    this.at = 0;
    this.#write(this.bytes.subarray(0, end));
  }

  #write(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length && !this.closed) {
      try {
        from += writeSync(this.fd, bytes, from, bytes.length - from);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'EPIPE') this.closed = true;
        // A pipe that another process made non-blocking.
        else if (code === 'EAGAIN') Atomics.wait(PAUSE, 0, 0, PATIENCE);
        else throw writeError('the output', error);
      }
    }
  }
}
