import { describe, expect, test } from 'vitest';
import { FakeHost } from '../../../src/host/fake.js';
import { parseRoutes, parseRules, readLookup, readRoutes } from '../../../src/host/linux/routes.js';

test.each([
  [
    { dst: 'default', gateway: '192.0.2.254', dev: 'eth0', flags: [] },
    { destination: '0.0.0.0/0', gateway: '192.0.2.254', device: 'eth0', type: 'unicast', table: 'main', metric: 0 },
  ],
  [
    {
      dst: '10.2.0.0/16',
      dev: 'eth0',
      table: '220',
      prefsrc: '10.1.0.1',
      protocol: 'static',
      metric: 5,
      metrics: [{ mtu: 1400 }],
      flags: ['onlink'],
    },
    { destination: '10.2.0.0/16', table: '220', source: '10.1.0.1', metric: 5, mtu: 1400, flags: ['onlink'] },
  ],
  [
    { type: 'local', dst: '192.0.2.1', dev: 'eth0', table: 'local' },
    { destination: '192.0.2.1/32', type: 'local', table: 'local' },
  ],
  [
    { type: 'blackhole', dst: '10.0.0.0/8' },
    { type: 'blackhole', destination: '10.0.0.0/8' },
  ],
  [
    {
      dst: 'default',
      nexthops: [
        { gateway: '192.0.2.1', dev: 'eth0', weight: 2 },
        { via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth1' },
      ],
    },
    {
      nextHops: [
        { gateway: '192.0.2.1', device: 'eth0', weight: 2 },
        { gateway: 'fe80::1', device: 'eth1', weight: 1 },
      ],
    },
  ],
])('route %j', (entry, expected) => {
  expect(parseRoutes([entry], 'ipv4')[0]).toMatchObject(expected);
});

test('rules', () => {
  const list = [
    { priority: 0, src: 'all', table: 'local' },
    { priority: 220, src: 'all', table: '220' },
    { priority: 100, not: null, src: '10.0.0.0', srclen: 8, dst: '192.0.2.1', iif: 'eth0', fwmark: '0x1', fwmask: '0xff', table: 'vpn' },
    { priority: 110, src: 'all', action: 'unreachable' },
  ];
  expect(parseRules(list, 'ipv4')).toEqual([
    { family: 'ipv4', priority: 0, source: 'all', destination: 'all', table: 'local', not: false },
    { family: 'ipv4', priority: 220, source: 'all', destination: 'all', table: '220', not: false },
    {
      family: 'ipv4',
      priority: 100,
      source: '10.0.0.0/8',
      destination: '192.0.2.1/32',
      inputDevice: 'eth0',
      mark: '0x1/0xff',
      table: 'vpn',
      not: true,
    },
    { family: 'ipv4', priority: 110, source: 'all', destination: 'all', action: 'unreachable', not: false },
  ]);
});

describe('route get', () => {
  const ask = (output: Parameters<typeof commands>[0]) => readLookup(new FakeHost({ commands: commands(output) }), '198.51.100.1');
  const commands = (output: string | { stdout?: string; stderr?: string; status?: number }) => ({ 'ip -j route get 198.51.100.1': output });

  test('what is no route is no answer', async () => {
    expect(await ask('[{"ifname":5}]')).toMatchObject({ ok: false, reason: 'failed' });
    const routes = { 'ip -j -4 route show table all': '[{"ifname":5}]', 'ip -j -6 route show table all': '[]' };
    expect(await readRoutes(new FakeHost({ commands: routes }))).toMatchObject({ ok: false, reason: 'failed' });
  });

  test.each([
    [
      '[{"dst":"198.51.100.1","gateway":"192.0.2.254","dev":"eth0","prefsrc":"192.0.2.1","flags":[],"uid":0,"cache":[]}]',
      { reachable: true, device: 'eth0', gateway: '192.0.2.254', source: '192.0.2.1', type: 'unicast' },
    ],
    [
      '[{"type":"local","dst":"198.51.100.1","dev":"lo","table":"local","prefsrc":"198.51.100.1"}]',
      { reachable: true, type: 'local', table: 'local' },
    ],
    ['[{"type":"unreachable","dst":"198.51.100.1","dev":"lo"}]', { reachable: false, message: 'unreachable route' }],
    [
      { stderr: 'RTNETLINK answers: Network is unreachable\n', status: 2 },
      { reachable: false, message: 'Network is unreachable' },
    ],
    [
      { stderr: 'RTNETLINK answers: No route to host\n', status: 2 },
      { reachable: false, message: 'No route to host' },
    ],
  ])('%j', async (output, expected) => {
    expect(await ask(output)).toMatchObject({ ok: true, value: expected });
  });

  test.each([
    ['no JSON', 'failed'],
    [{ stderr: 'Object "route" is unknown', status: 1 }, 'failed'],
  ])('%j is no answer', async (output, reason) => {
    expect(await ask(output)).toMatchObject({ ok: false, reason });
  });
});

test('a kernel without IPv6 has routes of IPv4', async () => {
  const host = new FakeHost({
    commands: {
      'ip -j -4 route show table all': '[{"dst":"default","dev":"eth0"}]',
      'ip -j -6 route show table all': { stderr: 'RTNETLINK answers: Operation not supported', status: 2 },
    },
  });
  const routes = await readRoutes(host);
  expect(routes.ok && routes.value).toHaveLength(1);
  expect(await readRoutes(new FakeHost())).toMatchObject({ ok: false, reason: 'missing' });
});
