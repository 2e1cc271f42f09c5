import { expect, it } from 'vitest';
import type { FirewallFacts } from '../../../src/checks/shared/firewall-facts.js';
import { type IkeDirection, judgeIkeReach } from '../../../src/checks/shared/ike-reach.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import { parseNftListing, readNftRuleset } from '../../../src/host/linux/firewall/nft-ruleset.js';
import { connection } from '../../support/configured-facts.js';
import { chain, table } from '../../support/gateway.js';

const facts = (peers: readonly string[], more: Partial<FirewallFacts> = {}): FirewallFacts => ({
  firewall: answer({
    tables: readNftRuleset([table('inet', 'fw'), chain('inet', 'fw', 'in', 'input', 'drop')], parseNftListing('')),
    unread: [],
  }),
  tunnels: { ipsec: peers.map((peer) => connection({ remoteEnd: { addresses: [peer] } })), openvpn: [], unread: [] },
  interfaces: [],
  routes: [],
  lookups: new Map(),
  states: [],
  daemon: true,
  ...more,
});
const direction: IkeDirection = {
  id: 'firewall-ike-in',
  label: 'in',
  refs: ['RFC 7296 §2'],
  done: 'accepted from',
  cause: 'A cause.',
  purpose: 'IKE',
  peerIs: 'source',
  others: {},
  packet: ({ family, peer }, port) => ({
    family,
    path: 'input',
    protocol: 17,
    destinationPort: port,
    ...(peer !== undefined && { source: peer }),
  }),
};
const rules = (peers: readonly string[], peerIs: 'source' | 'destination' = 'source') =>
  judgeIkeReach({ ...direction, peerIs }, facts(peers)).map(({ mend }) => /'(.*) comment/.exec(mend?.[0]?.apply ?? '')?.[1]);

it.each([
  ['one peer', rules(['198.51.100.2']), ['ip saddr 198.51.100.2 udp dport { 500, 4500 } accept']],
  ['towards it', rules(['198.51.100.2'], 'destination'), ['ip daddr 198.51.100.2 udp dport { 500, 4500 } accept']],
  ['several', rules(['198.51.100.2', '198.51.100.3']), ['ip saddr { 198.51.100.2, 198.51.100.3 } udp dport { 500, 4500 } accept']],
  [
    'a rule for each family',
    rules(['198.51.100.2', '2001:db8::2']),
    ['ip saddr 198.51.100.2 udp dport { 500, 4500 } accept', 'ip6 saddr 2001:db8::2 udp dport { 500, 4500 } accept'],
  ],
  ['anybody', rules(['%any']), ['udp dport { 500, 4500 } accept']],
  ['none is configured: whoever comes', rules([]), ['udp dport { 500, 4500 } accept']],
])('%s', (_, found, expected) => expect(found).toEqual(expected));

it('nothing to look at is one line', () => {
  expect(judgeIkeReach(direction, facts([], { daemon: false })).map(({ status }) => status)).toEqual(['skip']);
  expect(judgeIkeReach(direction, facts(['198.51.100.2'], { firewall: noAnswer('denied', 'nft') })).map(({ status }) => status)).toEqual([
    'unknown',
  ]);
});
