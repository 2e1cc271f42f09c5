import type { Refusal } from '../../../engine/refusal.js';
import type { Finding } from '../../../model/finding.js';
import type { ProbeTarget } from '../target.js';
import type { ProbeFacts } from './probe-facts.js';

/** What a refusal means: likely causes in their order, what cannot be told from here, and what mends it at each end. */
export type Diagnosis = Pick<Finding, 'severity' | 'confidence' | 'title' | 'cause' | 'fix' | 'refs'> & { readonly slug: string };

/** Makes a diagnosis of a refusal; pure. */
export type Judge = (refusal: Refusal, target: ProbeTarget, facts: ProbeFacts) => Diagnosis;

export const peerOf = (target: ProbeTarget, facts: ProbeFacts): string => facts.address ?? target.host;
