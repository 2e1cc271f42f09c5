import type { Refusal } from '../../../engine/refusal.js';
import type { Finding } from '../../../model/finding.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import { diagnosisOf } from './diagnosis.js';

export type Refused = Outcome & { readonly findings: readonly Finding[] };

/** A step that the engine's refusal ended: the reason in words, both sides' values, what it means and what mends it. */
export function refused(id: ProbeId, refusal: Refusal, { target, facts }: ProbeContext): Refused {
  const { severity, ...diagnosis } = diagnosisOf(refusal, target, facts);
  const details = [...valueLines(refusal), ...(refusal.suspected ?? [])];
  const finding = probeFinding(target, facts, {
    ...diagnosis,
    severity,
    evidence: [{ text: `step ${id}: ${refusalLine(refusal)}` }, ...details.map((text) => ({ text }))],
  });
  return { status: severity === 'error' ? 'fail' : 'warn', text: refusalLine(refusal), details, findings: [finding] };
}

/** `the peer accepts none of our proposals: N(NO_PROPOSAL_CHOSEN) in IKE_SA_INIT`. */
export function refusalLine({ text, notify, exchange, by }: Refusal): string {
  const said = notify === undefined ? '' : by === 'us' ? `; N(${notify}) sent` : `: N(${notify})`;
  return `${text}${said}${text.includes(exchange) ? '' : ` in ${exchange}`}`;
}

/** Both sides' values, ours first. */
export function valueLines({ ours, theirs }: Refusal): readonly string[] {
  return [...(ours === undefined ? [] : [`ours: ${breakable(ours)}`]), ...(theirs === undefined ? [] : [`theirs: ${breakable(theirs)}`])];
}

/** Proposals, `IKE:AES_CBC_256/…`, are longer than any line: blanks let them be broken. */
function breakable(value: string): string {
  return value.replace(/\b(?:IKE|ESP|AH):\S+/g, (proposal) => proposal.replaceAll('/', ' ').replace(':', ': '));
}
