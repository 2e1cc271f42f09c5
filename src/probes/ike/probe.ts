import type { Finding } from '../../model/finding.js';
import type { ProbeStep } from '../../model/probe-step.js';
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

/** What a step would do, told before it is done. */
export type Plan = { readonly applies: true } | { readonly applies: false; readonly why: string };

export const applies: Plan = { applies: true };
export const skips = (why: string): Plan => ({ applies: false, why });

/** How a step ended. */
export interface Outcome extends Pick<ProbeStep, 'status' | 'text'> {
  readonly details?: readonly string[];
  readonly findings?: readonly Finding[];
  /** Milliseconds, where not all of the step's time is what it measures. */
  readonly milliseconds?: number;
}

/** What a step has to work with. */
export interface ProbeContext {
  readonly target: ProbeTarget;
  readonly facts: ProbeFacts;
  readonly link: Link;
}

/** One step. `plan` is pure: it looks at what was asked for and what earlier steps have brought. */
export interface Probe {
  readonly id: ProbeId;
  readonly title: string;
  /** What IKEv1 calls it, where that is another word. */
  readonly ikev1Title?: string;
  /** Steps that must not have failed; skipped ones do not stand in the way. */
  readonly after: readonly ProbeId[];
  /** Ways of which one must not have failed. */
  readonly afterAny?: readonly ProbeId[];
  /** Taken whenever it applies, whatever happened before and also after Ctrl-C: it tidies up. */
  readonly always?: true;
  plan(target: ProbeTarget, facts: ProbeFacts): Plan;
  run(context: ProbeContext): Promise<Outcome>;
}
