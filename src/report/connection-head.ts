import type { Style } from './style.js';
import { hanging, wrap } from './wrap.js';

/** Something that was taken from a configuration. */
export interface ConnectionRow {
  readonly label: string;
  readonly value: string;
  /** Absent: it stands nowhere, or in a file that the value names. */
  readonly place?: { readonly file: string; readonly line: number };
  /** Shown without `-v` too. */
  readonly important: boolean;
}

/** What a probe or `serve` took from the gateway's own files. */
export interface ConnectionHead {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly product: string;
  readonly rows: readonly ConnectionRow[];
  readonly notes: readonly string[];
}

const LABEL = 19;

/** The block above a run: each value with its line, then what could not be taken over. */
export function connectionHead(
  { name, file, line, product, rows, notes }: ConnectionHead,
  style: Style,
  verbose: boolean,
): readonly string[] {
  const place = (row: ConnectionRow) =>
    row.place === undefined ? '' : ` (${row.place.file === file ? 'line ' : `${row.place.file}:`}${row.place.line})`;
  return [
    style.bold(`Connection ${name}, ${file}:${line} (${product})`),
    ...rows
      .filter(({ important }) => important || verbose)
      .flatMap((row) => hanging(`  ${row.label} `, LABEL, `${row.value}${place(row)}`, style.width)),
    ...notes.flatMap((note) => wrap(`note: ${note}`, style.width - 4).map((text, i) => `  ${i === 0 ? '' : '  '}${text}`)),
    '',
  ];
}
