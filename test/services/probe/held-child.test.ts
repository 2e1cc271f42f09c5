import { expect, it } from 'vitest';
import type { ChildSa } from '../../../src/engine/child-sa.js';
import { ProbeFacts } from '../../../src/probes/ike/shared/probe-facts.js';
import type { TunnelLink } from '../../../src/probes/ike/shared/tunnel-link.js';
import type { ProbeTarget } from '../../../src/probes/ike/target.js';
import { heldChild } from '../../../src/services/probe/held-child.js';
import { selector } from '../../support/ike-settings.js';

const sa = { spiI: '', spiR: '' };
const child = {
  localSelectors: [selector('10.1.0.0/16')],
  remoteSelectors: [selector('10.2.0.0/16')],
  protocol: 'esp',
  mode: 'tunnel',
  encapsulation: 'udp',
  encryption: { name: 'AES_GCM_16', keyLength: 256 },
} as unknown as ChildSa;
const link = { route: async () => ({ source: '192.0.2.1', mtu: 1500 }) } as unknown as TunnelLink;

const silence = { code: 'timeout', by: 'nobody' as const, exchange: 'INFORMATIONAL', text: 'no answer within 3.0 s, sent 3 times' };

it.each([
  ['silence', { kind: 'ike-down' as const, by: 'us' as const, refusal: silence, sa, at: 0 }, /^no answer within 3\.0 s/],
  ['the peer', { kind: 'ike-down' as const, by: 'peer' as const, sa, at: 0 }, /^the peer deleted the IKE SA$/],
  ['the peer, of the child alone', undefined, /^the peer deleted the CHILD_SA$/],
])('a tunnel that the host has says who ended it: %s', async (_, down, words) => {
  const facts = new ProbeFacts();
  Object.assign(facts, { source: '192.0.2.1', address: '198.51.100.2', child });
  const held = await heldChild({ host: 'gw' } as ProbeTarget, facts, link);
  expect(held.isUp()).toBe(true);
  if (down === undefined) delete facts.child;
  else facts.down = down;
  expect([held.isUp(), held.whyDown?.()]).toEqual([false, expect.stringMatching(words)]);
});
