import type { ProbeOf } from '../shared/probe.js';
import type { ProbeId } from './probe-ids.js';
import type { Link } from './shared/link.js';
import type { ProbeFacts } from './shared/probe-facts.js';
import type { ProbeTarget } from './target.js';

/** What a step has to work with. */
export interface ProbeContext {
  readonly target: ProbeTarget;
  readonly facts: ProbeFacts;
  readonly link: Link;
}

/** One step of the probe of an IPsec peer. */
export interface Probe extends ProbeOf<ProbeId, ProbeContext> {
  /** Its title where the target gives it another: the words of IKEv1, another port. */
  readonly titleOf?: (target: ProbeTarget) => string;
}
