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

/** One step of the probe of an OpenVPN peer. */
export type Probe = ProbeOf<ProbeId, ProbeContext>;
