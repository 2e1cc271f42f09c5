import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { allowedCommand } from './commands.js';
import { type Answer, answer, type CommandOutput, noAnswer } from './host.js';

/** Where system programs live; whatever the caller's PATH says. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const;

/** Both outputs together. */
const MAX_OUTPUT_BYTES = 8 << 20;

/** Nothing of the caller's environment: no locale, no options of tools, no library to preload. */
const environment = { PATH: FOLDERS.join(':'), LC_ALL: 'C', LANG: 'C', HOME: '/' };

function findProgram(name: string): Answer<string> {
  let found: string | undefined;
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    try {
      accessSync(path, constants.F_OK);
      found ??= path;
      accessSync(path, constants.X_OK);
      return answer(path);
    } catch {
      // the next folder
    }
  }
  return found === undefined ? noAnswer('missing', `${name}: not installed`) : noAnswer('denied', `${found}: permission denied`);
}

/**
 * Runs one of the commands of the table in commands.ts: without a shell, in the C locale, nothing on its standard input, in a
 * process group of its own that is killed as a whole when the time is over or when it prints without end.
 * @throws BugError for a command that is not in the table
 */
export async function runProgram(command: readonly [string, ...string[]], timeoutMs: number): Promise<Answer<CommandOutput>> {
  const { censor } = allowedCommand(command);
  const [name, ...rest] = command;
  const program = findProgram(name);
  if (!program.ok) return program;
  const output = await runBounded(program.value, rest, timeoutMs);
  return censor === undefined || !output.ok ? output : answer({ ...output.value, stdout: censor(output.value.stdout) });
}

/** One program by its path, bounded in time and output. `runProgram` is the door for everybody else. */
export function runBounded(program: string, words: readonly string[], timeoutMs: number): Promise<Answer<CommandOutput>> {
  const line = [basename(program), ...words].join(' ');
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: environment, cwd: '/' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    const finish = (result: Answer<CommandOutput>) => {
      clearTimeout(timer);
      resolve(result);
    };
    const stop = (result: Answer<CommandOutput>) => {
      killGroup(child);
      child.stdout?.destroy();
      child.stderr?.destroy();
      finish(result);
    };
    const timer = setTimeout(() => stop(noAnswer('timeout', `${line}: no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) stop(noAnswer('too-large', `${line}: prints more than ${MAX_OUTPUT_BYTES} bytes`));
      else chunks.push(chunk);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EACCES' || error.code === 'EPERM' ? 'denied' : error.code === 'ENOENT' ? 'missing' : 'failed';
      finish(noAnswer(reason, `${line}: ${error.code ?? error.message}`));
    });
    // Without a file descriptor left there are no pipes; the error event says so.
    child.stdout?.on('data', keep(stdout));
    child.stderr?.on('data', keep(stderr));
    child.on('close', (status) => {
      const said = Buffer.concat(stdout);
      if (said.includes(0)) finish(noAnswer('binary', `${line}: binary data where text is expected`));
      // A program ended by a signal has not said what it wanted to say.
      else if (status === null) finish(noAnswer('failed', `${line}: ended by a signal`));
      else finish(answer({ stdout: said.toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8'), status }));
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
