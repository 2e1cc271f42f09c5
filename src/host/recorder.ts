import type { BundleAnswers, Recorded } from './bundle.js';
import type { Answer, CommandOutput, FileStat, Host } from './host.js';

/**
 * Passes questions on to another host and remembers what it said. The same question gets the same answer, so that what was
 * recorded is what the checks judged.
 */
export class RecordingHost implements Host {
  readonly isRoot: boolean;
  readonly now: Date;
  readonly #host: Host;
  readonly #asked = { files: new Map(), directories: new Map(), links: new Map(), stats: new Map(), commands: new Map() } as Asked;

  constructor(host: Host) {
    this.#host = host;
    this.isRoot = host.isRoot;
    this.now = host.now;
  }

  /** A file refused as too large is asked for again when somebody allows more. */
  readFile(path: string, maxBytes?: number): Promise<Answer<string>> {
    const ask = () => this.#host.readFile(path, maxBytes);
    const known = this.#asked.files.get(path);
    const asked = known?.then((answer) => (answer.ok || answer.reason !== 'too-large' ? answer : ask()));
    return remember(this.#asked.files, path, asked ?? ask());
  }

  readDir(path: string): Promise<Answer<readonly string[]>> {
    return this.#asked.directories.get(path) ?? remember(this.#asked.directories, path, this.#host.readDir(path));
  }

  readLink(path: string): Promise<Answer<string>> {
    return this.#asked.links.get(path) ?? remember(this.#asked.links, path, this.#host.readLink(path));
  }

  stat(path: string): Promise<Answer<FileStat>> {
    return this.#asked.stats.get(path) ?? remember(this.#asked.stats, path, this.#host.stat(path));
  }

  run(command: readonly [string, ...string[]], timeoutMs?: number): Promise<Answer<CommandOutput>> {
    const line = command.join(' ');
    return this.#asked.commands.get(line) ?? remember(this.#asked.commands, line, this.#host.run(command, timeoutMs));
  }

  /** Everything asked so far, in order of path, so that two bundles of one host compare well. */
  async answers(): Promise<BundleAnswers> {
    const { files, directories, links, stats, commands } = this.#asked;
    return {
      files: await recorded(files),
      directories: await recorded(directories),
      links: await recorded(links),
      stats: await recorded(stats),
      commands: await recorded(commands),
    };
  }
}

type Questions<T> = Map<string, Promise<Answer<T>>>;

interface Asked {
  readonly files: Questions<string>;
  readonly directories: Questions<readonly string[]>;
  readonly links: Questions<string>;
  readonly stats: Questions<FileStat>;
  readonly commands: Questions<CommandOutput>;
}

function remember<T>(questions: Questions<T>, key: string, answer: Promise<Answer<T>>): Promise<Answer<T>> {
  questions.set(key, answer);
  return answer;
}

async function recorded<T>(questions: Questions<T>): Promise<Record<string, Recorded<T>>> {
  const all: Record<string, Recorded<T>> = Object.create(null);
  for (const key of [...questions.keys()].sort()) {
    const answer = await questions.get(key);
    if (answer !== undefined) all[key] = answer.ok ? { value: answer.value } : { reason: answer.reason, message: answer.message };
  }
  return all;
}
