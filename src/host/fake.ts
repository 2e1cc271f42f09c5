import { allowedCommand } from './commands.js';
import { type Answer, answer, type CommandOutput, type FileStat, type Host, type NoAnswerReason, noAnswer } from './host.js';

/** What a fake host answers; anything that is not listed is `missing`. */
export interface FakeAnswers {
  /** Contents by path, or the reason why there is none. Directories follow from the paths. */
  readonly files?: Readonly<Record<string, string | { readonly reason: NoAnswerReason }>>;
  /** Standard output by command line (`ip -j addr`), the whole output, or the reason why there is none. */
  readonly commands?: Readonly<Record<string, string | Partial<CommandOutput> | { readonly reason: NoAnswerReason }>>;
  /** Targets of symbolic links by path. */
  readonly links?: Readonly<Record<string, string>>;
  /** What differs from a file of root with mode 0644 (directories 0755). */
  readonly stats?: Readonly<Record<string, Partial<FileStat>>>;
  /** Directories that are empty, or that cannot be read. */
  readonly dirs?: Readonly<Record<string, readonly string[] | { readonly reason: NoAnswerReason }>>;
  readonly isRoot?: boolean;
  readonly now?: Date;
}

/** A host made of a table: for tests. Commands that a live host would refuse are refused here too. */
export class FakeHost implements Host {
  readonly isRoot: boolean;
  readonly now: Date;
  readonly #answers: FakeAnswers;
  readonly #names = new Map<string, Set<string>>();

  constructor(answers: FakeAnswers = {}) {
    this.#answers = answers;
    this.isRoot = answers.isRoot ?? true;
    this.now = answers.now ?? new Date('2026-01-02T03:04:05Z');
    const paths = [answers.files, answers.links, answers.stats, answers.dirs].flatMap((table) => Object.keys(table ?? {}));
    for (const path of paths) this.#remember(path);
    for (const [path, names] of Object.entries(answers.dirs ?? {})) {
      if ('reason' in names) continue;
      this.#names.set(path, new Set([...(this.#names.get(path) ?? []), ...names]));
    }
  }

  #remember(path: string): void {
    const parts = path.split('/').filter((part) => part !== '');
    for (const [index, part] of parts.entries()) {
      const parent = `/${parts.slice(0, index).join('/')}`;
      const names = this.#names.get(parent) ?? new Set();
      this.#names.set(parent, names.add(part));
    }
  }

  async readFile(path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<Answer<string>> {
    const file = this.#answers.files?.[path];
    if (file === undefined) return noAnswer('missing', `${path}: no such file`);
    if (typeof file !== 'string') return noAnswer(file.reason, `${path}: ${file.reason}`);
    return file.length > maxBytes ? noAnswer('too-large', `${path}: larger than ${maxBytes} bytes`) : answer(file);
  }

  async readDir(path: string): Promise<Answer<readonly string[]>> {
    const dir = this.#answers.dirs?.[path];
    if (dir !== undefined && 'reason' in dir) return noAnswer(dir.reason, `${path}: ${dir.reason}`);
    const names = this.#names.get(path);
    return names === undefined ? noAnswer('missing', `${path}: no such directory`) : answer([...names].sort());
  }

  async readLink(path: string): Promise<Answer<string>> {
    const target = this.#answers.links?.[path];
    return target === undefined ? noAnswer('missing', `${path}: no such link`) : answer(target);
  }

  async stat(path: string): Promise<Answer<FileStat>> {
    const given = this.#answers.stats?.[path];
    const file = this.#answers.files?.[path];
    const plain = { uid: 0, gid: 0 };
    if (file !== undefined) {
      return answer({ ...plain, kind: 'file', mode: 0o644, size: typeof file === 'string' ? file.length : 0, ...given });
    }
    if (this.#names.has(path)) return answer({ ...plain, kind: 'directory', mode: 0o755, size: 0, ...given });
    if (given !== undefined) return answer({ ...plain, kind: 'file', mode: 0o644, size: 0, ...given });
    return noAnswer('missing', `${path}: no such file`);
  }

  async run(command: readonly [string, ...string[]]): Promise<Answer<CommandOutput>> {
    const { censor } = allowedCommand(command);
    const line = command.join(' ');
    const output = this.#answers.commands?.[line];
    if (output === undefined) return noAnswer('missing', `${command[0]}: not found`);
    if (typeof output !== 'string' && 'reason' in output) return noAnswer(output.reason, `${line}: ${output.reason}`);
    const whole = { stdout: '', stderr: '', status: 0, ...(typeof output === 'string' ? { stdout: output } : output) };
    return answer(censor === undefined ? whole : { ...whole, stdout: censor(whole.stdout) });
  }
}
