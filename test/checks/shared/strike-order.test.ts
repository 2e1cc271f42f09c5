import { expect, it } from 'vitest';
import { checks } from '../../../src/checks/index.js';
import { strikeRank } from '../../../src/checks/shared/strike-order.js';

it.each([
  ['a foreign socket', 'udp-500', 'the daemon that it stops', 'running-stack'],
  ['a file that cannot be read', 'conf-syntax', 'the daemon', 'running-stack'],
  ['the daemon', 'running-stack', 'the way to the peer', 'route-to-peer'],
  ['the way to the peer', 'route-to-peer', 'the firewall', 'firewall-ike-in'],
  ['the firewall', 'firewall-ike-in', 'the secret', 'secret-missing'],
  ['the secret', 'secret-missing', 'ESP', 'firewall-esp'],
  ['ESP', 'firewall-esp', 'forwarding', 'ip-forward'],
  ['a certificate', 'cert-dates', 'NAT of what goes in', 'firewall-nat-exemption'],
])('%s (%s) strikes before %s (%s)', (_, first, __, then) => expect(strikeRank(first)).toBeLessThan(strikeRank(then)));

it('names checks that there are', () => {
  const last = strikeRank('no check of that name');
  expect(checks.filter(({ id }) => strikeRank(id) < last)).toHaveLength(39);
});
