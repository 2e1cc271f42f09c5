import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** `bin/run.js` runs what was built. `npm test` builds; a bare vitest may not have. */
export const notBuilt = existsSync('dist/commands/main.js') ? '' : ' (skipped: not built, run "npm run build")';

export interface CliRun {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  /** Does something with the process while it runs; standard input stays open. */
  readonly during?: (child: ChildProcessWithoutNullStreams) => void;
}

/** Runs `vpndoctor` as a user would; no terminal, time zone UTC, no colours asked for. */
export function runCli(args: readonly string[], { env = {}, input, during }: CliOptions = {}): Promise<CliRun> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['bin/run.js', ...args], { env: { PATH, TZ: 'UTC', ...env } });
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject).on('close', (status, signal) => resolve({ status, signal, out, err }));
    // Whoever does not read its input closes the pipe.
    child.stdin.on('error', () => {});
    if (during === undefined) child.stdin.end(input);
    else during(child);
  });
}
