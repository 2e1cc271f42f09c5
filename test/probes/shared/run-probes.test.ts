import { expect, it } from 'vitest';
import type { ProbeStep } from '../../../src/model/probe-step.js';
import { probeFinding } from '../../../src/probes/shared/finding.js';
import { applies, type ContextOf, type ProbeOf } from '../../../src/probes/shared/probe.js';
import { type Course, runProbes } from '../../../src/probes/shared/run-probes.js';
import { verdictOfSteps } from '../../../src/report/probe-verdict.js';

type Id = 'tunnel' | 'tidy';

/** A tunnel that comes up, is given away, and ends as `why` says or with Ctrl-C; and a peer that is known to have ended it. */
async function holding(why: string | undefined, byPeer: boolean) {
  let now = 0;
  const context: ContextOf<Id> = {
    target: {},
    facts: { steps: new Map<Id, ProbeStep>() },
    link: { signal: new AbortController().signal, now: () => now },
  };
  const pass = async () => ({ status: 'pass' as const, text: '' });
  const finding = { slug: 'gone', severity: 'error', confidence: 1, title: 'gone', cause: '', evidence: [], fix: [], refs: [] } as const;
  const course: Course<Id, ContextOf<Id>, ProbeOf<Id, ContextOf<Id>>> = {
    ids: ['tunnel', 'tidy'],
    probes: [
      { id: 'tunnel', title: 'tunnel', after: [], plan: () => applies, run: pass },
      { id: 'tidy', title: 'tidy', after: [], always: true, plan: () => applies, run: pass },
    ],
    titleOf: ({ title }) => title,
    isUp: () => true,
    takenDown: (_, id) =>
      byPeer && id === 'tidy' ? { status: 'fail', text: '', findings: [probeFinding({ host: 'gw' }, {}, finding)] } : undefined,
  };
  const printed: string[] = [];
  const run = async () => {
    now = 12_345;
    return why;
  };
  const onStep = ({ id, status }: ProbeStep) => printed.push(`${id} ${status}`);
  const { steps, findings, interrupted } = await runProbes(course, context, onStep, { title: 'tunnel on vpn0', run });
  return { steps, findings, printed, verdict: verdictOfSteps(steps, interrupted) };
}

it('a tunnel that was given back works', async () => {
  const { printed, steps, findings, verdict } = await holding(undefined, false);
  expect(printed).toEqual(['tunnel pass', 'tun pass', 'tidy pass']);
  expect([steps[1]?.text, steps[1]?.milliseconds, findings, verdict.status]).toEqual(['given back after 12 s', 12_345, [], 'pass']);
});

it.each([
  [true, 'the peer deleted the IKE SA', ['probe/gone']],
  [false, 'no answer within 3.0 s', []],
])('a tunnel that ended while it was in use is a fault; the peer told so: %s', async (byPeer, why, codes) => {
  const { printed, findings, verdict } = await holding(why, byPeer);
  const text = `it ended after 12 s, because ${why}`;
  expect(printed).toEqual(['tunnel pass', 'tun fail', 'tidy pass']);
  expect(verdict).toEqual({ status: 'fail', text: `tunnel on vpn0 failed: ${text}` });
  expect(findings.map(({ code }) => code)).toEqual(codes);
  for (const { evidence } of findings) expect(evidence).toEqual([{ text: `step tun: ${text}` }]);
});
