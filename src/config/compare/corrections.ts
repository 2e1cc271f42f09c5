import type { ConfigEnd } from '../effective/config-end.js';
import type { Edit } from '../mend/change.js';
import { mend } from '../mend/mend.js';
import type { Comparison } from './compare-ends.js';
import type { Mismatch } from './mismatch.js';

/** Corrected lines of one end that mend one mismatch. */
export interface Correction {
  readonly code: string;
  readonly end: 'ours' | 'theirs';
  /** Those of the other end are needed too; absent: one end or the other, not both. */
  readonly together?: true;
  readonly edits: readonly CorrectedLine[];
}

/** An edit with what stands there now. */
export interface CorrectedLine extends Edit {
  /** Absent: a new line. */
  readonly before?: string;
}

/** Every correction there is for a mismatch. */
export function correctionsOf(comparison: Comparison, mismatch: Mismatch): readonly Correction[] {
  return (['ours', 'theirs'] as const).flatMap((end): readonly Correction[] => {
    const change = mismatch.change[end];
    const edits = change === undefined ? undefined : mend(comparison[end], change);
    if (edits === undefined || edits.length === 0) return [];
    return [
      {
        code: mismatch.code,
        end,
        ...(mismatch.together !== undefined && { together: mismatch.together }),
        edits: edits
          .map((edit) => withBefore(edit, comparison[end]))
          .filter(({ before, text, how }) => how !== 'replace' || before !== text),
      },
    ];
  });
}

function withBefore(edit: Edit, { texts, secrets, product }: ConfigEnd): CorrectedLine {
  if (edit.how === 'behind') return edit;
  const line = (texts.get(edit.file) ?? '').split('\n')[edit.line - 1] ?? '';
  // A line with a secret in it is never shown. OpenVPN has them in files and blocks of their own: its lines name those.
  const secret =
    product !== 'openvpn' &&
    (secrets?.some((entry) => entry.file === edit.file && entry.line === edit.line) === true ||
      /\b(psk|pre-?shared-?key|key|secret|authentication\s*=)\b(?!-direction)/i.test(line));
  return { ...edit, before: secret ? '(the line with the secret)' : line.replace(/\r$/, '') };
}
