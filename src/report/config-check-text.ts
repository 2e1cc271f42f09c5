import { count } from '../bytes/count.js';
import { describeConnection, silentDefaults } from '../config/check/describe-connection.js';
import { nameWithVersion } from '../config/effective/config-end.js';
import { endOf, type ReadConfig } from '../config/read-config.js';
import type { ConfigRemark } from '../model/connection.js';
import type { Style } from './style.js';
import { hanging, wrap } from './wrap.js';

/** One configuration with all that is to be said about it. */
export interface CheckedConfig {
  readonly config: ReadConfig;
  readonly remarks: readonly ConfigRemark[];
}

const LABEL = 24;

/** Longer words of the file than this leave the column. */
const MAX_LABEL = 40;

/** Per file: whose it is, what is wrong, the defaults in force; `verbose`: every connection with the place of each value. */
export function checkText(checked: readonly CheckedConfig[], style: Style, verbose: boolean): string[] {
  const lines = checked.flatMap(({ config, remarks }, i) => [...(i === 0 ? [] : ['']), ...configText(config, remarks, style, verbose)]);
  const all = checked.flatMap(({ remarks }) => remarks);
  const counted = (severity: ConfigRemark['severity'], noun: string) => {
    const number = all.filter((remark) => remark.severity === severity).length;
    return number === 0 ? [] : [count(number, noun)];
  };
  const verdict = [...counted('error', 'error'), ...counted('warning', 'warning')];
  return [...lines, '', `Verdict: ${verdict.length === 0 ? style.good('nothing wrong found') : style.bad(verdict.join(', '))}`];
}

function configText(config: ReadConfig, remarks: readonly ConfigRemark[], style: Style, verbose: boolean): string[] {
  const { file, sure, connections, files } = config;
  const more = files.length > 1 ? `, ${count(files.length - 1, 'further file')}` : '';
  const lines = [
    `${style.bold(file)}  ${nameWithVersion(config)}${sure ? '' : ' (guessed: --product says otherwise)'}, ${count(connections.length, 'connection')}${more}`,
  ];
  for (const remark of remarks) lines.push(...remarkText(remark, style));
  for (const connection of connections) {
    const end = endOf(config, connection);
    if (verbose) {
      lines.push('', style.bold(`${connection.name}  ${connection.file}:${connection.line}`));
      const values = describeConnection(end);
      const width = Math.min(Math.max(LABEL, ...values.map(({ label }) => label.length + 2)), MAX_LABEL);
      for (const { label, text, line } of values)
        lines.push(
          ...hanging(
            `  ${label}${label.length < width ? '' : '  '}`,
            width + 2,
            `${text}  ${style.dim(line === 0 ? '(default)' : `:${line}`)}`,
            style.width,
          ),
        );
      continue;
    }
    const silent = [
      ...new Map(
        silentDefaults(connection, end)
          .toReversed()
          .map((value) => [value.label, value]),
      ).values(),
    ].toReversed();
    if (silent.length > 0)
      lines.push(
        '',
        ...wrap(
          `${connection.name}: defaults in force: ${silent.map(({ label, text }) => `${label} ${text}`).join('; ')}`,
          style.width,
        ).map(style.dim),
      );
  }
  return lines;
}

function remarkText({ file, line, severity, code, text, fix }: ConfigRemark, style: Style): string[] {
  const head = `${style.severity(severity, `[${severity.toUpperCase()}]`)} ${line > 0 ? `${file}:${line}` : file}  ${style.dim(code)}`;
  return [
    head,
    ...wrap(text, style.width - 2).map((part) => `  ${part}`),
    ...(fix === undefined ? [] : fix.split('\n').map((part) => style.good(`  + ${part}`))),
  ];
}
