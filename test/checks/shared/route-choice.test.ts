import { describe, expect, it } from 'vitest';
import { routeFor, routeInWords, rulesArePlain, sampleOf } from '../../../src/checks/shared/route-choice.js';
import type { Route, RoutingRule } from '../../../src/host/linux/routes.js';
import { route as mainRoute } from '../../support/interfaces.js';

const route = (destination: string, more: Partial<Route> = {}) => mainRoute(destination, 'eth0', more);
const rule = (priority: number, table: string, more: Partial<RoutingRule> = {}): RoutingRule => ({
  family: 'ipv4',
  priority,
  source: 'all',
  destination: 'all',
  not: false,
  table,
  ...more,
});
const rules = [rule(32766, 'main'), rule(0, 'local'), rule(220, '220')];

describe('routeFor', () => {
  const routes = [
    route('0.0.0.0/0', { gateway: '192.0.2.254' }),
    route('10.0.0.0/8', { device: 'eth1' }),
    route('10.2.0.0/24', { device: 'eth2', metric: 100 }),
    route('10.2.0.0/24', { device: 'eth3', metric: 10 }),
    route('10.9.0.0/24', { device: 'eth4', table: '220', source: '10.1.0.1' }),
    route('10.9.9.0/24', { table: '220', type: 'throw' }),
    route('10.2.0.255/32', { type: 'broadcast', table: 'local' }),
    route('10.1.0.1/32', { type: 'local', table: 'local', device: 'lo' }),
    route('::/0', { device: 'six' }),
  ];
  it.each([
    ['198.51.100.1', 'eth0'],
    ['10.77.0.1', 'eth1'],
    ['10.2.0.9', 'eth3'],
    ['10.2.0.255', 'eth3'],
    ['10.9.0.1', 'eth4'],
    ['10.9.9.1', 'eth1'],
    ['10.1.0.1', 'lo'],
    ['2001:db8::1', 'six'],
    ['vpn.example.com', undefined],
  ])('%s goes by %s', (address, device) => {
    expect(routeFor(address, routes, rules)?.device).toBe(device);
  });
});

it('plain rules are those that every host has', () => {
  expect(rulesArePlain(rules)).toBe(true);
  for (const more of [{ source: '10.0.0.0/8' }, { mark: '0x1' }, { inputDevice: 'eth0' }, { not: true }])
    expect(rulesArePlain([...rules, rule(9, 'main', more)])).toBe(false);
  expect(rulesArePlain([...rules, rule(9, '100')])).toBe(false);
});

it.each([
  ['10.2.0.0/24', '10.2.0.1'],
  ['10.2.0.7/32', '10.2.0.7'],
  ['2001:db8::/32', '2001:db8:0:0:0:0:0:1'],
  ['dynamic', undefined],
])('somebody in %s is %s', (network, address) => {
  expect(sampleOf(network)).toBe(address);
});

it('in words', () => {
  expect(routeInWords(route('0.0.0.0/0', { gateway: '192.0.2.254', table: '220', source: '10.1.0.1' }))).toBe(
    'default via 192.0.2.254 dev eth0 src 10.1.0.1 table 220',
  );
  expect(routeInWords(route('10.0.0.0/8', { type: 'unreachable' }))).toBe('unreachable 10.0.0.0/8 dev eth0');
});
