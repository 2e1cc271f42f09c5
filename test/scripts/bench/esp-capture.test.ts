import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { espCaptureSize, writeEspCapture } from '../../../scripts/bench/esp-capture.js';
import { FastPath } from '../../../src/dissect/fast-path.js';
import { SaTracker } from '../../../src/dissect/sa/sa-tracker.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';

it('writes a capture whose losses and reorderings are known, all of it ordinary ESP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-test-'));
  try {
    const path = join(folder, 'esp.pcap');
    writeEspCapture(path, 30_000);
    expect(statSync(path).size).toBe(espCaptureSize(30_000));
    const tracker = new SaTracker();
    const fast = new FastPath(tracker, undefined, { size: 0 });
    let left = 0;
    const reader = createCaptureReader((view) => {
      if (!fast.handle(view)) left++;
    });
    reader.feed(readFileSync(path));
    expect(reader.end().notes).toEqual([]);
    expect(left).toBe(0);
    const facts = tracker.facts();
    expect(facts).toHaveLength(8);
    expect(facts.reduce((sum, { packets }) => sum + packets, 0)).toBe(30_000);
    // Every loss and every swap falls to the first SA; before its first packet nothing can be missed.
    expect(facts.map(({ lost, reordered, duplicates }) => [lost, reordered, duplicates])).toEqual([
      [2, 6, 0],
      ...new Array<number[]>(7).fill([0, 0, 0]),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
