import { expect, it } from 'vitest';
import type { Path } from '../../../src/engine/step.js';
import type { ProbeContext } from '../../../src/probes/ike/probe.js';
import { ProbeFacts, type SideAnswer } from '../../../src/probes/ike/shared/probe-facts.js';
import { probe } from '../../../src/probes/ike/udp-500.js';

const ike: Path = { channel: 'ike', local: { address: '192.0.2.1', port: 500 }, remote: { address: '198.51.100.2', port: 500 } };
const natt: Path = { channel: 'natt', local: { address: '192.0.2.1', port: 4500 }, remote: { address: '198.51.100.2', port: 4500 } };
const sa = { spiI: '', spiR: '' };

/** A peer that is silent but for what `initiate` brings about, and for what it answers to questions beside the engine's. */
function contextOf(initiate: (facts: ProbeFacts) => void, answer: SideAnswer): ProbeContext {
  const facts = new ProbeFacts();
  facts.address = '198.51.100.2';
  const link = {
    paths: { ike, natt },
    random: (length: number) => new Uint8Array(length),
    now: () => 7,
    open: async () => {},
    initiate: () => initiate(facts),
    waitFor: async (condition: () => boolean) => condition(),
    firstMessage: () => new Uint8Array(28),
    ask: async () => answer,
  };
  const tunnel = { settings: { ikeProposals: [], localAuth: { method: 'psk' } } };
  const target = { host: 'gw', ports: { ike: 500, natt: 4500 }, tunnel, patience: { first: 500, patience: 4000 } };
  return { target, facts, link } as unknown as ProbeContext;
}

it('a peer that refuses at once has answered, in whatever version it says so', async () => {
  const refusal = { code: 'invalid-major-version', by: 'peer' as const, exchange: 'IKE_SA_INIT', text: 'no' };
  const context = contextOf(
    (facts) => {
      facts.down = { kind: 'ike-down', by: 'peer', refusal, sa, at: 12 };
    },
    { kind: 'silent', sent: 1 },
  );
  expect(await probe.run(context)).toMatchObject({ status: 'pass', text: 'answered by 198.51.100.2:500', milliseconds: 5 });
});

it('a router that takes its time to say that nobody is there is not taken for silence', async () => {
  const error = { kind: 'error' as const, path: natt, reason: 'host-unreachable' as const, text: 'host unreachable', from: '192.0.2.254' };
  const outcome = await probe.run(contextOf(() => {}, { kind: 'error', error }));
  expect(outcome.status).toBe('fail');
  expect(outcome.text).toMatch(/^no answer .*; then on UDP 4500: host unreachable \(said by 192\.0\.2\.254\)$/);
  expect(outcome.findings).toBeUndefined();
});

it.each([
  [
    'answers',
    { kind: 'answered' as const, milliseconds: 3, bytes: new Uint8Array(28) },
    'probe/udp-500-blocked',
    /^UDP 500 .* answered with ICMP "host unreachable", UDP 4500 is open$/,
  ],
  ['is silent', { kind: 'silent' as const, sent: 1 }, 'probe/host-unreachable', /cannot be reached$/],
])('host unreachable for 500, while 4500 %s', async (_, answer, code, title) => {
  const error = { kind: 'error' as const, path: ike, reason: 'host-unreachable' as const, text: 'host unreachable', from: '192.0.2.254' };
  const context = contextOf((facts) => facts.applyError(error), answer);
  const { status, text, findings = [] } = await probe.run(context);
  expect([status, findings.map((finding) => finding.code)]).toEqual(['fail', [code]]);
  expect(text).toContain('host unreachable (said by 192.0.2.254)');
  expect(findings[0]?.title).toMatch(title);
  // What was answered is the answer of the other port's step; its own patience is longer where nothing was.
  expect(context.facts.side.get('4500')).toEqual(code === 'probe/udp-500-blocked' ? answer : undefined);
});
