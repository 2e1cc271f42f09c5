import type { Finding } from '../model/finding.js';
import type { ProbeStep } from '../model/probe-step.js';
import { type EndNames, findingsText } from './findings-text.js';
import { verdictOfSteps } from './probe-verdict.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

/** Who runs the probe is one of the ends. */
const ENDS: EndNames = { ours: 'this end', theirs: 'the peer', either: 'either end', path: 'the path' };

/** Width of title and dots. */
const LABEL = 27;
/** `[FAIL]`; longer tags move their text. */
const TAG = 6;
/** `1234.5 ms`. */
const TIME = 9;
const INDENT = 2;
/** Less room than this beside the time: the text goes below. */
const LEAST_ROOM = 24;

const TAGS: Readonly<Record<ProbeStep['status'], string>> = {
  pass: '[OK]',
  warn: '[WARN]',
  fail: '[FAIL]',
  skip: '[SKIP]',
  unknown: '[?]',
  unreached: '[--]',
};

/** One step as it ends: title, verdict, time, what came out; details below where something is wrong, or all with `verbose`. */
export function stepLines(step: ProbeStep, style: Style, verbose: boolean): string[] {
  const { title, status, text, details, milliseconds } = step;
  const label = title.length < LABEL - 1 ? `${title} ${'.'.repeat(LABEL - 1 - title.length)}` : title.padEnd(LABEL);
  const time = status === 'skip' || status === 'unreached' ? '' : timeText(milliseconds);
  const head = `${' '.repeat(INDENT)}${label} ${paint(step, style, TAGS[status].padEnd(TAG))} ${style.dim(time.padStart(TIME))}`;
  const at = INDENT + LABEL + 1 + TAG + 1 + TIME + 2;
  const room = style.width - at;
  const body =
    text === ''
      ? [head]
      : room < LEAST_ROOM
        ? [head, ...wrap(text, style.width - 2 * INDENT).map((line) => `${' '.repeat(2 * INDENT)}${line}`)]
        : wrap(text, room).map((line, i) => (i === 0 ? `${head}  ${line}` : `${' '.repeat(at)}${line}`));
  if (!verbose && status !== 'fail' && status !== 'warn') return body;
  const indent = room < LEAST_ROOM ? 3 * INDENT : at;
  return [
    ...body,
    ...details.flatMap((detail) => wrap(detail, style.width - indent).map((line) => `${' '.repeat(indent)}${style.dim(line)}`)),
  ];
}

/** What a person wants to read behind the steps: findings, and the sum in one line. */
export function probeEnd(steps: readonly ProbeStep[], findings: readonly Finding[], style: Style, interrupted: boolean): string[] {
  const verdict = verdictOfSteps(steps, interrupted);
  const dress = verdict.status === 'pass' ? style.good : verdict.status === 'unknown' ? style.bold : style.bad;
  return [
    ...(findings.length === 0 ? [] : ['', ...findingsText(findings, style, ENDS).trimEnd().split('\n')]),
    '',
    `Verdict: ${dress(verdict.text)}`,
  ];
}

function timeText(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 100 ? `${Math.round(milliseconds)} ms` : `${milliseconds.toFixed(1)} ms`;
}

function paint({ status }: ProbeStep, style: Style, tag: string): string {
  switch (status) {
    case 'pass':
      return style.good(tag);
    case 'warn':
      return style.severity('warning', tag);
    case 'fail':
      return style.bad(tag);
    case 'unknown':
      return style.severity('info', tag);
    default:
      return style.dim(tag);
  }
}
