import { describe, expect, it } from 'vitest';
import {
  deviceTo,
  namesOf,
  networksBehind,
  outerDevices,
  readTunnels,
  readWays,
  unneeded,
  usesFamily,
} from '../../../src/checks/shared/tunnels.js';
import { answered } from '../../../src/host/host.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { ConfiguredFacts, connection, openvpnServer, sourced } from '../../support/configured-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

const values = (from: readonly { readonly value: string }[]) => from.map(({ value }) => value);

describe('what is configured', () => {
  const configured = {
    connections: [
      connection(),
      connection({ name: 'by', mode: sourced('pass') }),
      connection({ name: 'off', auto: sourced('ignore') }),
      connection({ name: 'libre', dialect: 'libreswan' }),
      openvpnServer().connection,
    ],
    openvpn: [openvpnServer()],
  };

  it('leaves out bypasses, what is switched off and what is not IPsec', async () => {
    const { ipsec, off, openvpn } = await readTunnels(new ConfiguredFacts(healthyHost(), configured));
    expect(ipsec.map(({ name }) => name)).toEqual(['net-net', 'libre']);
    expect(off?.map(({ name }) => name)).toEqual(['off']);
    expect(openvpn).toHaveLength(1);
  });

  it.each([
    ['libreswan', ['libre'], 0],
    ['strongswan', ['net-net'], 0],
    ['openvpn', [], 1],
  ] as const)('with --stack %s is what belongs to it', async (stack, names, servers) => {
    const { ipsec, openvpn } = await readTunnels(new ConfiguredFacts(healthyHost(), configured, { stack }));
    expect(ipsec.map(({ name }) => name)).toEqual(names);
    expect(openvpn).toHaveLength(servers);
  });

  it('is unknown, not absent, where a file could not be read', () => {
    expect(unneeded('x', { ipsec: [], openvpn: [], unread: [] }, 'no tunnel')).toEqual({ status: 'skip', label: 'x', detail: 'no tunnel' });
    expect(unneeded('x', { ipsec: [], openvpn: [], unread: ['/a: denied'] }, 'no tunnel')).toMatchObject({ status: 'unknown' });
  });

  it.each([
    ['ipsec.secrets', [], []],
    ['psk.txt', [], []],
    ['swanctl.conf', ['/f: denied'], []],
    ['openvpn', [], ['/f: denied']],
  ] as const)('%s unread hides what it would have named, and nothing else', async (role, unread, unreadOpenvpn) => {
    const files = [{ path: '/f', role, unread: { reason: 'denied', message: 'denied' } }] as const;
    const tunnels = await readTunnels(new ConfiguredFacts(healthyHost(), { files }));
    expect(tunnels).toMatchObject({ unread, unreadOpenvpn });
    expect(unneeded('x', tunnels, 'none')).toMatchObject({ status: unread.length > 0 ? 'unknown' : 'skip' });
    expect(unneeded('x', tunnels, 'none', 'openvpn')).toMatchObject({ status: unreadOpenvpn.length > 0 ? 'unknown' : 'skip' });
    expect(unneeded('x', tunnels, 'none', 'both')).toMatchObject({ status: unread.length + unreadOpenvpn.length > 0 ? 'unknown' : 'skip' });
  });

  it('is named shortly', () => {
    const named = (...names: string[]) => namesOf(names.map((name) => ({ name })));
    expect(named('a', 'a', 'b')).toBe('a, b');
    expect(named('a', 'b', 'c', 'd')).toBe('a, b and 2 more');
  });
});

describe('networks behind this host', () => {
  it.each([
    ['a network', connection(), ['10.1.0.0/24']],
    ['everything', connection({ localEnd: { subnets: ['0.0.0.0/0'] } }), ['0.0.0.0/0']],
    ['a single address', connection({ localEnd: { subnets: ['10.1.0.7/32', '10.1.0.8'] } }), []],
    ['what is decided later', connection({ localEnd: { subnets: ['dynamic'] } }), []],
    ['the other family', connection({ localEnd: { subnets: ['2001:db8::/32'] } }), []],
    ['transport mode', connection({ mode: sourced('transport') }), []],
    ['either side, where ours is not known', connection({ side: 'unsure' }), ['10.1.0.0/24', '10.2.0.0/24']],
  ])('%s', (_, of, networks) => {
    expect(values(networksBehind(of, 'ipv4'))).toEqual(networks);
  });
});

describe('the family of a connection', () => {
  it.each([
    [connection(), true, false],
    [connection({ localEnd: { subnets: ['2001:db8::/64'] } }), true, true],
    [
      connection({ localEnd: { addresses: ['%any'], subnets: [] }, remoteEnd: { addresses: ['gw.example.com'], subnets: [] } }),
      true,
      false,
    ],
  ])('%#', (of, ipv4, ipv6) => {
    expect([usesFamily(of, 'ipv4'), usesFamily(of, 'ipv6')]).toEqual([ipv4, ipv6]);
  });
});

describe('the way to the peer', () => {
  it('is the interface with our address, else that of the route', async () => {
    const ways = await readWays(new HostFacts(healthyHost()));
    const to = (localAddress: string, remoteAddress: string) =>
      outerDevices(
        [connection({ localEnd: { addresses: [localAddress] }, remoteEnd: { addresses: [remoteAddress] } })],
        ways?.interfaces ?? [],
        ways?.routes ?? [],
      );
    expect(to('10.1.0.1', '198.51.100.1')).toEqual(['eth1']);
    expect(to('%defaultroute', '198.51.100.1')).toEqual(['eth0']);
    // One of the loopback, where a floating address may stand.
    expect(to('127.0.0.1', '198.51.100.1')).toEqual(['eth0']);
    expect(to('%any', '10.1.0.99')).toEqual(['eth1']);
    expect(to('%any', '%any')).toEqual(['eth0']);
    expect(to('%any', 'gw.example.com')).toEqual(['eth0']);
  });

  it('is the longest prefix, then the smallest metric', async () => {
    const routes = answered(
      await new HostFacts(
        healthyHost({
          commands: {
            'ip -j -4 route show table all': JSON.stringify([
              { dst: 'default', gateway: '192.0.2.254', dev: 'eth0', flags: [] },
              { dst: '10.0.0.0/8', dev: 'eth1', metric: 20, flags: [] },
              { dst: '10.0.0.0/8', dev: 'eth2', metric: 10, flags: [] },
              { dst: '10.9.0.0/16', dev: 'eth3', flags: [] },
              { dst: '10.9.9.0/24', dev: 'eth4', table: '220', flags: [] },
            ]),
          },
        }),
      ).routes(),
    );
    const to = (address: string) => deviceTo(address, routes ?? []);
    expect([to('203.0.113.1'), to('10.1.1.1'), to('10.9.9.9'), to('2001:db8::1'), to('%any')]).toEqual([
      'eth0',
      'eth2',
      'eth3',
      undefined,
      undefined,
    ]);
  });
});
