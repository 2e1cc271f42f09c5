import { describe, expect, it } from 'vitest';
import { allToZero } from '../../../src/checks/shared/device-settings.js';
import { judgeOuterSettings, outerReads, readOuterSettings } from '../../../src/checks/shared/outer-settings.js';
import { ConfiguredFacts, connection } from '../../support/configured-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

const to = (local: string, remote: string) => connection({ localEnd: { addresses: [local] }, remoteEnd: { addresses: [remote] } });
const vti = {
  'ip -d -j addr': JSON.stringify([
    { ifindex: 2, ifname: 'eth0', flags: ['UP'], addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 24 }] },
    {
      ifindex: 5,
      ifname: 'vti0',
      flags: ['UP'],
      linkinfo: { info_kind: 'vti' },
      addr_info: [{ family: 'inet', local: '10.9.0.1', prefixlen: 30 }],
    },
  ]),
};
const read = (connections: readonly ReturnType<typeof to>[], host = healthyHost()) =>
  readOuterSettings(new ConfiguredFacts(host, { connections }), 'send_redirects');

describe('interfaces towards peers', () => {
  it.each([
    ['none', read([]), []],
    ['by our address', read([to('10.1.0.1', '198.51.100.2')]), ['eth1']],
    ['by the route', read([to('%any', '10.1.0.9')]), ['eth1']],
    [
      'of several connections, each once',
      read([to('192.0.2.1', '%any'), to('10.1.0.1', '%any'), to('192.0.2.1', '%any')]),
      ['eth0', 'eth1'],
    ],
    ['an interface of a tunnel is none', read([to('10.9.0.1', '%any'), to('192.0.2.1', '%any')], healthyHost({ commands: vti })), ['eth0']],
  ])('%s', async (_, facts, devices) => expect((await facts).settings.map(({ device }) => device)).toEqual(devices));
});

it.each([
  ['no connection', { connections: [] }, healthyHost(), ['skip no IPsec connection']],
  [
    'configurations that could not be read',
    { connections: [], files: [{ path: '/etc/ipsec.conf', role: 'ipsec.conf', unread: { reason: 'denied', message: 'denied' } }] },
    healthyHost(),
    ['unknown which tunnels there are could not be read: /etc/ipsec.conf: denied'],
  ],
  [
    'no way to a peer',
    { connections: [to('%any', 'peer.example')] },
    healthyHost({ commands: { 'ip -j -4 route show table all': '[]' } }),
    ['skip no interface leads to a peer'],
  ],
  [
    'interfaces that cannot be seen',
    { connections: [to('192.0.2.1', '%any')] },
    healthyHost({ commands: { 'ip -d -j addr': { reason: 'denied' } } }),
    ['unknown ip -d -j addr: denied'],
  ],
  ['all as it should be', { connections: [to('192.0.2.1', '%any')] }, healthyHost(), ['pass off']],
] as const)('%s', async (_, configured, host, expected) => {
  const facts = await readOuterSettings(new ConfiguredFacts(host, configured), 'send_redirects');
  const lines = judgeOuterSettings('send_redirects', facts, {
    label: 'send_redirects on',
    bad: () => undefined,
    words: (value) => (value === 0 ? 'off' : 'on'),
    changes: allToZero,
    why: '',
    finding: () => expect.unreachable(),
  });
  expect(lines.map(({ status, detail }) => `${status} ${detail}`)).toEqual(expected);
});

it('says what it reads', () => expect(outerReads('rp_filter')).toContain('/proc/sys/net/ipv4/conf/{all,<if>}/rp_filter'));
