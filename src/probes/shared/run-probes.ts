import { EnvironmentError, UsageError } from '../../bytes/errors.js';
import type { Finding } from '../../model/finding.js';
import { byImportance, putUnderCauses } from '../../model/finding-order.js';
import type { ProbeStep } from '../../model/probe-step.js';
import type { ContextOf, Outcome, ProbeOf } from './probe.js';

/** What a run of steps gave. */
export interface ProbeRun {
  readonly steps: readonly ProbeStep[];
  readonly findings: readonly Finding[];
  readonly interrupted: boolean;
}

/** All steps of a protocol. */
export interface Course<Id extends string, Context extends ContextOf<Id>, Probe extends ProbeOf<Id, Context> = ProbeOf<Id, Context>> {
  /** In the order in which they are taken. */
  readonly ids: readonly Id[];
  readonly probes: readonly Probe[];
  /** What a step is called for this target. */
  titleOf(probe: Probe, target: Context['target']): string;
  /** Whether there is a tunnel that can be held up. */
  isUp(facts: Context['facts']): boolean;
  /** How a step ends in which the peer took the tunnel down; undefined: it did not. Whatever the step saw itself is of no account then. */
  takenDown?(context: Context, id: Id, saw: Outcome): Outcome | undefined;
  /** Steps that are skipped because the tunnel is gone are asked that too. */
  readonly takenDownBetween?: boolean;
}

/** A tunnel that is up, given to whoever wants it: a step of its own, between the last and those that tidy up. */
export interface Holding {
  readonly title: string;
  /** Until it is given back (undefined), or ends by itself: why. */
  run(): Promise<string | undefined>;
}

/** Its id. */
const HOLDING = 'tun';

/** In the order in which they are taken. */
export function inOrder<Id extends string, Probe extends { readonly id: Id }>(
  ids: readonly Id[],
  probes: readonly Probe[],
): readonly Probe[] {
  return probes.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

/**
 * Takes the steps one after the other. A step behind one that failed is not reached; those behind `until` are skipped; steps that tidy
 * up are taken all the same.
 * @param onStep told of each as it ends
 * @param hold what is to be done with a tunnel that is up, before it is taken down
 * @throws what a step throws: a fault of the host or of ours, never of the peer; those that tidy up have run then
 */
export async function runProbes<Id extends string, Context extends ContextOf<Id>, Probe extends ProbeOf<Id, Context>>(
  course: Course<Id, Context, Probe>,
  context: Context,
  onStep: (step: ProbeStep) => void,
  hold?: Holding,
): Promise<ProbeRun> {
  const findings: Finding[] = [];
  const steps: ProbeStep[] = [];
  const { target, facts, link } = context;
  let fault: unknown;
  let held = false;
  let down = false;
  const add = ({ id, title }: Pick<ProbeStep, 'id' | 'title'>, outcome: Outcome, start: number): ProbeStep => {
    const { status, text, details = [], milliseconds = link.now() - start } = outcome;
    const step = { id, title, status, text, details, milliseconds };
    steps.push(step);
    findings.push(...(outcome.findings ?? []));
    return step;
  };
  for (const probe of inOrder(course.ids, course.probes)) {
    if (probe.always === true && !held && fault === undefined && !link.signal.aborted && course.isUp(facts)) {
      held = true;
      const start = link.now();
      try {
        if (hold !== undefined) {
          const why = await hold.run();
          onStep(add({ id: HOLDING, title: hold.title }, endOfHold(course, context, probe.id, why, link.now() - start), start));
        }
      } catch (error) {
        fault = error;
      }
    }
    const hindrance = hindranceOf(probe, context, course);
    const stopped = link.signal.aborted || fault !== undefined;
    let outcome: Outcome;
    const start = link.now();
    if (stopped && probe.always !== true) outcome = { status: 'unreached', text: fault === undefined ? 'interrupted' : 'stopped' };
    else if (hindrance !== undefined && probe.always !== true) outcome = hindrance;
    else {
      const plan = probe.plan(target, facts);
      const takenDown = (saw: Outcome): Outcome => {
        const end: Outcome | undefined = down || probe.always === true ? undefined : course.takenDown?.(context, probe.id, saw);
        down ||= end !== undefined;
        return end ?? saw;
      };
      if (!plan.applies) {
        const skipped: Outcome = { status: 'skip', text: plan.why };
        outcome = course.takenDownBetween === true ? takenDown(skipped) : skipped;
      } else {
        try {
          outcome = takenDown(await probe.run(context));
        } catch (error) {
          fault ??= error;
          outcome = { status: 'unknown', text: wordsOf(error) };
        }
        // What was cut short tells nothing.
        if (link.signal.aborted && probe.always !== true && outcome.status !== 'pass')
          outcome = { status: 'unreached', text: 'interrupted' };
      }
    }
    const step = add({ id: probe.id, title: course.titleOf(probe, target) }, outcome, start);
    facts.steps.set(probe.id, step);
    onStep(step);
  }
  if (fault !== undefined) throw fault;
  return { steps, findings: putUnderCauses(withoutRepetition(findings.sort(byImportance))), interrupted: link.signal.aborted };
}

/** A tunnel that ends by itself is a fault, whoever ended it; what it means where the peer did is what the course says of that. */
function endOfHold<Id extends string, Context extends ContextOf<Id>, Probe extends ProbeOf<Id, Context>>(
  course: Course<Id, Context, Probe>,
  context: Context,
  id: Id,
  why: string | undefined,
  milliseconds: number,
): Outcome {
  const time = `${Math.round(milliseconds / 1000)} s`;
  if (why === undefined) return { status: 'pass', text: `given back after ${time}` };
  const outcome: Outcome = { status: 'fail', text: `it ended after ${time}, because ${why}` };
  const findings = course.takenDown?.(context, id, outcome)?.findings ?? [];
  return { ...outcome, findings: findings.map((finding) => ({ ...finding, evidence: [{ text: `step ${HOLDING}: ${outcome.text}` }] })) };
}

/** Whoever asked is told the rest at the end. */
function wordsOf(fault: unknown): string {
  return fault instanceof EnvironmentError || fault instanceof UsageError ? fault.message : 'stopped by a fault of vpndoctor';
}

/** What two steps found is one finding, with the evidence of both. */
function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const byCode = new Map<string, Finding>();
  for (const finding of findings) {
    const first = byCode.get(finding.code);
    byCode.set(finding.code, first === undefined ? finding : { ...first, evidence: [...first.evidence, ...finding.evidence] });
  }
  return [...byCode.values()];
}

function hindranceOf<Id extends string, Context extends ContextOf<Id>, Probe extends ProbeOf<Id, Context>>(
  probe: Probe,
  { target, facts }: Context,
  course: Course<Id, Context, Probe>,
): Outcome | undefined {
  if (target.until !== undefined && course.ids.indexOf(probe.id) > course.ids.indexOf(target.until)) {
    return { status: 'skip', text: `--until ${target.until}` };
  }
  const failed = (id: Id) => FAILED.has(facts.steps.get(id)?.status ?? '');
  const ways = probe.afterAny ?? [];
  const culprit = probe.after.find(failed) ?? (ways.length > 0 && ways.every(failed) ? ways[0] : undefined);
  if (culprit === undefined) return undefined;
  const root = rootOf(culprit, facts.steps, course.probes);
  const rootProbe = course.probes.find(({ id }) => id === root);
  return { status: 'unreached', text: `needs ${rootProbe === undefined ? root : course.titleOf(rootProbe, target)}` };
}

const FAILED: ReadonlySet<string> = new Set(['fail', 'unreached']);

/** The step that really failed, behind those that were not reached because of it. */
function rootOf<Id extends string>(
  id: Id,
  steps: ReadonlyMap<Id, ProbeStep>,
  probes: readonly { readonly id: Id; readonly after: readonly Id[]; readonly afterAny?: readonly Id[] }[],
): Id {
  const probe = probes.find((one) => one.id === id);
  const before = [...(probe?.after ?? []), ...(probe?.afterAny ?? [])].find((other) => FAILED.has(steps.get(other)?.status ?? ''));
  return steps.get(id)?.status === 'fail' || before === undefined ? id : rootOf(before, steps, probes);
}
