import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TextOutput } from '../../src/report/text-output.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What arrives in a file. */
function written(use: (output: TextOutput) => void): string {
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  try {
    const output = new TextOutput(fd);
    use(output);
    output.flush();
  } finally {
    closeSync(fd);
  }
  return readFileSync(path, 'utf8');
}

describe('TextOutput', () => {
  it('obeys nobody whose text is written', () =>
    expect(written((output) => output.line('SNI \x1b]0;owned\x07\x1b[32mgood\x1b[39m'))).toBe(
      'SNI \\u001b]0;owned\\u0007\x1b[32mgood\x1b[39m\n',
    ));

  it('writes lines in order, of any size and script', () => {
    const long = 'x'.repeat(1_200_000);
    const umlauts = 'ü€😀'.repeat(200_000);
    const lines = ['first', '', long, 'grüße', umlauts, 'last'];
    const text = written((output) => {
      for (const line of lines) output.line(line);
    });
    expect(text).toBe(`${lines.join('\n')}\n`);
  });

  it('writes what is more than its buffer', () => {
    const line = 'y'.repeat(99);
    expect(
      written((output) => {
        for (let i = 0; i < 50_000; i++) output.line(line);
      }),
    ).toBe(`${line}\n`.repeat(50_000));
  });

  it('takes bytes put into its buffer by hand', () => {
    const text = written((output) => {
      for (let i = 0; i < 300_000; i++) {
        output.reserve(8);
        output.view.setUint32(output.at, 0x61626364);
        output.view.setUint32(output.at + 4, 0x6566670a);
        output.at += 8;
      }
    });
    expect(text).toBe('abcdefg\n'.repeat(300_000));
  });

  it('reports other failures than a reader that has gone', () => {
    const fd = openSync(join(folder, 'read-only'), 'w');
    closeSync(fd);
    const readOnly = openSync(join(folder, 'read-only'), 'r');
    const output = new TextOutput(readOnly);
    output.line('no');
    expect(() => output.flush()).toThrow('the output cannot be written: bad file descriptor');
    closeSync(readOnly);
  });

  it('says so when the disk is full', () => {
    const full = openSync('/dev/full', 'w');
    const output = new TextOutput(full);
    output.line('no');
    expect(() => output.flush()).toThrow(
      expect.objectContaining({ name: 'EnvironmentError', message: expect.stringContaining('the disk is full') }),
    );
    closeSync(full);
  });

  it('waits for a reader that is slower', async () => {
    const { child, output } = pipedInto('sh', ['-c', 'sleep 0.2; wc -c']);
    let count = '';
    child.stdout.on('data', (data: Buffer) => {
      count += data.toString();
    });
    const ended = once(child, 'close');
    for (let i = 0; i < 30_000; i++) output.line('z'.repeat(99));
    output.flush();
    child.stdin.end();
    await ended;
    expect(Number(count)).toBe(3_000_000);
    expect(output.closed).toBe(false);
  });

  it('says nothing when the reader goes away, and drops the rest', async () => {
    const { child, output } = pipedInto('head', ['-c', '10']);
    child.stdin.on('error', () => {});
    child.stdout.resume();
    const ended = once(child, 'close');
    let lines = 0;
    while (!output.closed && lines < 1_000_000) {
      output.line('z'.repeat(99));
      lines++;
    }
    output.line('more');
    output.flush();
    expect(output.closed).toBe(true);
    await ended;
  });
});

/** A process at the other end of a pipe that does not block. */
function pipedInto(program: string, args: string[]) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const { fd } = (child.stdin as unknown as { _handle: { fd: number } })._handle;
  return { child, output: new TextOutput(fd) };
}
