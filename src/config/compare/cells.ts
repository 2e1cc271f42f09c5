import type { Sourced } from '../../model/connection.js';
import type { Evidence } from '../../model/finding.js';
import type { Cell, Row } from './mismatch.js';

type Place = Pick<Sourced<unknown>, 'file' | 'line'>;

/** A cell with the place its value comes from. */
export function cell({ file, line }: Place, text: string): Cell {
  return { text, file, line };
}

/** A line of the table. */
export function row(label: string, ours: Cell, theirs: Cell, agrees: boolean): Row {
  return { label, ours, theirs, agrees };
}

/** What is to be seen at a place; a default is said to be one. */
export function evidence(end: 'ours' | 'theirs', { file, line }: Place, text: string): Evidence {
  return line > 0 ? { file, line, text } : { file, text: `${text} (default${end === 'ours' ? ' at our end' : ' at the other end'})` };
}

/** Both sides of a difference. */
export function bothPlaces(ours: Cell, theirs: Cell): readonly Evidence[] {
  return [evidence('ours', ours, ours.text), evidence('theirs', theirs, theirs.text)];
}

/** `8 h`, `86400 s (24 h)`, `90 s`. */
export function durationText(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds} s (${seconds / 3600} h)`;
  return `${seconds} s`;
}
