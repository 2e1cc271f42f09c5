import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Path } from '../../src/engine/step.js';
import { findLibc } from '../../src/transport/libc.js';
import { openRaw } from '../../src/transport/raw.js';
import { openTun } from '../../src/transport/tun.js';
import { openUdp } from '../../src/transport/udp.js';
import { Arrivals } from '../support/arrivals.js';
import { isHere } from '../support/loopback.js';

vi.mock('node:module', () => ({
  createRequire: () => () => {
    throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  },
}));

const SPI = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

describe('without koffi', () => {
  it('what cannot do without says what to install', async () => {
    expect(findLibc()).toBeUndefined();
    for (const opening of [openTun({ name: 'vpn0', addresses: [], mtu: 1400, routes: [] }), openRaw({ addresses: ['127.0.0.1'] })]) {
      const error = await opening.catch((thrown) => thrown);
      expect(error.name).toBe('EnvironmentError');
      expect(error.message).toMatch(/needs the npm package "koffi" \(MODULE_NOT_FOUND\)$/);
      expect(error.hint).toContain('npm install koffi');
    }
    const bound = openUdp({ addresses: ['127.0.0.1'], ports: { ike: 0 }, device: 'lo' });
    await expect(bound).rejects.toThrow('binding to an interface needs the npm package "koffi"');
  });

  it.for(['127.0.0.1', '::1'])('UDP works, and hears of a closed port of its one peer: %s', async (address, { skip }) => {
    skip(!isHere(address), 'no IPv6 here');
    const gone = await openUdp({ addresses: [address], ports: { ike: 0 } });
    const closed = { address, port: gone.paths.ike?.port ?? 0 };
    await gone.close();
    const transport = await openUdp({ addresses: [address], ports: { ike: 0, natt: 0 }, remotes: { ike: closed } });
    onTestFinished(() => transport.close());
    const arrivals = new Arrivals(transport);
    const path = { channel: 'ike', local: transport.paths.ike, remote: closed } as Path;
    transport.sendMessage(path, SPI);
    await arrivals.count(1);
    expect(arrivals.all[0]).toEqual({ kind: 'error', path, reason: 'port-unreachable', text: 'port unreachable (ECONNREFUSED)' });
    // Somebody else than the one peer: who was connected no longer is.
    const other = await openUdp({ addresses: [address], ports: { ike: 0 } });
    onTestFinished(() => other.close());
    const heard = new Arrivals(other);
    transport.sendMessage({ ...path, remote: other.paths.ike ?? closed }, SPI);
    await heard.count(1);
    other.sendMessage(heard.all[0]?.path as Path, SPI);
    await arrivals.count(2);
    expect(transport.setFragmentation('probe')).toBe(false);
    transport.sendMessage({ ...path, remote: { address, port: 0 } }, SPI);
    expect(arrivals.all[2]).toMatchObject({ kind: 'error', reason: 'other', text: 'EINVAL' });
  });
});
