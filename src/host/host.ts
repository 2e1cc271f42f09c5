/**
 * What a Linux host says, whoever asks: live, from a bundle, or a fake in tests. Read-only by contract: a host is never
 * changed by being looked at, and every question ends, with an answer or with the reason why there is none.
 */
export interface Host {
  /** Contents of a file. Never follows into devices, never reads more than `maxBytes` (default 4 MiB). */
  readFile(path: string, maxBytes?: number): Promise<Answer<string>>;
  /** Names in a directory, sorted. */
  readDir(path: string): Promise<Answer<readonly string[]>>;
  /** Kind, mode, owner and size of a file, link followed. */
  stat(path: string): Promise<Answer<FileStat>>;
  /**
   * Output of a program, found on the usual paths, without a shell, in the C locale, ended after `timeoutMs` (default 5 s).
   * Only programs that change nothing may be named here.
   */
  run(command: readonly [string, ...string[]], timeoutMs?: number): Promise<Answer<CommandOutput>>;
  /** Effective user is root. */
  readonly isRoot: boolean;
  /** When the host was looked at: now, or when the bundle was made. */
  readonly now: Date;
}

/** Why a question has no answer. `missing`: there is no such thing; `denied`: we lack the right; the others speak for themselves. */
export type NoAnswerReason = 'missing' | 'denied' | 'timeout' | 'too-large' | 'binary' | 'not-collected' | 'failed';

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: NoAnswerReason; readonly message: string };

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'character-device' | 'block-device' | 'other';
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** The value, or undefined where there is none: for facts whose absence means nothing. */
export function answered<T>(answer: Answer<T>): T | undefined {
  return answer.ok ? answer.value : undefined;
}
