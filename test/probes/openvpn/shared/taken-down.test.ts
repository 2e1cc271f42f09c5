import { expect, it } from 'vitest';
import { course } from '../../../../src/probes/openvpn/course.js';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { takenDown } from '../../../../src/probes/openvpn/shared/taken-down.js';
import { runProbes } from '../../../../src/probes/shared/run-probes.js';

type Ended = NonNullable<ProbeFacts['ended']>;

function context(by: Ended['by'], code?: string, upAt: number | undefined = 5): ProbeContext {
  const refusal = code === undefined ? {} : { refusal: { code, by: 'peer' as const, exchange: 'session', text: `the words of ${code}` } };
  const facts = Object.assign(new ProbeFacts(), {
    ...(upAt === undefined ? {} : { upAt }),
    address: '192.0.2.1',
    ended: { session: 1, at: 9, kind: 'ended', by, ...refusal },
  });
  const target = { host: '192.0.2.1', settings: { udp: { mode: 'tls' } }, patience: 1000 };
  const link = { signal: new AbortController().signal, now: () => 0, date: () => 0 };
  return { facts, target, link } as unknown as ProbeContext;
}

it.each<[Ended['by'], string | undefined, string | undefined]>([
  ['peer', 'restart', 'probe/openvpn-restart'],
  ['peer', 'halt', 'probe/openvpn-halt'],
  ['peer', undefined, 'probe/openvpn-left'],
  ['peer', 'auth-failed', undefined],
  ['nobody', 'ping-timeout', undefined],
  ['us', undefined, undefined],
])('a tunnel that ended by %s, %s', (by, code, found) => {
  expect(takenDown(context(by, code), 'echo')?.findings?.[0]?.code).toBe(found);
  expect(takenDown(context(by, code, Number.NaN), 'echo')?.findings?.[0]?.code).toBe(found);
});

it('is told by the first step that has no tunnel any more, and by no other', async () => {
  const of = (id: 'echo' | 'inner-path-mtu' | 'keepalive', ends: boolean) => ({
    id,
    title: id,
    after: [],
    plan: () => (ends ? { applies: true as const } : { applies: false as const, why: 'there is no tunnel' }),
    run: async () => ({ status: 'pass' as const, text: 'passed' }),
  });
  const probes = [of('inner-path-mtu', false), of('keepalive', false)];
  const { steps } = await runProbes({ ...course, ids: ['inner-path-mtu', 'keepalive'], probes }, context('peer', 'restart'), () => {});
  expect(steps.map(({ status, text }) => `${status} ${text}`)).toEqual(['fail the words of restart', 'skip there is no tunnel']);
});
