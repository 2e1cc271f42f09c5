import { expect, it } from 'vitest';
import { deviceTold, readPeerLookups } from '../../../src/checks/shared/peer-lookups.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { gateway } from '../../support/gateway.js';

const twoUplinks = {
  'ip -j -4 rule': JSON.stringify([
    { priority: 0, src: 'all', table: 'local' },
    { priority: 100, src: '192.0.2.1', table: '101' },
    { priority: 32766, src: 'all', table: 'main' },
  ]),
  'ip -j route get 198.51.100.2 from 192.0.2.1': JSON.stringify([
    { dst: '198.51.100.2', from: '192.0.2.1', gateway: '203.0.113.254', dev: 'eth2', flags: [] },
  ]),
};

it('asks the kernel with the source that the connection has, where rules pick tables', async () => {
  const lookups = await readPeerLookups(new HostFacts(gateway({ commands: twoUplinks })));
  expect(deviceTold('198.51.100.2', lookups)).toBe('eth2');
  expect(deviceTold('198.51.100.3', lookups)).toBeUndefined();
});

it('asks nothing where the rules are those of every Linux', async () => {
  expect((await readPeerLookups(new HostFacts(gateway()))).size).toBe(0);
});
