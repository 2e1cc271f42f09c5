import { expect, it } from 'vitest';
import { probe as data } from '../../../src/probes/openvpn/data.js';
import type { ProbeContext } from '../../../src/probes/openvpn/probe.js';
import { ProbeFacts } from '../../../src/probes/openvpn/shared/probe-facts.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

/** Two ends of a wire, as ours sees it, that agreed on no cipher. */
function unagreed(peerInfo: readonly string[]): ProbeContext {
  const udp = { ...openvpnSettings('client'), pushes: false };
  const refusal = { code: 'no-common-cipher', by: 'us', exchange: 'cipher negotiation', text: 'no cipher that both ends allow' };
  const differences = [{ option: 'ifconfig', ours: 'ifconfig 10.8.0.0 255.255.255.0', negotiable: false }];
  const facts = Object.assign(new ProbeFacts(), {
    address: '192.0.2.1',
    peerInfo,
    options: { ours: '', theirs: '', differences },
    ended: { session: 1, at: 9, kind: 'ended', by: 'us', refusal },
  });
  const link = {
    now: () => 0,
    date: () => 0,
    waitFor: async (condition: () => boolean) => condition(),
    signal: new AbortController().signal,
  };
  return { facts, link, target: { host: '192.0.2.1', settings: { udp, tcp: udp }, patience: 1000 } } as unknown as ProbeContext;
}

it.each([
  [[], 'openvpn/no-pull'],
  [['IV_CIPHERS=AES-256-GCM'], 'openvpn/cipher-mismatch'],
])('a session that ended before there was a tunnel is told here, where nothing is pushed: peer info %j', async (peerInfo, code) => {
  const context = unagreed(peerInfo);
  expect(data.plan(context.target, context.facts)).toEqual({ applies: true });
  const { status, findings = [] } = await data.run(context);
  expect([status, findings[0]?.code]).toEqual(['fail', code]);
});
