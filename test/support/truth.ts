import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One packet as tshark saw it: field name to values (a field may occur several times). */
export type TruthRow = ReadonlyMap<string, readonly string[]>;

export interface SharedCapture {
  /** Name of the file without folder. */
  readonly name: string;
  readonly path: string;
  readonly truth: readonly TruthRow[];
  readonly notes: string;
}

/** Tab-separated rows with a heading, as maps. */
function readTable(path: string): Map<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  const names = head.split('\t');
  return lines.filter((line) => line !== '').map((line) => new Map(line.split('\t').map((value, i) => [names[i] ?? '', value])));
}

/** tshark's fields per packet. */
export function readTruth(path: string): TruthRow[] {
  return readTable(path).map(
    (row) => new Map([...row].filter(([, value]) => value !== '').map(([name, value]) => [name, value.split('|')])),
  );
}

/** Every capture of the folder, with tshark's answers. */
export function sharedCaptureList(folder: string): SharedCapture[] {
  return readTable(join(folder, 'INDEX.tsv')).map((row) => {
    const file = row.get('file') ?? '';
    return {
      name: file.replace(/^pcap\//, ''),
      path: join(folder, file),
      truth: readTruth(join(folder, row.get('tshark_fields') ?? '')),
      notes: row.get('notes') ?? '',
    };
  });
}
