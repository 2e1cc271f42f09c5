import { EnvironmentError, UsageError } from './errors.js';

/** What a user is told to do about a file; each has words of its own where none are given. */
export interface FileHints {
  /** It is not there. */
  readonly missing?: string;
  /** We may not read or write it. */
  readonly denied?: string;
}

const code = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';

/**
 * Why a file that the user named was not read, and what to do.
 * @param what the file, with its flag where there is one: `--psk-file /etc/secret`
 * @param path the file
 */
export function readError(what: string, path: string, error: unknown, hints: FileHints = {}): UsageError | EnvironmentError {
  switch (code(error)) {
    case 'ENOENT':
      return new UsageError(`${what}: no such file`, hints.missing ?? 'check the path');
    case 'ENOTDIR':
      return new UsageError(`${what}: no such file`, 'a part of the path is itself a file');
    case 'EISDIR':
      return new UsageError(`${what}: it is a directory`, 'name a file in it');
    case 'EACCES':
    case 'EPERM':
      return new EnvironmentError(`${what}: no right to read it`, hints.denied ?? `as root, or: sudo cat ${path} into a file of your own`);
    default:
      return new EnvironmentError(`${what} cannot be read: ${wordsOf(error)}`);
  }
}

/** Why a file was not written, and what to do. `what` and `hints` as for `readError`. */
export function writeError(what: string, error: unknown, hints: FileHints = {}): UsageError | EnvironmentError {
  switch (code(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new UsageError(
        `${what} cannot be written: there is no such folder`,
        hints.missing ?? 'make it with mkdir -p, or name another file',
      );
    case 'EISDIR':
      return new UsageError(`${what} is a directory`, 'give the name of a file to write');
    case 'EEXIST':
      return new UsageError(`${what} is there already`, 'name another file, or move it away');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EnvironmentError(`${what} cannot be written: no right to`, hints.denied ?? 'choose a folder of yours, or run as root');
    case 'ENOSPC':
    case 'EDQUOT':
      return new EnvironmentError(`${what} cannot be written: the disk is full`, 'free some space');
    default:
      return new EnvironmentError(`${what} cannot be written: ${wordsOf(error)}`);
  }
}

/** Of Node's own messages the part for people: `ELOOP: too many symbolic links encountered, open '…'`. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]*)/.exec(message)?.[1] ?? message;
}
