import type { OpenvpnConfig, OpenvpnDirective } from '../../openvpn/openvpn-config.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { AspectResult, Breaks, Cell, Mismatch } from '../mismatch.js';

/** Two OpenVPN configurations that are to be the ends of one tunnel. */
export interface OpenvpnPair {
  readonly ours: OpenvpnConfig;
  readonly theirs: OpenvpnConfig;
}

/** The option in force: the last one of its name. */
export function option(config: OpenvpnConfig, ...names: readonly string[]): OpenvpnDirective | undefined {
  return config.directives.findLast(({ name }) => names.includes(name));
}

/** What a server pushes to its clients under a name: `push "comp-lzo no"`. */
export function pushed(config: OpenvpnConfig, ...names: readonly string[]): OpenvpnDirective | undefined {
  const found = config.directives.findLast(({ name, args }) => name === 'push' && names.includes((args[0] ?? '').split(/\s+/)[0] ?? ''));
  if (found === undefined) return undefined;
  const [name = '', ...args] = (found.args[0] ?? '').split(/\s+/);
  return { ...found, name, args };
}

/** A cell for an option, or for what is in force without it. */
export function optionCell(config: OpenvpnConfig, directive: OpenvpnDirective | undefined, text: string): Cell {
  return cell(directive ?? { file: config.file, line: 0 }, text);
}

/** A value that both must have alike. */
export interface Likeness {
  readonly code: string;
  readonly label: string;
  readonly ours: Cell;
  readonly theirs: Cell;
  readonly agrees: boolean;
  readonly breaks: Breaks;
  readonly severity?: Mismatch['severity'];
  readonly title: string;
  readonly cause: string;
  readonly change: Mismatch['change'];
  readonly refs?: readonly string[];
}

/** A line of the table and, where they differ, the mismatch. */
export function likeness({
  code,
  label,
  ours,
  theirs,
  agrees,
  breaks,
  severity = 'error',
  title,
  cause,
  change,
  refs = ['openvpn(8)'],
}: Likeness): AspectResult {
  const rows = [row(label, ours, theirs, agrees)];
  if (agrees) return { rows, mismatches: [] };
  return { rows, mismatches: [{ code, severity, breaks, title, cause, evidence: bothPlaces(ours, theirs), change, refs }] };
}

/** One option set, or taken out; others that say the same go with it. */
export function set(
  name: string,
  text: string | undefined,
  ...others: readonly string[]
): { readonly kind: 'option'; readonly replaces: readonly string[]; readonly text: string | undefined } {
  return { kind: 'option', replaces: [name, ...others], text };
}
