import { expect, it } from 'vitest';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { probe as renegotiation } from '../../../../src/probes/openvpn/renegotiation.js';
import type { SideAnswer } from '../../../../src/probes/openvpn/shared/link.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';

/** A tunnel that was up, and whose peer said nothing for six seconds. */
function silenced(answer: SideAnswer): ProbeContext {
  const facts = Object.assign(new ProbeFacts(), {
    session: 1,
    upAt: 100,
    address: '192.0.2.1',
    remote: { host: '192.0.2.1', port: 1194, protocol: 'udp' },
    ended: { refusal: { code: 'ping-timeout', by: 'nobody', exchange: 'session', text: 'nothing came from the peer for 6 s' } },
  });
  const target = { host: '192.0.2.1', settings: { udp: { mode: 'tls' } }, patience: 1000 };
  return { facts, target, link: { ask: async () => answer } } as unknown as ProbeContext;
}

it.each([
  [{ kind: 'answered', milliseconds: 3 }, /it answers whoever begins anew: it was restarted/],
  [{ kind: 'silent', strange: 0, spoken: false }, /does not answer whoever begins anew either/],
] as const)('a peer that fell silent is asked whether it takes a new session: %j', async (answer, says) => {
  const context = silenced(answer);
  expect(renegotiation.plan(context.target, context.facts)).toEqual({ applies: true });
  const { status, text, findings = [] } = await renegotiation.run(context);
  expect([status, findings.map(({ code }) => code)]).toEqual(['fail', ['openvpn/ping-restart']]);
  expect(text).toMatch(says);
  expect(findings[0]?.cause).toMatch(says);
});
