import { expect, it } from 'vitest';
import type { ProbeContext } from '../../../../src/probes/openvpn/probe.js';
import { endedOutcome } from '../../../../src/probes/openvpn/shared/ended.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import { openvpnSettings } from '../../../support/openvpn-settings.js';

type Happening = Parameters<ProbeFacts['apply']>[0];

const control = (packetId: number) =>
  ({
    session: 1,
    at: 5,
    kind: 'received',
    opcode: 'P_CONTROL_V1',
    keyId: 0,
    packetId,
    acks: [],
    payload: 100,
    length: 130,
    path: undefined,
  }) as unknown as Happening;
const again = { session: 1, at: 5, kind: 'retransmitted' } as unknown as Happening;
const reset = { session: 1, at: 0, kind: 'reset-answered', wrapping: 'no wrapping' } as unknown as Happening;
const tlsUp = (at: number) => ({ session: 1, at, kind: 'tls-up', keyId: 0, version: 'TLSv1.3', certificates: [] }) as unknown as Happening;
const silent = (exchange: string) =>
  ({
    session: 1,
    at: 9000,
    kind: 'ended',
    by: 'nobody',
    refusal: { code: 'timeout', by: 'nobody', exchange, text: 'no answer', suspected: ['this or that'] },
  }) as unknown as Happening;

it.each<[string, readonly Happening[], string, RegExp]>([
  [
    'the first part of TLS is missing',
    [reset, control(2), control(2), silent('TLS')],
    'openvpn/large-packets-lost',
    /does not arrive, and 2 behind it do/,
  ],
  ['it came late', [reset, control(2), control(1), silent('TLS')], 'openvpn/tls-failed', /drops the TLS handshake/],
  [
    'all is slow',
    [reset, control(1), again, again, tlsUp(6000), silent('key method 2')],
    'probe/openvpn-packets-held-back',
    /lost or held back/,
  ],
  [
    'silence behind a quick TLS',
    [reset, control(1), again, again, tlsUp(30), silent('key method 2')],
    'openvpn/refused-after-tls',
    /goes no further behind TLS/,
  ],
])('%s', (_name, happenings, code, title) => {
  const facts = Object.assign(new ProbeFacts(), { address: '192.0.2.1' });
  for (const happening of happenings) facts.apply(happening);
  const udp = openvpnSettings('client');
  const target = { host: '192.0.2.1', settings: { udp, tcp: udp }, patience: 1000 };
  const link = { date: () => Date.UTC(2026, 5, 1), now: () => 0 };
  const { findings = [], details = [] } = endedOutcome('tls', { facts, target, link } as unknown as ProbeContext);
  expect([findings[0]?.code, findings[0]?.title]).toEqual([code, expect.stringMatching(title)]);
  // What was seen leaves no room for guesses.
  expect(details.includes('this or that')).toBe(/tls-failed|refused/.test(code));
});
