import type { Finding, Fix } from '../../model/finding.js';
import { putUnderCauses } from '../../model/finding-order.js';
import { productNames } from '../effective/config-end.js';
import type { Comparison } from './compare-ends.js';
import { causesOf } from './consequences.js';
import { correctionsOf } from './corrections.js';
import type { Mismatch } from './mismatch.js';

/** The mismatches of a comparison as findings, their corrected lines as fixes. */
export function comparisonFindings(comparison: Comparison): readonly Finding[] {
  const { ours, theirs, mismatches } = comparison;
  const subject = `${ours.connection.name} - ${theirs.connection.name}`;
  const findings = mismatches.map(
    (mismatch): Finding => ({
      code: mismatch.code,
      severity: mismatch.severity,
      confidence: 1,
      title: mismatch.title,
      cause: mismatch.cause,
      evidence: mismatch.evidence,
      fix: fixesOf(comparison, mismatch),
      retest: 'vpndoctor config compare, with both files again',
      dependsOn: causesOf(mismatch.code),
      refs: mismatch.refs,
      subject,
    }),
  );
  return putUnderCauses(findings);
}

function fixesOf(comparison: Comparison, mismatch: Mismatch): readonly Fix[] {
  return correctionsOf(comparison, mismatch).map(({ end, edits }) => ({
    end,
    text: `${productNames[comparison[end].product]}: ${edits
      .map(({ file, line, how, text }) =>
        how === 'delete' ? `${file}:${line}: without this line` : `${file}:${line}${how === 'behind' ? ', behind it' : ''}: ${text.trim()}`,
      )
      .join('; ')}`,
  }));
}
