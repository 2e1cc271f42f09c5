import { describe, expect, it } from 'vitest';
import { judgeForwarding, readForwarding } from '../../../src/checks/shared/forwarding.js';
import type { FakeAnswers } from '../../../src/host/fake.js';
import type { Family } from '../../../src/host/linux/routes.js';
import { ConfiguredFacts, connection, openvpnServer, sourced } from '../../support/configured-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

type Configured = ConstructorParameters<typeof ConfiguredFacts>[1];
const behind = (...subnets: string[]) => connection({ localEnd: { subnets } });
const read = (family: Family, configured: Configured, changes: Pick<FakeAnswers, 'files' | 'commands'> = {}) =>
  readForwarding(new ConfiguredFacts(healthyHost(changes), configured), family);

describe('interfaces between which is forwarded', () => {
  it.each<[string, ReturnType<typeof read>, readonly string[]]>([
    ['the outer and the inner', read('ipv4', { connections: [behind('10.1.0.0/24')] }), ['eth0', 'eth1']],
    ['none for IPv6, which has one switch', read('ipv6', { connections: [behind('2001:db8:1::/64')] }), []],
    ['none for a network of the other family', read('ipv4', { connections: [behind('2001:db8:1::/64')] }), []],
    ['none where hosts alone are behind us', read('ipv4', { connections: [behind('10.1.0.9/32')] }), []],
    ['none in transport mode', read('ipv4', { connections: [{ ...behind('10.1.0.0/24'), mode: sourced('transport') }] }), []],
    [
      'no loopback, nor what only routes name',
      read(
        'ipv4',
        { connections: [behind('127.1.0.0/16', '10.7.0.0/24')] },
        {
          commands: {
            'ip -j -4 route show table all': JSON.stringify([
              { dst: 'default', dev: 'eth0', flags: [] },
              { dst: '127.0.0.0/8', dev: 'lo', flags: [] },
              { dst: '10.7.0.0/24', dev: 'gone0', flags: [] },
            ]),
          },
        },
      ),
      ['eth0'],
    ],
  ])('%s', async (_, facts, devices) => expect((await facts).settings.map(({ device }) => device)).toEqual(devices));
});

const lines = async (family: Family, ...given: [Configured, Pick<FakeAnswers, 'files' | 'commands'>?]) =>
  judgeForwarding(`${family}-forwarding`, family, await read(family, ...given));
const off4 = { files: { '/proc/sys/net/ipv4/ip_forward': '0\n' } };
const off6 = { files: { '/proc/sys/net/ipv6/conf/all/forwarding': '0\n' } };

it.each([
  ['nothing behind us', lines('ipv4', {}, off4), 'skip no tunnel has an own network behind this host'],
  [
    'both families: each by its own switch',
    lines('ipv4', { connections: [behind('10.1.0.0/24', '2001:db8:1::/64')] }, off6),
    'pass net.ipv4.ip_forward = 1',
  ],
  [
    'several connections',
    lines('ipv4', { connections: ['a', 'b', 'c', 'd'].map((name) => ({ ...behind('10.1.0.0/24'), name })) }, off4),
    'fail net.ipv4.ip_forward = 0; behind this host: networks of a, b and 2 more',
  ],
  [
    'a route of IPv6 that OpenVPN pushes',
    lines('ipv6', { openvpn: [openvpnServer({ pushedRoutes: [sourced('10.1.0.0/24'), sourced('2001:db8:1::/64')] })] }, off6),
    'fail net.ipv6.conf.all.forwarding = 0; behind this host: networks of server',
  ],
  [
    'a client of OpenVPN forwards nothing',
    lines('ipv4', { openvpn: [openvpnServer({ role: 'client' })] }, off4),
    'skip no tunnel has an own network behind this host',
  ],
  [
    'off for both interfaces',
    lines(
      'ipv4',
      { connections: [behind('10.1.0.0/24')] },
      { files: { '/proc/sys/net/ipv4/conf/eth0/forwarding': '0\n', '/proc/sys/net/ipv4/conf/eth1/forwarding': '0\n' } },
    ),
    'fail on, but off for eth0, eth1',
  ],
])('%s', async (_, judged, expected) => expect((await judged).map(({ status, detail }) => `${status} ${detail}`)).toEqual([expected]));

it('what the kernel changes beside ip_forward is put back', async () => {
  const [line] = await lines(
    'ipv4',
    { connections: [behind('10.1.0.0/24')] },
    { files: { ...off4.files, '/proc/sys/net/ipv4/conf/all/accept_redirects': '1\n' } },
  );
  expect(line?.mend?.map(({ undo }) => undo).join('\n')).toContain('net.ipv4.conf.all.accept_redirects=1');
});

it('one that listens to routers goes on doing so, one that does not is left alone', async () => {
  const routes = JSON.stringify(['eth0', 'eth1'].map((dev) => ({ dst: 'default', gateway: 'fe80::1', dev, protocol: 'ra', flags: [] })));
  const facts = await read(
    'ipv6',
    { connections: [behind('2001:db8:1::/64')] },
    {
      files: { '/proc/sys/net/ipv6/conf/eth0/accept_ra': '1\n', '/proc/sys/net/ipv6/conf/eth1/accept_ra': '0\n' },
      commands: { 'ip -j -6 route show table all': routes },
    },
  );
  expect(facts.advertised).toEqual(['eth0']);
});
