import type { ProbeOf } from '../shared/probe.js';
import type { Link } from './shared/link.js';
import type { ProbeFacts } from './shared/probe-facts.js';
import type { ProbeTarget } from './target.js';

/** The steps in the order in which they are taken. An id is the name of the step's file. */
export const probeIds = [
  'resolve',
  'route',
  'socket',
  'reset',
  'tls',
  'options',
  'credentials',
  'push',
  'data',
  'echo',
  'inner-path-mtu',
  'tcp-connect',
  'keepalive',
  'renegotiation',
  'exit',
] as const;

export type ProbeId = (typeof probeIds)[number];

/** What a step has to work with. */
export interface ProbeContext {
  readonly target: ProbeTarget;
  readonly facts: ProbeFacts;
  readonly link: Link;
}

/** One step of the probe of an OpenVPN peer. */
export type Probe = ProbeOf<ProbeId, ProbeContext>;
