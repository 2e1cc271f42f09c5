import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sniffJson } from '../support/run-sniff.js';

/** The format of `sniff --json` as src/report/README.md promises it: no field appears or vanishes unnoticed. */

/** Free within: header fields of inner packets follow the decoders, framings of OpenVPN are counted by their names. */
const FREE = new Set(['layers', 'framings']);

const TYPES = ['packet', 'sa', 'session', 'finding', 'capture'] as const;

interface Documented {
  /** Fields in the first column of a table. */
  readonly fields: ReadonlySet<string>;
  /** Those that no capture of ours has. */
  readonly rare: ReadonlySet<string>;
}

const sections = new Map(
  readFileSync('src/report/README.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text): [string, Documented] => {
      const rows = text.split('\n').filter((line) => line.startsWith('| `'));
      const names = (lines: string[]) =>
        new Set(lines.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name)));
      return [text.split('\n')[0] ?? '', { fields: names(rows), rare: names(rows.filter((line) => line.includes('_rare_'))) }];
    }),
);
const shared = sections.get('Shapes within several records')?.fields ?? new Set<string>();
const seen = new Map<string, Set<string>>(TYPES.map((type) => [type, new Set()]));

function collect(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      into.add(key);
      if (!FREE.has(key)) collect(inner, into);
    }
  }
}

beforeAll(async () => {
  for (const slug of readdirSync('captures').filter((name) => existsSync(`captures/${name}/capture.pcap`))) {
    const keys = existsSync(`captures/${slug}/keys.json`) ? ['-k', `captures/${slug}/keys.json`] : [];
    for (const record of await sniffJson(['-r', `captures/${slug}/capture.pcap`, ...keys])) {
      const into = seen.get(String(record['type']));
      if (into === undefined) throw new TypeError(`record of type ${record['type']}`);
      collect(record, into);
    }
  }
}, 60_000);

it('messages of real peers are in order by the rules of their exchanges', () => expect(seen.get('packet')).not.toContain('anomalies'));

describe.each(TYPES)('%s records', (type) => {
  const documented = sections.get(type) ?? { fields: new Set<string>(), rare: new Set<string>() };

  it('have no field that the README does not name', () => {
    const unknown = [...(seen.get(type) ?? [])].filter((name) => !documented.fields.has(name) && !shared.has(name));
    expect(unknown).toEqual([]);
  });

  it('have every field that the README names', () => {
    const missing = [...documented.fields].filter((name) => !documented.rare.has(name) && !seen.get(type)?.has(name));
    expect(missing).toEqual([]);
  });
});
