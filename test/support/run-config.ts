import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeHost } from '../../src/host/fake.js';
import { TextOutput } from '../../src/report/text-output.js';
import type { ConfigIo } from '../../src/services/config/files.js';

export interface ConfigRun {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
  readonly written: Readonly<Record<string, string>>;
}

/** Runs one of the services of `vpndoctor config` in this process, on files that are only texts. */
export async function runConfig(
  run: (io: ConfigIo) => Promise<number>,
  files: Readonly<Record<string, string>>,
  stdin = '',
): Promise<ConfigRun> {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  const path = join(folder, 'output');
  const fd = openSync(path, 'w');
  const warnings: string[] = [];
  const written: Record<string, string> = {};
  const io: ConfigIo = {
    output: new TextOutput(fd),
    isTTY: false,
    env: { NO_COLOR: '1' },
    warn: (line) => warnings.push(line),
    host: async () => new FakeHost({ files }),
    readStdin: async () => stdin,
    writeFile: async (file, text) => {
      written[file] = text;
    },
  };
  try {
    const status = await run(io);
    return { status, text: readFileSync(path, 'utf8'), warnings, written };
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}
