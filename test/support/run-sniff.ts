import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../src/commands/sniff.js';
import { TextOutput } from '../../src/report/text-output.js';
import type { SniffFlags } from '../../src/services/sniff/flags.js';
import { type SniffIo, sniff } from '../../src/services/sniff/sniff.js';
import { parseFlags } from './parse-flags.js';

export interface SniffRun {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Runs `vpndoctor sniff` with these arguments in this process; its output is caught. `terminal`: what is to be otherwise. */
export async function runSniff(args: readonly string[], terminal: Partial<SniffIo> = {}): Promise<SniffRun> {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  const path = join(folder, 'output');
  const fd = openSync(path, 'w');
  const warnings: string[] = [];
  try {
    const { signal } = new AbortController();
    const io = { output: new TextOutput(fd), isTTY: false, env: {}, signal, warn: (line: string) => warnings.push(line), ...terminal };
    const { words, ...flags } = parseFlags(command, args);
    const status = await sniff({ ...flags, filter: words } as unknown as SniffFlags, io);
    return { status, text: readFileSync(path, 'utf8'), warnings };
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

/** The objects that `--json` prints. */
export async function sniffJson(args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { text } = await runSniff(['--json', ...args]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
