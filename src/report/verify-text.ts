import { type Check, type CheckLine, type Group, groups } from '../checks/check.js';
import type { CheckResult } from '../checks/run-checks.js';
import type { Finding } from '../model/finding.js';
import type { Status } from '../model/status.js';
import { type EndNames, findingsText } from './findings-text.js';
import type { Style } from './style.js';
import { type VerifyReport, verdictOf } from './verify-report.js';
import { columns, wrap } from './wrap.js';

const TITLES: Readonly<Record<Group, string>> = {
  stack: 'Stack',
  kernel: 'Kernel',
  sysctls: 'Kernel settings',
  counters: 'Counters',
  sockets: 'Sockets',
  firewall: 'Firewall',
  routing: 'Routing',
  configuration: 'Configuration',
  keys: 'Keys and certificates',
  openvpn: 'OpenVPN',
  system: 'System',
};

/** On a host, ours is where we stand. */
const ENDS: EndNames = { ours: 'this host', theirs: 'the peer', either: 'either end', path: 'the path' };

/** Width of label and dots. */
const LABEL = 36;
/** `[FAIL]`; `[UNKNOWN]` is longer and moves its text. */
const TAG = 6;
/** Of one check, more lines alike than this become one. */
const MANY = 5;
/** So many of them are shown all the same when something is to be done about them. */
const FIRST = 3;
/** Of a group, more skipped lines than this become one. */
const FEW_SKIPS = 2;

const TAGS: Readonly<Record<Status, string>> = { pass: '[OK]', warn: '[WARN]', fail: '[FAIL]', skip: '[SKIP]', unknown: '[UNKNOWN]' };

/** Aligned lines by group, the findings, and the verdict in one line. `verbose`: every line, however many are alike. */
export function verifyText(report: VerifyReport, style: Style, verbose: boolean): string[] {
  const { host, results, findings } = report;
  const lines = [`${style.bold(host.name)}  ${host.kernel}${host.source === 'live' ? '' : `  from ${host.source}`}`];
  for (const group of groups) {
    const inGroup = results.filter(({ check }) => check.group === group);
    if (inGroup.length === 0) continue;
    lines.push('', style.bold(TITLES[group]));
    const alike = inGroup.flatMap((result) => shown(result, verbose));
    for (const line of verbose ? alike : withoutSkips(alike)) lines.push(...statusLines(line, style));
  }
  if (findings.length > 0) lines.push('', ...blocksOf(findings, style, verbose));
  const verdict = verdictOf(report);
  const paint = verdict.status === 'pass' ? style.good : verdict.status === 'unknown' ? style.bold : style.bad;
  lines.push('', `Verdict: ${paint(verdict.text)}`);
  if (!verbose && verdict.counts.skip > FEW_SKIPS) lines.push(style.dim('With -v every line is shown, with its reason.'));
  if (!host.root && verdict.counts.unknown > 0) lines.push(style.dim('As root vpndoctor sees the rest: sudo vpndoctor verify'));
  return lines;
}

/**
 * Many lines of one check that say nothing to act on become one, in the place of the first; of many that do, the first few
 * stand for all.
 */
function shown({ check, lines }: CheckResult, verbose: boolean): readonly CheckLine[] {
  if (verbose) return lines;
  const alike = (status: Status) => lines.filter((line) => line.status === status);
  return lines.flatMap((line): readonly CheckLine[] => {
    const { status, detail } = line;
    const all = alike(status);
    if (all.length <= MANY) return [line];
    const place = all.indexOf(line);
    if (status === 'fail' || status === 'warn') {
      if (place < FIRST) return [line];
      return place === FIRST ? [{ status, label: check.title, detail: `${all.length - FIRST} more (-v shows them)` }] : [];
    }
    if (place > 0) return [];
    const same = all.every((other) => other.detail === detail);
    return [{ status, label: check.title, detail: same ? `${all.length} times: ${detail}` : `${all.length} lines (-v shows them)` }];
  });
}

/** Of many findings of one code, the first few and whom the others are about. */
function blocksOf(findings: readonly Finding[], style: Style, verbose: boolean): string[] {
  const more = new Map<string, string[]>();
  const kept = findings.filter(({ code, subject }, index) => {
    const before = findings.slice(0, index).filter((other) => other.code === code).length;
    const all = findings.filter((other) => other.code === code).length;
    if (verbose || all <= MANY || before < FIRST) return true;
    more.set(code, [...(more.get(code) ?? []), subject]);
    return false;
  });
  return [
    ...findingsText(kept, style, ENDS).trimEnd().split('\n'),
    ...[...more].flatMap(([code, subjects]) => [
      '',
      ...wrap(`${subjects.length} more of ${code} (-v shows them): ${subjects.join(', ')}`, style.width),
    ]),
  ];
}

/** What does not apply here is one line at the end of its group. */
function withoutSkips(lines: readonly CheckLine[]): readonly CheckLine[] {
  const skips = lines.filter(({ status }) => status === 'skip');
  if (skips.length <= FEW_SKIPS) return lines;
  const labels = [...new Set(skips.map(({ label }) => label))].join(', ');
  return [...lines.filter(({ status }) => status !== 'skip'), { status: 'skip', label: `${skips.length} do not apply`, detail: labels }];
}

function statusLines({ status, label, detail }: CheckLine, style: Style): string[] {
  const paint: Readonly<Record<Status, (text: string) => string>> = {
    pass: style.good,
    warn: (text) => style.severity('warning', text),
    fail: style.bad,
    skip: style.dim,
    unknown: (text) => style.severity('info', text),
  };
  const head = label.length < LABEL - 1 ? `${label} ${'.'.repeat(LABEL - 1 - label.length)}` : label;
  const plain = TAGS[status].padEnd(TAG);
  const tag = paint[status](plain);
  const indent = 2 + LABEL + 1 + plain.length + 1;
  const room = style.width - indent;
  if (head.length > LABEL) {
    return [`  ${head}`, ...beside(`  ${'.'.repeat(LABEL)} ${tag}`, detail, indent, room)];
  }
  return beside(`  ${head} ${tag}`, detail, indent, room);
}

/** Details beside the tag, further lines under the first; under the label where the terminal is too narrow for that. */
function beside(head: string, detail: string, indent: number, room: number): string[] {
  if (detail === '') return [head.trimEnd()];
  if (room < 20) return [head, ...wrap(detail, room + indent - 4).map((line) => `    ${line}`)];
  return wrap(detail, room).map((line, index) => (index === 0 ? `${head} ${line}` : `${' '.repeat(indent)}${line}`));
}

/** `--list`: every check with what it reads. */
export function checkList(results: readonly Check[]): string[] {
  const rows = results.map(({ id, group, title, reads }) => [group, id, title, reads.join(', ')]);
  return columns([['group', 'id', 'title', 'reads'], ...rows], new Set());
}

const WORST_FIRST: readonly Status[] = ['fail', 'warn', 'unknown', 'pass', 'skip'];

/** What differs between two runs, a line each: for `--fix`. */
export function changedText(before: VerifyReport, after: VerifyReport, style: Style): string[] {
  const key = (result: CheckResult, line: CheckLine) => `${result.check.id} ${line.label}`;
  // A check may have several lines of one label; each of them is what it was, or the worst that is there no longer.
  const old = new Map<string, CheckLine[]>();
  for (const result of before.results)
    for (const line of result.lines) old.set(key(result, line), [...(old.get(key(result, line)) ?? []), line]);
  const isSame = (a: CheckLine, b: CheckLine) => a.status === b.status && a.detail === b.detail;
  // A line about one file or one interface may go with its fault.
  const gone = (result: CheckResult): readonly CheckLine[] =>
    result.lines.some(({ status }) => status === 'unknown')
      ? []
      : before.results
          .filter(({ check }) => check.id === result.check.id)
          .flatMap(({ lines }) => lines.filter(({ status, label }) => isBad(status) && !result.lines.some((now) => now.label === label)));
  return after.results.flatMap((result) => [
    ...gone(result).flatMap(({ label, status }) => told({ status: 'pass', label, detail: 'no longer' }, status, style)),
    ...result.lines.flatMap((line) => {
      const lines = old.get(key(result, line)) ?? [];
      if (lines.some((each) => isSame(each, line))) return [];
      const others = lines.filter((each) => !result.lines.some((now) => now.label === each.label && isSame(each, now)));
      const was = WORST_FIRST.find((status) => others.some((each) => each.status === status));
      if (was === line.status) return [];
      return told(line, was, style);
    }),
  ]);
}

function told(line: CheckLine, was: CheckLine['status'] | undefined, style: Style): readonly string[] {
  const [first = '', ...more] = statusLines(line, style);
  return [`${first}${was === undefined ? '' : `  (was ${TAGS[was]})`}`, ...more];
}

const isBad = (status: CheckLine['status']) => status === 'fail' || status === 'warn';
