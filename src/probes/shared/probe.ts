import type { Finding } from '../../model/finding.js';
import type { ProbeStep } from '../../model/probe-step.js';

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

/** What the steps of any protocol have to work with, as far as whoever runs them looks at it. */
export interface ContextOf<Id extends string> {
  /** `until`: the last step to be taken, but for tidying up. */
  readonly target: { readonly until?: Id };
  /** `steps`: how those before ended. */
  readonly facts: { readonly steps: Map<Id, ProbeStep> };
  /** `signal` aborts on Ctrl-C; `now`: milliseconds. */
  readonly link: { readonly signal: AbortSignal; now(): number };
}

/** One step. `plan` is pure: it looks at what was asked for and what earlier steps have brought. */
export interface ProbeOf<Id extends string, Context extends ContextOf<Id>> {
  readonly id: Id;
  readonly title: string;
  /** Steps that must not have failed; skipped ones do not stand in the way. */
  readonly after: readonly Id[];
  /** Ways of which one must not have failed. */
  readonly afterAny?: readonly Id[];
  /** Taken whenever it applies, whatever happened before and also after Ctrl-C: it tidies up. */
  readonly always?: true;
  plan(target: Context['target'], facts: Context['facts']): Plan;
  run(context: Context): Promise<Outcome>;
}
