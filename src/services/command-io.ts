import { forTerminal } from '../report/for-terminal.js';
import type { Terminal } from '../report/style.js';
import { TextOutput } from '../report/text-output.js';

/** Where every command writes to, and what decides on the form of it; the process by default. */
export interface CommandIo extends Terminal {
  readonly output: TextOutput;
  /** One line for people, beside the output. */
  warn(line: string): void;
}

/** Standard output, or standard error where the former carries something else: a capture. */
export function processOutput(stream: 'stdout' | 'stderr' = 'stdout'): CommandIo {
  const { isTTY, columns } = process[stream];
  return {
    output: new TextOutput(stream === 'stdout' ? 1 : 2),
    isTTY: isTTY === true,
    ...(columns === undefined ? {} : { columns }),
    env: process.env,
    warn: (line) => process.stderr.write(`${forTerminal(line)}\n`),
  };
}

/** Aborts with the first of these signals; the second ends the process. A connection that is lost sends SIGHUP. */
export function interruption(signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of signals) process.once(signal, () => interrupt.abort());
  return interrupt.signal;
}
