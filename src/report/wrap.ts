/**
 * Breaks text at spaces into lines of at most `width` characters; a longer word stays whole on a line of its own. Lines of
 * the text that are indented stay so.
 */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width && !text.includes('\n')) return [text];
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    const [indent = ''] = /^ */.exec(paragraph) ?? [];
    let line = '';
    for (const word of paragraph.slice(indent.length).split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(indent + line);
  }
  return lines;
}

/** A label, then text wrapped beside it: `label   first line`, further lines under the first. */
export function hanging(label: string, labelWidth: number, text: string, width: number): string[] {
  return wrap(text, Math.max(width - labelWidth, 20)).map(
    (line, i) => `${i === 0 ? label.padEnd(labelWidth) : ' '.repeat(labelWidth)}${line}`,
  );
}

/** Rows as columns, each as wide as its widest cell; columns named in `right` (by index) are right-aligned. */
export function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
