import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/read.js';
import type { CaptureSource, SourceEnd } from '../../src/capture/source.js';
import { buildPcap } from '../support/capture-builder.js';

const bytes = buildPcap([Buffer.alloc(4), Buffer.alloc(5), Buffer.alloc(6)]);

/** A source that gives these bytes in two chunks. */
function source(end: SourceEnd, name = 'eth0'): CaptureSource & { stopped: boolean } {
  const it = {
    name,
    live: true,
    stopped: false,
    run: async (onChunk: (chunk: Buffer) => boolean | Promise<boolean>) => {
      it.stopped = !(await onChunk(bytes.subarray(0, 60))) || !(await onChunk(bytes.subarray(60)));
      return end;
    },
  };
  return it;
}

const counters = { received: 10, dropped: 4, interfaceDropped: 0 };

describe('readCapture', () => {
  it('visits the packets of a source and gives both ends of the story', async () => {
    const seen: number[] = [];
    const flushed: number[] = [];
    const result = await readCapture(source({ notes: ['a note'] }), ({ frame }) => void seen.push(frame), {
      firstFrame: 5,
      afterChunk: () => void flushed.push(seen.length),
    });
    expect(seen).toEqual([5, 6, 7]);
    expect(flushed).toEqual([1, 3]);
    expect(result.capture).toMatchObject({ format: 'pcap', packets: 3, notes: [] });
    expect(result.source).toEqual({ notes: ['a note'] });
  });

  it('makes the source wait for what afterChunk waits for', async () => {
    const order: string[] = [];
    await readCapture(source({ notes: [] }), ({ frame }) => void order.push(`packet ${frame}`), {
      afterChunk: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push('waited');
      },
    });
    expect(order).toEqual(['packet 1', 'waited', 'packet 2', 'packet 3', 'waited']);
  });

  it('tells the source when the visitor has enough', async () => {
    const from = source({ counters, notes: [] });
    const { source: end } = await readCapture(from, () => false);
    expect(from.stopped).toBe(true);
    expect(end.notes).toEqual([]);
  });

  it('counts what the kernel still had at the end', async () => {
    const { source: end } = await readCapture(source({ counters, notes: [] }), () => {});
    expect(end.notes).toEqual(["3 packets were still in the kernel's buffer when the capture ended and not read"]);
  });

  it.each([
    ['nothing was left', { received: 7, dropped: 4, interfaceDropped: 0 }, 'eth0'],
    ['the kernel counts some packets twice', counters, 'any'],
  ])('says nothing of that where %s', async (_, numbers, name) => {
    const { source: end } = await readCapture(source({ counters: numbers, notes: [] }, name), () => {});
    expect(end.notes).toEqual([]);
  });

  it('names the source when it is no capture', async () => {
    const wrong: CaptureSource = {
      ...source({ notes: [] }),
      name: 'notes.txt',
      run: async (onChunk) => ({ notes: [`${await onChunk(Buffer.from('text'))}`] }),
    };
    await expect(readCapture(wrong, () => {})).rejects.toThrow(/^notes\.txt is not a pcap or pcapng capture/);
  });
});
