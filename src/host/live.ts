import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { open, readdir, readlink, stat } from 'node:fs/promises';
import { type Answer, answer, type CommandOutput, type FileStat, type Host, type NoAnswerReason, noAnswer } from './host.js';
import { runProgram } from './run-program.js';

const DEFAULT_MAX_BYTES = 4 << 20;
const DEFAULT_TIMEOUT_MS = 5000;

/** A file on a network share that has gone can keep a reader for ever. */
const FILE_TIMEOUT_MS = 5000;

/**
 * What the kernel makes up in memory and what lies on the disk that the system itself runs from is read at once: hundreds of small
 * questions cost a tenth of what the thread pool would take, and where that disk does not answer, nothing does. Everything else
 * may be a network share, and has a time limit.
 */
const atOnce = (path: string) => /^\/(proc|sys|etc|bin|sbin|lib|usr\/(?!local\/))(\/|$)/.test(path);

/** NULs are the separators of cmdline and say nothing about files of /proc. */
const mayHoldNul = (path: string) => path.startsWith('/proc/');

/** This machine, looked at now. */
export class LiveHost implements Host {
  readonly isRoot = process.geteuid?.() === 0;
  readonly now = new Date();

  readFile(path: string, maxBytes = DEFAULT_MAX_BYTES): Promise<Answer<string>> {
    return atOnce(path) ? Promise.resolve(readFileAtOnce(path, maxBytes)) : inTime(path, readFileLater(path, maxBytes));
  }

  readDir(path: string): Promise<Answer<readonly string[]>> {
    if (atOnce(path)) return Promise.resolve(attempt(path, () => readdirSync(path).sort()));
    return inTime(
      path,
      attemptAsync(path, async () => (await readdir(path)).sort()),
    );
  }

  readLink(path: string): Promise<Answer<string>> {
    if (atOnce(path)) return Promise.resolve(attempt(path, () => readlinkSync(path)));
    return inTime(
      path,
      attemptAsync(path, () => readlink(path)),
    );
  }

  stat(path: string): Promise<Answer<FileStat>> {
    if (atOnce(path)) return Promise.resolve(statAtOnce(path));
    return inTime(
      path,
      attemptAsync(path, async () => fileStat(await stat(path))),
    );
  }

  run(command: readonly [string, ...string[]], timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Answer<CommandOutput>> {
    return runProgram(command, timeoutMs);
  }
}

const MISSING = { code: 'ENOENT' };

/** Most of what is looked for is not there, which is no exception worth its price. */
function statAtOnce(path: string): Answer<FileStat> {
  const stats = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stats.ok) return stats;
  return stats.value === undefined ? refusal(path, MISSING) : answer(fileStat(stats.value));
}

/**
 * Files of /proc and /sys tell no size (0, or a page): they are read until they end. O_NONBLOCK keeps those that wait for news (/proc/kmsg)
 * from stopping everything.
 */
function readFileAtOnce(path: string, maxBytes: number): Answer<string> {
  const bytes = attempt(path, () => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (!stats.isFile()) throw new NotAFile();
    if (stats.size > maxBytes && !path.startsWith('/sys/')) return stats.size;
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const chunks: Buffer[] = [];
      for (let length = 0; length <= maxBytes; ) {
        const bytesRead = readSync(file, scratch, 0, scratch.length, null);
        if (bytesRead === 0) break;
        chunks.push(Buffer.from(scratch.subarray(0, bytesRead)));
        length += bytesRead;
      }
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    } finally {
      closeSync(file);
    }
  });
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return refusal(path, MISSING);
  return typeof bytes.value === 'number' ? tooLarge(path, maxBytes) : textOf(path, bytes.value, maxBytes);
}

const scratch = Buffer.alloc(1 << 16);

/**
 * Looks before it opens, since opening a device can already do something (rewind a tape, arm a watchdog), and again afterwards.
 * O_NONBLOCK: a FIFO put there in between does not keep us.
 */
async function readFileLater(path: string, maxBytes: number): Promise<Answer<string>> {
  const bytes = await attemptAsync(path, async () => {
    if (!(await stat(path)).isFile()) throw new NotAFile();
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const { size } = await file.stat();
      if (!(await file.stat()).isFile()) throw new NotAFile();
      if (size > maxBytes) return undefined;
      const buffer = Buffer.alloc(Math.min(maxBytes, size) + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  });
  if (!bytes.ok) return bytes;
  return bytes.value === undefined ? tooLarge(path, maxBytes) : textOf(path, bytes.value, maxBytes);
}

function textOf(path: string, bytes: Buffer, maxBytes: number): Answer<string> {
  if (bytes.length > maxBytes) return tooLarge(path, maxBytes);
  if (!mayHoldNul(path) && bytes.includes(0)) return noAnswer('binary', `${path}: binary data where text is expected`);
  return answer(bytes.toString('utf8'));
}

const tooLarge = (path: string, maxBytes: number) => noAnswer('too-large', `${path}: larger than ${maxBytes} bytes`);

/** Devices, FIFOs, sockets and directories have no contents for us. */
class NotAFile extends TypeError {
  readonly code = 'NOTAFILE';
}

const reasons: Readonly<Record<string, readonly [NoAnswerReason, string]>> = {
  ENOENT: ['missing', 'no such file or directory'],
  ENOTDIR: ['missing', 'no such file or directory'],
  ESRCH: ['missing', 'the process has ended'],
  EACCES: ['denied', 'permission denied'],
  EPERM: ['denied', 'operation not permitted'],
  EISDIR: ['failed', 'is a directory'],
  ELOOP: ['failed', 'too many symbolic links'],
  EINVAL: ['failed', 'not a symbolic link'],
  NOTAFILE: ['failed', 'not a regular file'],
};

/** Why an operation of the system failed, in the words of an answer. */
function refusal(path: string, error: unknown): Answer<never> {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const [reason, words] = reasons[code] ?? ['failed', code || 'cannot be read'];
  return noAnswer(reason, `${path}: ${words}`);
}

function attempt<T>(path: string, operation: () => T): Answer<T> {
  try {
    return answer(operation());
  } catch (error) {
    return refusal(path, error);
  }
}

async function attemptAsync<T>(path: string, operation: () => Promise<T>): Promise<Answer<T>> {
  try {
    return answer(await operation());
  } catch (error) {
    return refusal(path, error);
  }
}

function inTime<T>(path: string, operation: Promise<Answer<T>>): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer<T>>((resolve) => {
    timer = setTimeout(() => resolve(noAnswer('timeout', `${path}: no answer within ${FILE_TIMEOUT_MS / 1000} s`)), FILE_TIMEOUT_MS);
  });
  return Promise.race([operation, late]).finally(() => clearTimeout(timer));
}

const kinds = [
  ['isFile', 'file'],
  ['isDirectory', 'directory'],
  ['isCharacterDevice', 'character-device'],
  ['isBlockDevice', 'block-device'],
] as const;

function fileStat(stats: ReturnType<typeof statSync> & object): FileStat {
  const kind = kinds.find(([is]) => stats[is]())?.[1] ?? 'other';
  return { kind, mode: Number(stats.mode) & 0o7777, uid: Number(stats.uid), gid: Number(stats.gid), size: Number(stats.size) };
}
