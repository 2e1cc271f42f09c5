import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { command } from '../../src/commands/sniff.js';
import { TextOutput } from '../../src/report/text-output.js';
import { type SniffFlags, sniff } from '../../src/services/sniff.js';

export interface SniffRun {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Runs `vpndoctor sniff` with these arguments in this process; its output is caught. */
export async function runSniff(args: readonly string[], signal = new AbortController().signal): Promise<SniffRun> {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  const path = join(folder, 'output');
  const fd = openSync(path, 'w');
  const warnings: string[] = [];
  try {
    const io = { output: new TextOutput(fd), isTTY: false, env: {}, signal, warn: (line: string) => warnings.push(line) };
    const status = await sniff(parseFlags(args), io);
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

/** As the command line would parse them. */
function parseFlags(args: readonly string[]): SniffFlags {
  const program = new Command().exitOverride();
  command.register(program);
  const [sub] = program.commands;
  if (sub === undefined) throw new TypeError('sniff registers no command');
  sub.action(() => {});
  program.parse(['sniff', ...args], { from: 'user' });
  return { ...sub.opts(), filter: sub.args } as unknown as SniffFlags;
}
