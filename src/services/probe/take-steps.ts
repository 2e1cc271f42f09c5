import type { ProbeStep } from '../../model/probe-step.js';
import type { ContextOf, ProbeOf } from '../../probes/shared/probe.js';
import { type Course, type Holding, runProbes } from '../../probes/shared/run-probes.js';
import { type Negotiated, type OpenvpnNegotiated, probeRecord } from '../../report/probe-json.js';
import { probeEnd, stepLines } from '../../report/probe-text.js';
import { verdictOfSteps } from '../../report/probe-verdict.js';
import { createStyle } from '../../report/style.js';
import type { ProbeIo } from './io.js';

/** Interrupted before anything wrong was found: what was asked was not done. */
const INTERRUPTED = 2;

/** How a run of steps is reported, and what is to be done besides. */
export interface StepsReport {
  /** Names the peer in the head of the report. */
  readonly title: string;
  /** The same for programs. */
  readonly peer: string;
  readonly flags: { readonly verbose?: boolean; readonly json?: boolean; readonly color: boolean };
  readonly io: ProbeIo;
  /** What both ends agreed on; no secrets among it. */
  readonly negotiated: () => Negotiated | OpenvpnNegotiated;
  /** With the tunnel that is up, before it is taken down. */
  readonly hold?: Holding | undefined;
}

/**
 * Takes the steps of a course and reports each as it ends.
 * @returns exit status: 0 everything works, 1 something is wrong, 2 interrupted
 */
export async function takeSteps<Id extends string, Context extends ContextOf<Id>, Probe extends ProbeOf<Id, Context>>(
  course: Course<Id, Context, Probe>,
  context: Context,
  { title, peer, flags, io, negotiated, hold }: StepsReport,
): Promise<number> {
  const style = createStyle(io, !flags.color);
  const print = (lines: readonly string[]) => {
    for (const line of lines) io.output.line(line);
    io.output.flush();
  };
  const text = flags.json !== true;
  if (text) print([style.bold(title)]);
  const onStep = (step: ProbeStep) => {
    // What --until leaves away needs no line.
    const wanted = flags.verbose === true || context.target.until === undefined || step.status !== 'skip';
    if (text && wanted) print(stepLines(step, style, flags.verbose === true));
  };
  const { steps, findings, interrupted } = await runProbes(course, context, onStep, hold);
  if (text) print(probeEnd(steps, findings, style, interrupted));
  else print([JSON.stringify(probeRecord(peer, steps, findings, negotiated(), interrupted))]);
  const { status } = verdictOfSteps(steps, interrupted);
  return status === 'pass' ? 0 : status === 'unknown' ? INTERRUPTED : 1;
}
