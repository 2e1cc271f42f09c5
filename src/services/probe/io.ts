import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { TextOutput } from '../../report/text-output.js';
import type { AskSecret } from '../settings/credentials.js';

/** Where output goes and what decides on its form; the process by default. */
export interface ProbeIo {
  readonly output: TextOutput;
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C: what was set up is deleted, and the report ends. */
  readonly signal: AbortSignal;
  readonly ask: AskSecret;
  /** One line for people, beside the output. */
  warn(line: string): void;
}

/** The terminal, and Ctrl-C: the first ends the probe in order, the second at once. A connection that is lost is no reason to leave SAs behind. */
export function processIo(): ProbeIo {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupt.abort());
  const { isTTY, columns } = process.stdout;
  return {
    output: new TextOutput(1),
    isTTY: isTTY === true,
    ...(columns === undefined ? {} : { columns }),
    env: process.env,
    signal: interrupt.signal,
    ask: process.stdin.isTTY === true ? askHidden : undefined,
    warn: (line) => process.stderr.write(`${line}\n`),
  };
}

/** What is typed is not shown. */
function askHidden(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  return new Promise((resolve) => {
    terminal.question('', (answer) => {
      terminal.close();
      process.stderr.write('\n');
      resolve(answer);
    });
    // Ctrl-C at the prompt ends the program as anywhere else.
    terminal.once('SIGINT', () => {
      terminal.close();
      process.stderr.write('\n');
      process.kill(process.pid, 'SIGINT');
      resolve('');
    });
  });
}
