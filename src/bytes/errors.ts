import { count } from './count.js';
/**
 * Errors by whose fault they are. Bare `Error` is not thrown anywhere in src/.
 */

/** The bytes are wrong: cut, lying about a length, or not what they claim to be. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';

  /**
   * @param field what was being read, in the words of the RFC
   * @param offset where it starts, in bytes from the beginning of the outermost reader
   * @param need bytes needed
   * @param have bytes there
   * @param reason when it is not simply too short
   */
  constructor(
    readonly field: string,
    readonly offset: number,
    readonly need: number,
    readonly have: number,
    readonly reason?: string,
  ) {
    super(
      reason === undefined
        ? `${field} at offset ${offset} needs ${count(need, 'byte')}, ${have} there`
        : `${field} at offset ${offset}: ${reason}`,
    );
  }
}

/** The user asked for something that cannot be: a bad flag, a file that is not a capture. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** @param hint what to do instead */
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** The host lacks something: a right, a package, an interface. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  /** @param hint the next step, a command where possible */
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** Ours: something that cannot happen did. */
export class BugError extends Error {
  override readonly name = 'BugError';
}
