import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../src/bytes/errors.js';
import { findLibc } from '../../src/transport/libc.js';
import { findRoute } from '../../src/transport/route.js';
import { isHere } from '../support/loopback.js';

describe('the route to a peer', () => {
  it.for([
    ['127.0.0.1', '127.0.0.1'],
    ['127.5.5.5', '127.0.0.1'],
    ['::1', '::1'],
  ] as const)('to %s', async ([remote, source], { skip }) => {
    skip(!isHere(source), 'no IPv6 here');
    const { mtu, ...route } = await findRoute(remote);
    expect(route).toEqual({ source, interface: 'lo' });
    if (findLibc() === undefined) expect(mtu).toBeUndefined();
    else expect(mtu).toBeGreaterThanOrEqual(1280);
  });

  it('none', async () => {
    // Link-local, by an interface that does not exist.
    await expect(findRoute('fe80::1%nowhere')).rejects.toThrow(EnvironmentError);
  });
});
