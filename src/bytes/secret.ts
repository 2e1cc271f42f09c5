import { inspect } from 'node:util';
import { count } from './count.js';

/** Key material. Prints as `[secret, 32 bytes]` wherever it ends up; `reveal()` is the only way in. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Length in bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** The bytes themselves, for the crypto that needs them and for key files the user asked for. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  toString(): string {
    return `[secret, ${count(this.#bytes.length, 'byte')}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
