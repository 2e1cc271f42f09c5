import type { ProbeStep } from '../model/probe-step.js';

export interface ProbeVerdict {
  /** The worst: fail before warn; `unknown` when nothing was found out. */
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  /** One line. */
  readonly text: string;
}

/** The sum of a run of steps in one line. */
export function verdictOfSteps(steps: readonly ProbeStep[], interrupted: boolean): ProbeVerdict {
  const failed = steps.filter(({ status }) => status === 'fail');
  const warned = steps.filter(({ status }) => status === 'warn');
  const passed = steps.filter(({ status }) => status === 'pass').length;
  const first = failed[0];
  const cut = interrupted ? '; interrupted' : '';
  if (first !== undefined) return { status: 'fail', text: `${first.title} failed: ${first.text}${cut}` };
  if (interrupted) return { status: 'unknown', text: `interrupted; ${count(passed)} passed until then` };
  if (warned.length > 0) {
    return {
      status: 'warn',
      text: `it works, with ${warned.length === 1 ? 'a warning' : `${warned.length} warnings`} (${warned.map(({ title }) => title).join(', ')})`,
    };
  }
  const open = steps.filter(({ status }) => status === 'unknown').map(({ title }) => title);
  const unknown = open.length === 0 ? '' : `; not known: ${open.join(', ')}`;
  return passed === 0
    ? { status: 'unknown', text: 'nothing could be found out' }
    : { status: 'pass', text: `everything that was tried works: ${count(passed)}${unknown}` };
}

function count(steps: number): string {
  return `${steps} step${steps === 1 ? '' : 's'}`;
}
