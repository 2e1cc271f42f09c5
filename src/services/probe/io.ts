import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type CommandIo, interruption, processOutput } from '../command-io.js';
import type { AskSecret } from '../settings/credentials.js';

/** Where output goes, and who answers; the process by default. */
export interface ProbeIo extends CommandIo {
  /** Aborts on Ctrl-C: what was set up is deleted, and the report ends. */
  readonly signal: AbortSignal;
  readonly ask: AskSecret;
}

/** The terminal, and Ctrl-C: the first ends the probe in order, the second at once. A connection that is lost is no reason to leave SAs behind. */
export function processIo(): ProbeIo {
  return { ...processOutput(), signal: interruption(), ask: process.stdin.isTTY === true ? askHidden : undefined };
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
