import { describe, expect, it } from 'vitest';
import { ServerPool } from '../../../src/engine/openvpn/server-pool.js';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

function pool(over: Partial<TlsSettings>, first = '10.8.0.2', count = 2): ServerPool {
  return new ServerPool(
    openvpnSettings('server', {
      server: { pool: { first, count, netmask: '255.255.255.0' }, push: [], users: [], authToken: false },
      ...over,
    }),
  );
}

describe('addresses of a server', () => {
  it('one for each session, given back when it ends', () => {
    const addresses = pool({});
    expect(addresses.lease(1)).toEqual({ local: '10.8.0.2', remoteOrNetmask: '255.255.255.0' });
    expect(addresses.lease(1)).toEqual({ local: '10.8.0.2', remoteOrNetmask: '255.255.255.0' });
    expect(addresses.lease(2)).toMatchObject({ local: '10.8.0.3' });
    expect(addresses.lease(3)).toBeUndefined();
    addresses.release(1);
    expect(addresses.lease(3)).toMatchObject({ local: '10.8.0.2' });
    expect(addresses.size).toBe(2);
  });

  it.each<[string, Partial<TlsSettings>, string, object]>([
    ['net30', { topology: 'net30' }, '10.8.0.6', { local: '10.8.0.10', remoteOrNetmask: '10.8.0.9' }],
    ['p2p', { topology: 'p2p' }, '10.8.0.2', { local: '10.8.0.3', remoteOrNetmask: '10.8.0.1' }],
    ['tap', { device: 'tap', topology: 'net30' }, '10.8.0.2', { local: '10.8.0.3', remoteOrNetmask: '255.255.255.0' }],
    ['over a byte', {}, '10.8.0.255', { local: '10.8.1.0', remoteOrNetmask: '255.255.255.0' }],
  ])('%s', (_, over, first, second) => {
    const addresses = pool(over, first);
    addresses.lease(1);
    expect(addresses.lease(2)).toEqual(second);
  });

  it('none where there is no pool', () => {
    expect(new ServerPool(openvpnSettings('server', { server: { push: [], users: [], authToken: false } })).lease(1)).toBe('none');
  });
});
