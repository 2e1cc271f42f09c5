import { expect, it } from 'vitest';
import { probe } from '../../../src/probes/openvpn/keepalive.js';
import type { ProbeContext } from '../../../src/probes/openvpn/probe.js';

const KEEPALIVE = { ping: 2, timeout: 20 };

it.each<
  [string, { readonly pings?: number; readonly packetsIn?: number; readonly ping?: number; readonly timeout?: number }, string, RegExp]
>([
  ['a ping', { pings: 1, packetsIn: 1 }, 'pass', /^1 ping of the peer; a ping every 2 s/],
  ['other packets, which take its place', { packetsIn: 3 }, 'pass', /^no ping of the peer was due: 3 other packets of it came in 5 s/],
  ['nothing', {}, 'warn', /^no ping of the peer in 5 s/],
  ['no ping is agreed on', { ping: 0 }, 'skip', /^no ping is agreed on here$/],
  ['a ping that is not waited for', { ping: 60, timeout: 120 }, 'skip', /not waited for \(--timeout 62\)$/],
])('%s', async (_, { pings = 0, packetsIn = 0, ping = KEEPALIVE.ping, timeout = KEEPALIVE.timeout }, status, text) => {
  const inner = new Map<string, { readonly count: number; readonly at: number }>();
  const counts = { packetsIn: 10 };
  const context = {
    target: { host: 'vpn.example', patience: 8000, settings: {} },
    facts: { parameters: { keepalive: { ping, timeout } }, inner, tried: [], steps: new Map() },
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

it.each<[readonly string[], RegExp, RegExp]>([
  [['ping 10', 'ping-exit 5'], /^ping-exit 5, which vpn\.example pushes, ends/, /Inactivity timeout \(--ping-exit\), exiting/],
  [['ping 10', 'ping-restart 5'], /^ping-restart 5, which/, /Inactivity timeout \(--ping-restart\), restarting/],
  [['ping 10'], /^a silence of 5 s ends/, /--ping-restart/],
])('a session that ends before its ping is due: %j', async (options, title, cause) => {
  const context = {
    target: { host: 'vpn.example', patience: 20_000, settings: {} },
    facts: { parameters: { keepalive: { ping: 10, timeout: 5 } }, push: { options }, inner: new Map(), tried: [], steps: new Map() },
    link: {},
  } as unknown as ProbeContext;
  const { status, findings = [] } = await probe.run(context);
  expect([status, findings.map(({ code }) => code)]).toEqual(['warn', ['probe/openvpn-timeout-below-ping']]);
  expect(findings[0]?.title).toMatch(title);
  expect(findings[0]?.cause).toMatch(cause);
});
