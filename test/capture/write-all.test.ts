import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeAll } from '../../src/capture/write-all.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();

describe('writeAll', () => {
  it('writes so many bytes and no more', () => {
    const fd = openSync(at('out'), 'w');
    writeAll(fd, Buffer.from('abcdef'), 4);
    writeAll(fd, Buffer.from('xyz'), 0);
    closeSync(fd);
    expect(readFileSync(at('out'), 'latin1')).toBe('abcd');
  });

  it('throws what the system says', () => {
    const fd = openSync(at('read-only'), 'a+');
    closeSync(fd);
    expect(() => writeAll(fd, Buffer.from('x'), 1)).toThrow(/EBADF/);
  });

  it.skipIf(process.platform === 'win32')('waits for a slow reader where the pipe is non-blocking', async () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    const pipe = openSync(at('pipe'), constants.O_RDWR | constants.O_NONBLOCK);
    const reader = spawn('sh', ['-c', 'sleep 0.1; head -c 1000000 "$1" | wc -c', '-', at('pipe')]);
    // Blocks this process; the reader is another one.
    writeAll(pipe, Buffer.alloc(1_000_000, 'v'), 1_000_000);
    closeSync(pipe);
    let said = '';
    for await (const part of reader.stdout) said += part;
    expect(Number(said)).toBe(1_000_000);
  });
});
