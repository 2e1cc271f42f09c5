import { describe, expect, it } from 'vitest';
import {
  addressOn,
  defaultDevice,
  encapsulation,
  type FirewallFacts,
  isPrivate,
  onlyWeBegin,
  type PeerPath,
  peerPaths,
  peersInWords,
} from '../../../src/checks/shared/firewall-facts.js';
import { isAddress } from '../../../src/checks/shared/tunnels.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import type { Route } from '../../../src/host/linux/routes.js';
import type { XfrmState } from '../../../src/host/linux/xfrm-states.js';
import type { Connection } from '../../../src/model/connection.js';
import { connection, sourced } from '../../support/configured-facts.js';
import { device, route } from '../../support/interfaces.js';

const facts = (ipsec: readonly Connection[], routes: readonly Route[] = [route('0.0.0.0/0', 'eth0')]): FirewallFacts => ({
  firewall: noAnswer('missing', 'nft'),
  tunnels: { ipsec, openvpn: [], unread: [] },
  interfaces: [device('eth0', ['192.0.2.1', '2001:db8::1']), device('eth1', ['10.1.0.1'])],
  routes,
  lookups: new Map(),
  states: [],
  daemon: true,
});
const to = (local: string, remote: string, name = 'net') =>
  connection({ name, localEnd: { addresses: [local] }, remoteEnd: { addresses: [remote] } });

describe('ways to peers', () => {
  const brief = (paths: readonly PeerPath[]) =>
    paths.map(({ family, own, peer, device: by, connections }) => [family, own, peer, by, connections.map(({ name }) => name).join()]);

  it.each<[string, FirewallFacts, unknown]>([
    [
      'one for a pair of ends',
      facts([to('192.0.2.1', '198.51.100.2', 'a'), to('192.0.2.1', '198.51.100.2', 'b')]),
      [['ip', '192.0.2.1', '198.51.100.2', 'eth0', 'a,b']],
    ],
    ['our address by the route', facts([to('%defaultroute', '198.51.100.2')]), [['ip', '192.0.2.1', '198.51.100.2', 'eth0', 'net']]],
    ['anybody', facts([to('192.0.2.1', '%any')]), [['ip', '192.0.2.1', undefined, 'eth0', 'net']]],
    [
      'anybody, to an address on the loopback',
      { ...facts([to('192.0.2.8', '%any')]), interfaces: [{ ...device('lo', ['192.0.2.8']), loopback: true }] },
      [['ip', '192.0.2.8', undefined, 'eth0', 'net']],
    ],
    ['a name is anybody', facts([to('192.0.2.1', 'peer.example')]), [['ip', '192.0.2.1', undefined, 'eth0', 'net']]],
    ['IPv6', facts([to('2001:db8::1', '2001:db8:9::2')]), [['ip6', '2001:db8::1', '2001:db8:9::2', 'eth0', 'net']]],
    [
      'another interface by what the kernel says: a rule picks the table by our address',
      {
        ...facts([to('10.1.0.1', '198.51.100.2')]),
        lookups: new Map([['198.51.100.2', answer({ reachable: true, destination: '198.51.100.2', device: 'eth1', type: 'unicast' })]]),
      },
      [['ip', '10.1.0.1', '198.51.100.2', 'eth1', 'net']],
    ],
    [
      'another interface by its route',
      facts([to('%any', '198.51.100.2')], [route('0.0.0.0/0', 'eth0'), route('198.51.100.0/24', 'eth1')]),
      [['ip', '10.1.0.1', '198.51.100.2', 'eth1', 'net']],
    ],
    ['none configured: whoever comes over the default route', facts([]), [['ip', '192.0.2.1', undefined, 'eth0', '']]],
    [
      'a default route with several next hops',
      facts([], [route('0.0.0.0/0', undefined, { nextHops: [{ device: 'eth1', weight: 1 }] })]),
      [['ip', '10.1.0.1', undefined, 'eth1', '']],
    ],
  ])('%s', (_, given, expected) => expect(brief(peerPaths(given))).toEqual(expected));
});

it.each([
  ['192.0.2.1', true],
  ['192.0.2.0/24', true],
  ['2001:db8::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['0.0.0.0/0', false],
  ['%any', false],
  ['gw.example', false],
])('%s is an address: %s', (text, expected) => expect(isAddress(text)).toBe(expected));

it.each([
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['100.64.0.1', true],
  ['fd00::1', true],
  ['2001:db8::1', false],
  ['gw.example', false],
])('%s is private: %s', (text, expected) => expect(isPrivate(text)).toBe(expected));

describe('ESP in UDP', () => {
  const state = (udp: boolean) =>
    ({ source: '192.0.2.1', destination: '198.51.100.2', ...(udp && { encapsulation: { type: 'espinudp' } }) }) as unknown as XfrmState;
  const path = (own: string, peer?: string, more: Partial<Connection> = {}): PeerPath => ({
    family: 'ip',
    own,
    ...(peer !== undefined && { peer }),
    connections: [{ ...connection(), ...more }],
  });

  it.each([
    ['as SAs show', path('192.0.2.1', '198.51.100.2'), [state(true)], 'udp'],
    ['as SAs show: not', path('10.0.0.1', '198.51.100.2'), [state(false)], 'plain'],
    ['forced', path('192.0.2.1', '198.51.100.2', { forceEncapsulation: sourced(true) }), [], 'udp'],
    ['behind a NAT', path('10.0.0.1', '198.51.100.2'), [], 'udp'],
    ['both private', path('10.0.0.1', '10.9.0.1'), [], 'plain'],
    ['both public', path('192.0.2.1', '198.51.100.2'), [], 'plain'],
    ['whoever may come', path('192.0.2.1'), [], 'either'],
  ] as const)('%s', (_, given, states, expected) => expect(encapsulation(given, states)).toBe(expected));
});

it.each([
  ['an address asked for', connection({}), '%config', true],
  ['asked for in old words', connection({}), '0.0.0.0', true],
  ['an address of our own', connection({}), '10.1.0.1', false],
])('only we begin: %s', (_, base, sourceIp, expected) => {
  const asking = { ...base, local: { ...base.local, sourceIp: sourced(sourceIp) } };
  expect(onlyWeBegin({ family: 'ip', connections: [asking] })).toBe(expected);
  expect(onlyWeBegin({ family: 'ip', connections: [asking, connection({})] })).toBe(false);
  expect(onlyWeBegin({ family: 'ip', connections: [] })).toBe(false);
});

it('devices and their addresses', () => {
  const { interfaces, routes } = facts([]);
  expect([defaultDevice('ip', routes), defaultDevice('ip6', routes)]).toEqual(['eth0', undefined]);
  expect([addressOn('eth0', 'ip6', interfaces), addressOn('eth1', 'ip6', interfaces), addressOn(undefined, 'ip', interfaces)]).toEqual([
    '2001:db8::1',
    undefined,
    undefined,
  ]);
});

it.each([
  [['192.0.2.9'], '192.0.2.9'],
  [['192.0.2.9', undefined], '192.0.2.9 and anybody'],
  [['192.0.2.9', '192.0.2.9'], '192.0.2.9'],
  [['a', 'b', 'c'], '3 peers'],
])('%j in words', (peers, words) =>
  expect(peersInWords(peers.map((peer) => ({ family: 'ip', connections: [], ...(peer !== undefined && { peer }) })))).toBe(words),
);
