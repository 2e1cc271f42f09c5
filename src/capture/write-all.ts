import { writeSync } from 'node:fs';

/** Milliseconds to wait for a pipe that is full. */
const PAUSE = 2;
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes the first `length` bytes, however many calls it takes, waiting where the other side is slow:
 * Node may have made standard output non-blocking. Throws what `writeSync` throws, EPIPE for instance.
 */
export function writeAll(fd: number, bytes: Buffer, length: number): void {
  for (let done = 0; done < length; ) {
    try {
      done += writeSync(fd, bytes, done, length - done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(never, 0, 0, PAUSE);
    }
  }
}
