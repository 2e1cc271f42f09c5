import { spawnSync } from 'node:child_process';
import { type Answer, answer, type CommandOutput, type FileStat, type Host, noAnswer } from '../../../src/host/host.js';

/** The commands and the /proc/net of a network namespace; what it asks is asked for real. */
export class NamespaceHost implements Host {
  readonly isRoot = true;
  readonly now = new Date();

  constructor(readonly namespace: string) {}

  async readFile(path: string): Promise<Answer<string>> {
    const { status, stdout } = this.#exec(['cat', path]);
    return status === 0 ? answer(stdout) : noAnswer('missing', path);
  }

  async readDir(path: string): Promise<Answer<readonly string[]>> {
    const { status, stdout } = this.#exec(['ls', path]);
    return status === 0 ? answer(stdout.split('\n').filter((name) => name !== '')) : noAnswer('missing', path);
  }

  async readLink(path: string): Promise<Answer<string>> {
    const { status, stdout } = this.#exec(['readlink', path]);
    return status === 0 ? answer(stdout.trim()) : noAnswer('missing', path);
  }

  async stat(path: string): Promise<Answer<FileStat>> {
    return noAnswer('not-collected', path);
  }

  async run(command: readonly [string, ...string[]]): Promise<Answer<CommandOutput>> {
    if (spawnSync('sh', ['-c', `command -v ${command[0]}`]).status !== 0) return noAnswer('missing', command[0]);
    return answer(this.#exec(command));
  }

  #exec(command: readonly string[]): CommandOutput {
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.namespace, ...command], { encoding: 'utf8' });
    return { status: status ?? -1, stdout, stderr };
  }
}
