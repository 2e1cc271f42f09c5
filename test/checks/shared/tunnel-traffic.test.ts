import { describe, expect, it } from 'vitest';
import { isEverything, ofPairs, packetOf, pairInWords, pairsInWords, tunnelTraffic } from '../../../src/checks/shared/tunnel-traffic.js';
import type { Interface } from '../../../src/host/linux/interfaces.js';
import type { Route } from '../../../src/host/linux/routes.js';
import { connection, sourced } from '../../support/configured-facts.js';
import { device, route } from '../../support/interfaces.js';

const INTERFACES = [device('eth0', ['192.0.2.1']), device('eth1', ['10.1.0.1'])];
const ROUTES = [route('0.0.0.0/0', 'eth0'), route('192.0.2.0/24', 'eth0'), route('10.1.0.0/24', 'eth1')];

const traffic = (
  local: readonly string[],
  remote: readonly string[],
  interfaces: readonly Interface[] = INTERFACES,
  routes: readonly Route[] = ROUTES,
  mode: 'tunnel' | 'transport' = 'tunnel',
) =>
  tunnelTraffic({
    tunnels: {
      ipsec: [connection({ localEnd: { subnets: local }, remoteEnd: { subnets: remote }, mode: sourced(mode) })],
      openvpn: [],
      unread: [],
    },
    interfaces,
    routes,
  });

describe('traffic of tunnels', () => {
  it('between networks is forwarded, from one interface to the other', () => {
    const [pair, ...more] = traffic(['10.1.0.0/24'], ['10.2.0.0/24']);
    expect(more).toEqual([]);
    expect(pair).toMatchObject({ family: 'ip', inside: 'eth1', outside: 'eth0', routeBased: false, forwarded: true });
    if (pair === undefined) return;
    expect(pairInWords(pair)).toBe('10.1.0.0/24 - 10.2.0.0/24');
    expect(packetOf(pair, 'there')).toEqual({
      family: 'ip',
      sa: { protocol: 'esp', mode: 'tunnel' },
      path: 'forward',
      source: '10.1.0.0/24',
      destination: '10.2.0.0/24',
      ipsecOut: true,
      iif: 'eth1',
      oif: 'eth0',
    });
    expect(packetOf(pair, 'back', { source: '10.2.0.9' })).toEqual({
      family: 'ip',
      sa: { protocol: 'esp', mode: 'tunnel' },
      path: 'forward',
      source: '10.2.0.9',
      destination: '10.1.0.0/24',
      ipsecIn: true,
      oif: 'eth1',
      iif: 'eth0',
    });
  });

  it("is this host's own where the selector is its address", () => {
    const [pair] = traffic(['10.1.0.1/32'], ['10.2.0.0/24']);
    expect(pair).toMatchObject({ forwarded: false });
    if (pair === undefined) return;
    expect([packetOf(pair, 'there').path, packetOf(pair, 'back').path]).toEqual(['output', 'input']);
  });

  it('every pair of networks is one', () =>
    expect(traffic(['10.1.0.0/24', '10.3.0.0/24'], ['10.2.0.0/24', '10.4.0.0/24']).map(pairInWords)).toEqual([
      '10.1.0.0/24 - 10.2.0.0/24',
      '10.3.0.0/24 - 10.2.0.0/24',
      '10.1.0.0/24 - 10.4.0.0/24',
      '10.3.0.0/24 - 10.4.0.0/24',
    ]));

  it('for everything stands for the networks at hand', () =>
    expect(traffic(['0.0.0.0/0'], ['10.2.0.0/24']).map(pairInWords)).toEqual(['10.1.0.0/24 - 10.2.0.0/24']));

  it('over a VTI has no policy', () => {
    const [pair] = traffic(
      ['10.1.0.0/24'],
      ['10.2.0.0/24'],
      [...INTERFACES, device('vti0', [], { kind: 'vti' })],
      [...ROUTES, route('10.2.0.0/24', 'vti0')],
    );
    expect(pair).toMatchObject({ outside: 'vti0', routeBased: true });
    if (pair !== undefined) expect(packetOf(pair, 'there')).toMatchObject({ ipsecOut: false, oif: 'vti0' });
  });

  it('in transport mode is between the two ends, which is another matter', () =>
    expect(traffic(['10.1.0.0/24'], ['10.2.0.0/24'], INTERFACES, ROUTES, 'transport')).toEqual([]));

  it('of another family goes with none of the first', () => expect(traffic(['10.1.0.0/24'], ['2001:db8::/64'])).toEqual([]));

  it.each([
    ['0.0.0.0/0', true],
    ['0.0.0.0/1', true],
    ['::/0', true],
    ['10.0.0.0/8', false],
    ['2001:db8::/32', false],
    ['gateway', false],
  ])('%s is everything: %s', (network, expected) => expect(isEverything(network)).toBe(expected));
});

it.each([
  [['10.2.0.0/24'], '10.1.0.0/24 - 10.2.0.0/24', '10.1.0.0/24 - 10.2.0.0/24'],
  [['10.2.0.0/24', '10.2.0.0/24'], '10.1.0.0/24 - 10.2.0.0/24', '10.1.0.0/24 - 10.2.0.0/24'],
  [
    ['10.2.0.0/24', '10.3.0.0/24'],
    '10.1.0.0/24 - 10.2.0.0/24 and 10.1.0.0/24 - 10.3.0.0/24',
    '10.1.0.0/24 - 10.2.0.0/24 and 10.1.0.0/24 - 10.3.0.0/24',
  ],
  [['10.2.0.0/24', '10.3.0.0/24', '10.4.0.0/24'], '3 pairs of networks', 'of 3 pairs of networks'],
])('in words, to %j: %s', (remote, words, behindTraffic) => {
  const pairs = traffic(['10.1.0.0/24'], remote);
  expect([pairsInWords(pairs), ofPairs(pairs)]).toEqual([words, behindTraffic]);
});
