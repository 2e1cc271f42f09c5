import { expect, it } from 'vitest';
import { ownAddressLines } from '../../../src/checks/shared/own-address.js';
import { connection } from '../../support/configured-facts.js';
import { device } from '../../support/interfaces.js';

const interfaces = [device('eth0', ['192.0.2.1', '2001:db8::1'])];

it.each([
  ['ours', '192.0.2.1', 'known', undefined],
  ['ours in capitals', '2001:DB8::1', 'known', undefined],
  ['any', '%defaultroute', 'known', undefined],
  ['another one', '192.0.2.9', 'known', 'net is to come from 192.0.2.9, which no interface of this host has'],
  ['neither end', '192.0.2.9', 'unsure', 'neither end of net is an address of this host: 192.0.2.9 and 198.51.100.2'],
  [
    'the other end, and ours is for whoever comes',
    '%any',
    'unsure',
    'neither end of net is an address of this host: %any and 198.51.100.2',
  ],
  ['a name', 'vpn.example.com', 'unsure', undefined],
  ['one of two ends', '192.0.2.1', 'unsure', undefined],
] as const)('%s', (_, own, side, title) => {
  const net = { ...connection({ name: 'net', localEnd: { addresses: [own] }, remoteEnd: { addresses: ['198.51.100.2'] } }), side };
  expect(ownAddressLines({ id: 'route-to-peer', refs: [] }, net, interfaces)[0]?.finding?.title).toBe(title);
});
