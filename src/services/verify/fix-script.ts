import type { Mend } from '../../checks/check.js';
import type { VerifyReport } from '../../report/verify-report.js';

/** The changes that mend what a run found, each once, in the order of the checks. What follows from another fault goes with that. */
export function mendsOf({ results, findings }: Pick<VerifyReport, 'results' | 'findings'>): readonly Mend[] {
  const following = new Set(findings.flatMap(({ consequences = [] }) => consequences));
  const all = results.flatMap(({ lines }) =>
    lines.flatMap(({ mend, finding }) => (finding !== undefined && following.has(finding) ? [] : (mend ?? []))),
  );
  return [...new Map(all.map((mend) => [mend.apply, mend])).values()];
}

/**
 * A POSIX shell script that applies changes, or with `undo` puts back what was found, last change first. Each step runs
 * whatever became of those before; the exit status says whether all went well.
 */
export function fixScript(mends: readonly Mend[], { host, findings }: Pick<VerifyReport, 'host' | 'findings'>): string {
  const byHand = findings.filter(({ severity }) => severity !== 'info').length;
  const step = (comment: string, command: string) => [`  # ${oneLine(comment)}`, `  ${command} || status=1`];
  return [
    '#!/bin/sh',
    `# Made by "vpndoctor verify --fix-script" on ${oneLine(host.name)}, ${host.time.toISOString()}.`,
    '#   sh FILE        mends what a script can mend',
    '#   sh FILE undo   puts back what was found',
    `# ${mends.length === 0 ? 'There is nothing that a script can mend' : 'Read it before you run it, as root'}; "vpndoctor verify" names ${byHand === 1 ? 'the one problem' : `all ${byHand} problems`} with the reasons.`,
    'set -u',
    'status=0',
    '',
    'apply() {',
    ...body(mends.flatMap(({ comment, apply }) => step(comment, apply))),
    '}',
    '',
    'undo() {',
    ...body([...mends].reverse().flatMap(({ comment, undo }) => step(`back: ${comment}`, undo))),
    '}',
    '',
    'case "$*" in',
    '  "" | apply) apply ;;',
    '  undo) undo ;;',
    '  *) echo "usage: $0 [apply|undo]" >&2; exit 2 ;;',
    'esac',
    'exit "$status"',
    '',
  ].join('\n');
}

function body(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['  :'] : lines;
}

/** Nothing that came from the host may end the comment it stands in. */
function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ');
}
