import type { ProbeOf } from '../shared/probe.js';
import type { Link } from './shared/link.js';
import type { ProbeFacts } from './shared/probe-facts.js';
import type { ProbeTarget } from './target.js';

/** The steps in the order in which they are taken. An id is the name of the step's file. */
export const probeIds = [
  'resolve',
  'route',
  'udp-500',
  'udp-4500',
  'ike-sa-init',
  'nat',
  'auth-ours',
  'auth-theirs',
  'configuration',
  'child',
  'echo',
  'inner-path-mtu',
  'outer-path-mtu',
  'fragments',
  'tcp-connect',
  'rekey-child',
  'rekey-ike',
  'liveness',
  'delete-sas',
] as const;

export type ProbeId = (typeof probeIds)[number];

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
