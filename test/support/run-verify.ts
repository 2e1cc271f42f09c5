import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Check } from '../../src/checks/check.js';
import { command } from '../../src/commands/verify.js';
import type { Host } from '../../src/host/host.js';
import { TextOutput } from '../../src/report/text-output.js';
import { type VerifyFlags, type VerifyIo, verify } from '../../src/services/verify/verify.js';

export interface VerifyRun {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
  /** Scripts that were run. */
  readonly scripts: readonly string[];
}

export interface VerifySetting {
  readonly host: Host;
  readonly checks?: readonly Check[];
  readonly columns?: number;
  /** What is answered to every question; undefined: nobody can be asked. */
  readonly answer?: boolean;
  /** Called when a script is run. */
  readonly onScript?: () => void;
}

/** Runs `vpndoctor verify` with these arguments in this process, on a host made for it. */
export async function runVerify(args: readonly string[], { host, checks, columns, answer, onScript }: VerifySetting): Promise<VerifyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  const path = join(folder, 'output');
  const fd = openSync(path, 'w');
  const warnings: string[] = [];
  const scripts: string[] = [];
  const io: VerifyIo = {
    output: new TextOutput(fd),
    isTTY: columns !== undefined,
    ...(columns === undefined ? {} : { columns }),
    env: { NO_COLOR: '1' },
    signal: new AbortController().signal,
    warn: (line) => warnings.push(line),
    host: async () => host,
    checks: checks ?? (await import('../../src/checks/index.js')).checks,
    ask: answer === undefined ? undefined : async () => answer,
    runScript: async (script) => {
      scripts.push(script);
      onScript?.();
      return { output: 'ran\n', status: 0 };
    },
  };
  try {
    const status = await verify(parseFlags(args), io);
    return { status, text: readFileSync(path, 'utf8'), warnings, scripts };
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

/** As the command line would parse them. */
function parseFlags(args: readonly string[]): VerifyFlags {
  const program = new Command().exitOverride();
  command.register(program);
  const [sub] = program.commands;
  if (sub === undefined) throw new TypeError('verify registers no command');
  sub.action(() => {});
  program.parse(['verify', ...args], { from: 'user' });
  return sub.opts() as VerifyFlags;
}
