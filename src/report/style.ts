import { styleText } from 'node:util';
import type { Severity } from '../model/finding.js';

/** How text for people is dressed: the one place that decides on colour and width. */
export interface Style {
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  severity(severity: Severity, text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** What decides on colour: https://no-color.org, `FORCE_COLOR`, `--no-color`, and whether it is a terminal at all. */
export interface Terminal {
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Narrowest width text is laid out for; a narrower terminal wraps by itself. */
const MIN_WIDTH = 40;
/** Width where the terminal does not say, and the most that is used: longer lines are hard to read. */
const MAX_WIDTH = 100;

/** @param noColor the user said `--no-color` */
export function createStyle(terminal: Terminal, noColor: boolean): Style {
  const forced = terminal.env['FORCE_COLOR'];
  const never = noColor || (terminal.env['NO_COLOR'] ?? '') !== '' || terminal.env['TERM'] === 'dumb';
  const colour = !never && (forced === undefined ? terminal.isTTY : forced !== '0');
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const severities = { error: paint(['red', 'bold']), warning: paint('yellow'), info: paint('cyan') };
  return {
    width: terminal.isTTY && terminal.columns ? Math.min(Math.max(terminal.columns, MIN_WIDTH), MAX_WIDTH) : 80,
    bold: paint('bold'),
    dim: paint('dim'),
    severity: (severity, text) => severities[severity](text),
    good: paint('green'),
    bad: paint('red'),
  };
}
