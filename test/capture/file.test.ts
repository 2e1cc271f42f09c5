import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/bytes/errors.js';
import { fileSource } from '../../src/capture/file.js';
import { readCapture } from '../../src/capture/read.js';
import { buildPcap } from '../support/capture-builder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const at = temporaryFolder();
const read = async (path: string, signal?: AbortSignal) => {
  const sizes: number[] = [];
  const { capture, source } = await readCapture(
    fileSource(path),
    ({ start, end }) => void sizes.push(end - start),
    signal ? { signal } : {},
  );
  return { sizes, notes: [...capture.notes, ...source.notes] };
};

describe('fileSource', () => {
  it('reads a file of several chunks, packets across their borders included', async () => {
    // 3 MiB in packets of an odd size: no chunk of 1 MiB ends where a packet does.
    const packets = Array.from({ length: 3001 }, (_, index) => Buffer.alloc(1013, index));
    writeFileSync(at('large.pcap'), buildPcap(packets));
    const { sizes, notes } = await read(at('large.pcap'));
    expect(sizes).toHaveLength(3001);
    expect(new Set(sizes)).toEqual(new Set([1013]));
    expect(notes).toEqual([]);
  });

  it('says so when the file is cut', async () => {
    writeFileSync(at('cut.pcap'), buildPcap([Buffer.alloc(10), Buffer.alloc(10)]).subarray(0, -3));
    expect(await read(at('cut.pcap'))).toEqual({
      sizes: [10],
      notes: ['the file ends in the middle of packet 2: 3 bytes of it are missing; packets before it are complete'],
    });
  });

  it('stops between chunks when aborted, and does not call the file cut', async () => {
    const abort = new AbortController();
    writeFileSync(at('abort.pcap'), buildPcap(Array.from({ length: 4000 }, () => Buffer.alloc(1013))));
    let count = 0;
    const { capture } = await readCapture(
      fileSource(at('abort.pcap')),
      () => {
        if (++count === 1) abort.abort();
      },
      { signal: abort.signal },
    );
    expect(capture.packets).toBeLessThan(1100);
    expect(capture.notes).toEqual([]);
  });

  it.each([
    ['nothing there', 'missing.pcap', UsageError, /missing\.pcap: no such file$/],
    ['a directory', 'folder', UsageError, /folder is a directory, not a capture file$/],
    ['a file as folder', 'empty.pcap/x', UsageError, /no such file$/],
    ['an empty file', 'empty.pcap', UsageError, /empty\.pcap is empty$/],
    ['text', 'notes.txt', UsageError, /notes\.txt is not a pcap or pcapng capture but text: it begins with "hello there"$/],
  ])('refuses %s', async (_, name, kind, message) => {
    mkdirSync(at('folder'), { recursive: true });
    writeFileSync(at('empty.pcap'), '');
    writeFileSync(at('notes.txt'), 'hello there\n');
    const failed = read(at(name));
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toBeInstanceOf(kind);
    await expect(failed).rejects.toHaveProperty('hint');
  });

  it.skipIf(process.getuid?.() === 0)(
    'refuses a file without the right to read it (skipped for root, who may read everything)',
    async () => {
      writeFileSync(at('secret.pcap'), buildPcap([]));
      chmodSync(at('secret.pcap'), 0);
      await expect(read(at('secret.pcap'))).rejects.toBeInstanceOf(EnvironmentError);
    },
  );

  it.skipIf(process.platform === 'win32')('reads what is not a regular file', async () => {
    const fifo = at('fifo');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    writeFileSync(at('small.pcap'), buildPcap([Buffer.alloc(10)]));
    const { spawn } = await import('node:child_process');
    const writer = spawn('cp', [at('small.pcap'), fifo]);
    expect(await read(fifo)).toEqual({ sizes: [10], notes: [] });
    if (writer.exitCode === null) await new Promise((resolve) => writer.once('exit', resolve));
  });
});
