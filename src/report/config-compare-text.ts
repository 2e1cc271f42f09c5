import type { Comparison } from '../config/compare/compare-ends.js';
import { comparisonFindings } from '../config/compare/comparison-findings.js';
import { withoutConsequences } from '../config/compare/consequences.js';
import { type CorrectedLine, correctionsOf } from '../config/compare/corrections.js';
import type { Row } from '../config/compare/mismatch.js';
import { type ConfigEnd, nameWithVersion, productName, productNames } from '../config/effective/config-end.js';
import type { ReadConfig } from '../config/read-config.js';
import { type ConfigComparison, verdictLines } from './config-comparison.js';
import { type EndNames, findingsText } from './findings-text.js';
import type { Style } from './style.js';
import { wrap } from './wrap.js';

const ENDS: EndNames = { ours: 'our end', theirs: 'the other end', either: 'either end', path: 'the path' };

/** Width of the labels of the table, and of the gap between its columns. */
const LABEL = 24;
const GAP = 2;

/** Verdict, table of both sides, findings, corrected lines; `verbose`: the lines of the table that agree by default at both ends, too. */
export function compareText(result: ConfigComparison, style: Style, verbose: boolean): string[] {
  const { ours, theirs, tunnels, oursAlone, theirsAlone } = result;
  const lines = tunnels.flatMap((tunnel, i) => [...(i === 0 ? [] : ['']), ...tunnelText(tunnel, style, verbose)]);
  for (const [config, alone, other] of [
    [ours, oursAlone, theirs],
    [theirs, theirsAlone, ours],
  ] as const)
    if (alone.length > 0)
      lines.push(
        '',
        ...wrap(`${config.file}: nothing in ${other.file} belongs to ${alone.map(({ name }) => name).join(', ')}`, style.width),
      );
  const guessed = [ours, theirs].filter((config) => !config.sure);
  for (const config of guessed) lines.push('', ...wrap(guessText(config), style.width).map(style.dim));
  return lines;
}

function guessText({ file, product }: ReadConfig): string {
  return `${file} could be of several products; it was read as ${productNames[product]} of the newest version. --product and --product-version (--their-product …) say otherwise.`;
}

function tunnelText(tunnel: Comparison, style: Style, verbose: boolean): string[] {
  const { ours, theirs, rows, mismatches } = tunnel;
  const findings = comparisonFindings(tunnel).map((finding) => ({ ...finding, fix: [] }));
  return [
    `${style.bold('ours')}    ${endText(ours)}`,
    `${style.bold('theirs')}  ${endText(theirs)}`,
    '',
    ...verdictText(tunnel, style),
    '',
    ...table(rows, style, verbose),
    ...(mismatches.length === 0 ? [] : ['', ...findingsText(findings, style, ENDS).trimEnd().split('\n')]),
    ...correctionText(tunnel, style),
  ];
}

function endText(end: ConfigEnd): string {
  const { name, file, line } = end.connection;
  return `${name}  ${file}:${line}  ${nameWithVersion(end)}`;
}

function verdictText(tunnel: Comparison, style: Style): string[] {
  const paint = { yes: style.good, perhaps: (text: string) => style.severity('warning', text), no: style.bad } as const;
  const lines = verdictLines(tunnel);
  const width = Math.max(...lines.map(({ question }) => question.length)) + GAP;
  return lines.flatMap(({ question, answer, because }) => {
    const [first = '', ...more] = wrap(because.join(', '), Math.max(style.width - width - 'perhaps'.length - GAP, 20));
    const head = `${question.padEnd(width)}${paint[answer](answer)}${first === '' ? '' : `${' '.repeat('perhaps'.length - answer.length + GAP)}${first}`}`;
    return [head, ...more.map((line) => `${' '.repeat(width + 'perhaps'.length + GAP)}${line}`)];
  });
}

/** Both sides beside each other with the lines they come from; `!` marks what does not fit. */
function table(rows: readonly Row[], style: Style, verbose: boolean): string[] {
  const shown = rows.filter(({ ours, theirs, agrees }) => verbose || !agrees || ours.line > 0 || theirs.line > 0);
  const labels = Math.max(LABEL, ...shown.map(({ label }) => label.length + GAP));
  const room = Math.max(Math.floor((style.width - 2 - labels - GAP) / 2), 16);
  const one = ({ text, line }: Row['ours']) => breakable(`${text} ${line === 0 ? '(default)' : `:${line}`}`, room);
  const head = `  ${''.padEnd(labels)}${'ours'.padEnd(room + GAP)}theirs`;
  return [
    style.dim(head),
    ...shown.flatMap(({ label, ours, theirs, agrees }) => {
      const left = wrap(one(ours), room);
      const right = wrap(one(theirs), room);
      return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
        const start = i === 0 ? `${agrees ? ' ' : '!'} ${label.padEnd(labels)}` : ' '.repeat(2 + labels);
        const text = `${start}${(left[i] ?? '').padEnd(room + GAP)}${right[i] ?? ''}`.trimEnd();
        return agrees ? text : style.severity('warning', text);
      });
    }),
  ];
}

/** Lists of algorithms are words without a blank: one that is wider than its column may be broken behind a stroke, a colon or a comma. */
function breakable(text: string, room: number): string {
  return text
    .split(' ')
    .map((word) => {
      if (word.length <= room) return word;
      const lines: string[] = [];
      for (const part of word.split(/(?<=[/:,])/)) {
        const last = lines.at(-1);
        if (last === undefined || last.length + part.length > room) lines.push(part);
        else lines[lines.length - 1] = last + part;
      }
      return lines.join(' ');
    })
    .join(' ');
}

/** What to write at one end or at the other, in its own language; lines are never broken: they are to be copied. */
function correctionText(tunnel: Comparison, style: Style): string[] {
  return withoutConsequences(tunnel.mismatches).flatMap((mismatch) => {
    // Nothing fails by it: not to be touched in the night.
    if (mismatch.severity === 'info') return [];
    const corrections = correctionsOf(tunnel, mismatch);
    if (corrections.length === 0) return [];
    return [
      '',
      style.bold(
        `Corrected lines for ${mismatch.code}${corrections.length < 2 ? '' : mismatch.together === true ? ', at both ends' : ', at one end or at the other'}`,
      ),
      ...corrections.flatMap(({ end, edits }) => [
        `${ENDS[end]} (${productName(tunnel[end])})${onTheDevice(tunnel[end], edits)}`,
        ...edits.flatMap(({ file, line, how, text, before, others = [] }) => [
          `  ${file}:${line}${how === 'behind' ? ', behind it' : ''}${others.length > 0 ? `, which ${others.slice(0, 3).join(', ')}${others.length > 3 ? ' …' : ''} has too` : ''}`,
          ...(before === undefined ? [] : [style.bad(`  - ${before.trimEnd()}`)]),
          ...(how === 'delete' ? [] : text.split('\n').map((added) => style.good(`  + ${added}`))),
        ]),
      ]),
    ];
  });
}

/** A running-config is not edited: commands are typed, and taken back with `no`. */
function onTheDevice({ connection, product }: ConfigEnd, edits: readonly CorrectedLine[]): string {
  if (connection.dialect !== 'cisco-asa' || !edits.some(({ before }) => before !== undefined)) return '';
  const list =
    product === 'ios'
      ? edits.map(({ before = '' }) => /^access-list (\d+) /.exec(before)?.[1]).find((name) => name !== undefined)
      : undefined;
  return list === undefined
    ? '; on the box: - with "no" before it, + as it is'
    : `; on the box, below "ip access-list extended ${list}": - as "no permit …", + as "permit …"; "no access-list ${list} …" would delete the whole list`;
}
