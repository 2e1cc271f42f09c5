import { count } from '../bytes/count.js';
import type { BundleAnswers, Redaction } from '../host/bundle.js';

/** What `collect` did, or would do. */
export interface CollectReport {
  /** Where it went; absent when nothing was written. */
  readonly file?: string;
  /** Size of that file. */
  readonly bytes?: number;
  readonly redactions: readonly Redaction[];
  /** Addresses and names with what stands for them; absent without `--anonymise`. Never written into the bundle. */
  readonly replaced?: readonly { readonly from: string; readonly to: string }[];
  /** Certificates that cannot be rewritten and are not in the bundle; absent without `--anonymise`. */
  readonly leftOut?: number;
  readonly answers: BundleAnswers;
  readonly captures: readonly string[];
  readonly isRoot: boolean;
}

const answeredIn = (table: Readonly<Record<string, object>>) => Object.values(table).filter((recorded) => 'value' in recorded).length;

/** After the bundle was written. */
export function collectText(report: CollectReport): string {
  const { file, bytes = 0, redactions, replaced, leftOut = 0, answers, captures, isRoot } = report;
  const lines = [
    `${file}: ${count(answeredIn(answers.files), 'file')}, ${count(answeredIn(answers.commands), 'command')}, ${Math.ceil(bytes / 1024)} KiB`,
    `  ${count(redactions.length, 'secret')} taken out (--show-redactions lists them)`,
    ...(replaced === undefined
      ? ['  addresses and names are in it (--anonymise replaces them)']
      : replacedText(replaced, leftOut).map((line) => `  ${line}`)),
    ...(captures.length === 0 ? [] : [`  ${count(captures.length, 'capture')} as they are: ${captures.join(', ')}`]),
    ...(isRoot ? [] : ['  made without root: what only root may read is not in it']),
    `  To read it: zcat ${file} | less`,
    `  To judge it: vpndoctor verify --bundle ${file}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** What `--anonymise` did, and what it could not do. */
const replacedText = (replaced: readonly object[], leftOut: number): readonly string[] => [
  `${count(replaced.length, 'address or name', 'addresses and names')} replaced; names of files stay`,
  ...(leftOut === 0
    ? []
    : [
        `${count(leftOut, 'certificate')} left out, as signatures stand over the names in them: what needs one is unknown to verify --bundle`,
      ]),
];

/** `--show-redactions`: what would be replaced, before anything is written. */
export function redactionsText({ redactions, replaced, leftOut = 0, answers }: CollectReport): string {
  const lines = redactions.map(({ source, line, kind, length }) => `  ${source}:${line}  ${kind}, ${count(length, 'character')}`);
  const names = (replaced ?? []).map(({ from, to }) => `  ${from} -> ${to}`);
  return `${[
    redactions.length === 0 ? 'No secret was found in what would be collected.' : `Secrets that would be replaced (${redactions.length}):`,
    ...lines,
    ...(replaced === undefined
      ? []
      : ['', `Addresses and names that would be replaced (${replaced.length}):`, ...names, ...replacedText(replaced, leftOut).slice(1)]),
    '',
    `What would be collected: ${count(answeredIn(answers.files), 'file')}, ${count(answeredIn(answers.commands), 'command')}`,
    ...Object.entries(answers.commands).flatMap(([line, recorded]) => ('value' in recorded ? [`  ${line}`] : [])),
    ...Object.entries(answers.files).flatMap(([path, recorded]) =>
      'value' in recorded && !/^\/(?:proc|sys)\//.test(path) ? [`  ${path}`] : [],
    ),
    '  and settings and counters of /proc and /sys',
    'Nothing was written.',
  ].join('\n')}\n`;
}

/** `collect --json`. */
export function collectRecord({ file, bytes, redactions, replaced, leftOut, answers, captures, isRoot }: CollectReport): object {
  return {
    schema: 'vpndoctor/collect/1',
    ...(file !== undefined && { file, bytes }),
    root: isRoot,
    files: answeredIn(answers.files),
    commands: answeredIn(answers.commands),
    redactions,
    ...(replaced !== undefined && { replaced, left_out: leftOut }),
    captures,
    findings: [],
  };
}
