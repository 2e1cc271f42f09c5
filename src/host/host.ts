import type { SecretStrength } from '../config/secret-entry.js';

/**
 * What a Linux host says, whoever asks: live, from a bundle, or a fake in tests. Read-only by contract: a host is never
 * changed by being looked at, and every question ends, with an answer or with the reason why there is none.
 */
export interface Host {
  /** Contents of a file. Never follows into devices, never reads more than `maxBytes` (default 4 MiB). */
  readFile(path: string, maxBytes?: number): Promise<Answer<string>>;
  /** Names in a directory, sorted. */
  readDir(path: string): Promise<Answer<readonly string[]>>;
  /** Where a symbolic link points, as written: `/proc/self/ns/net` gives `net:[4026531840]`. */
  readLink(path: string): Promise<Answer<string>>;
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
  /** Only of a bundle: the configuration files that were named when it was made. */
  readonly configPaths?: readonly string[];
  /** Only where secrets were taken out: how strong they were, by what stands in their place. */
  readonly secretStrengths?: Readonly<Record<string, SecretStrength>>;
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

/** An answer that is there. */
export function answer<T>(value: T): Answer<T> {
  return { ok: true, value };
}

/** The reason why there is none. */
export function noAnswer(reason: NoAnswerReason, message: string): Answer<never> {
  return { ok: false, reason, message };
}

/** The answer with its value turned into something else; no answer stays as it is. */
export function mapAnswer<A, B>(from: Answer<A>, turn: (value: A) => B): Answer<B> {
  return from.ok ? { ok: true, value: turn(from.value) } : from;
}

/** The value, or undefined where there is none: for facts whose absence means nothing. */
export function answered<T>(answer: Answer<T>): T | undefined {
  return answer.ok ? answer.value : undefined;
}
