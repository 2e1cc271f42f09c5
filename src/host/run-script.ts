import { spawn } from 'node:child_process';

/** What a script printed and how it ended. */
export interface ScriptEnd {
  /** Both streams, in the order printed. */
  readonly output: string;
  readonly status: number;
}

/** More output than this is not kept. */
const MAX_OUTPUT = 1 << 20;
/** A step that hangs must not hang us. */
const TIMEOUT_MS = 60_000;

/**
 * Runs a shell script on this host: the one place that changes one, and only because somebody said yes (`verify --fix`).
 * Facts never come through here: see `Host`.
 */
export function runScript(script: string): Promise<ScriptEnd> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-s'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      env: { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` },
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT) output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    // The shell may be gone before it read everything; its status says so.
    child.stdin.on('error', () => {});
    child.on('error', ({ message }) => resolve({ output: `${output}${message}\n`, status: 127 }));
    child.on('close', (code, signal) => resolve({ output: signal === null ? output : `${output}ended by ${signal}\n`, status: code ?? 1 }));
    child.stdin.end(script);
  });
}
