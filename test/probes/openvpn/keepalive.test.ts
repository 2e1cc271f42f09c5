import { expect, it } from 'vitest';
import { probe } from '../../../src/probes/openvpn/keepalive.js';
import type { ProbeContext } from '../../../src/probes/openvpn/probe.js';

const KEEPALIVE = { ping: 2, timeout: 20 };

it.each<[string, { readonly pings?: number; readonly packetsIn?: number; readonly ping?: number }, string, RegExp]>([
  ['a ping', { pings: 1, packetsIn: 1 }, 'pass', /^1 ping of the peer; a ping every 2 s/],
  ['other packets, which take its place', { packetsIn: 3 }, 'pass', /^no ping of the peer was due: 3 other packets of it came in 5 s/],
  ['nothing', {}, 'warn', /^no ping of the peer in 5 s/],
  ['no ping is agreed on', { ping: 0 }, 'skip', /^no ping is agreed on here$/],
  ['a ping that is not waited for', { ping: 60 }, 'skip', /not waited for \(--timeout 62\)$/],
])('%s', async (_, { pings = 0, packetsIn = 0, ping = KEEPALIVE.ping }, status, text) => {
  const inner = new Map<string, { readonly count: number; readonly at: number }>();
  const counts = { packetsIn: 10 };
  const context = {
    target: { host: 'vpn.example', patience: 8000, settings: {} },
    facts: { parameters: { keepalive: { ...KEEPALIVE, ping } }, inner, tried: [], steps: new Map() },
    link: {
      counts,
      waitFor: async () => {
        if (pings > 0) inner.set('ping', { count: pings, at: 1 });
        counts.packetsIn += packetsIn;
        return pings > 0;
      },
    },
  } as unknown as ProbeContext;
  const outcome = await probe.run(context);
  expect(outcome).toMatchObject({ status, text: expect.stringMatching(text) });
  expect(outcome.findings?.map(({ code }) => code) ?? []).toEqual(status === 'warn' ? ['probe/openvpn-no-ping'] : []);
});
