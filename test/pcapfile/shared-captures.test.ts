import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCaptureReader } from '../../src/pcapfile/reader.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';

interface Row {
  readonly frame: number;
  readonly time: string;
  readonly captured: number;
  readonly original: number;
}

function truthOf(file: string): Row[] {
  const [header, ...rows] = readFileSync(join(sharedCaptures as string, 'truth', `${file}.tsv`), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = (header as string).split('\t');
  const column = (name: string) => columns.indexOf(name);
  return rows.map((row) => {
    const cells = row.split('\t');
    const cell = (name: string) => cells[column(name)] as string;
    return {
      frame: Number(cell('frame.number')),
      time: cell('frame.time_epoch'),
      captured: Number(cell('frame.cap_len')),
      original: Number(cell('frame.len')),
    };
  });
}

function read(file: string, chunk: number): { rows: Row[]; notes: readonly string[] } {
  const rows: Row[] = [];
  const reader = createCaptureReader((packet) => {
    rows.push({
      frame: packet.frame,
      time: `${packet.sec}.${String(packet.nsec).padStart(9, '0')}`,
      captured: packet.end - packet.start,
      original: packet.originalLength,
    });
  });
  const bytes = readFileSync(join(sharedCaptures as string, 'pcap', file));
  for (let at = 0; at < bytes.length; at += chunk) reader.feed(bytes.subarray(at, at + chunk));
  const end = reader.end();
  expect(end.packets).toBe(rows.length);
  return { rows, notes: end.notes };
}

describe.skipIf(sharedCaptures === undefined)(`public captures${skipReason}`, () => {
  const files = sharedCaptures === undefined ? [] : readdirSync(join(sharedCaptures, 'pcap'));

  it.each(files)('%s: same packets, lengths and times as tshark, in whatever chunks', (file) => {
    const whole = read(file, Number.POSITIVE_INFINITY);
    expect(whole.rows).toEqual(truthOf(file));
    for (const chunk of [1, 7, 1000]) expect(read(file, chunk)).toEqual(whole);
  });
});
