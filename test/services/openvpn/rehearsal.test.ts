import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { rehearse } from '../../../src/services/openvpn/rehearsal.js';
import { cipher, digest, openvpnSettings, testKey } from '../../support/openvpn-settings.js';

/** Milliseconds: one handshake is begun within the first of them, and has as long as a busy machine takes. */
const [TIME, PATIENCE] = [100, 30_000];

const environment = { random: (length: number) => new Uint8Array(randomBytes(length)), date: () => Date.now() };

const kinds: Readonly<Record<string, Partial<TlsSettings>>> = {
  'the usual settings': {},
  'tls-auth': { wrapping: { kind: 'tls-auth', key: testKey(1), direction: 1, digest: digest('SHA256') } },
  'tls-crypt-v2': { wrapping: { kind: 'tls-crypt-v2-client', key: testKey(1), wrapped: new Uint8Array(300) } },
  'TLS 1.2 and CBC, over TCP': {
    protocol: 'tcp',
    dataCiphers: [cipher('AES-256-CBC')],
    tls: { ...openvpnSettings('client').tls, maxVersion: 'TLSv1.2' },
  },
  'two ends that push nothing': { pushes: false },
};

describe('a rehearsal', () => {
  it.each(Object.keys(kinds))('goes through handshakes with %s', async (name) => {
    expect(await rehearse(openvpnSettings('client', kinds[name]), environment, TIME, PATIENCE)).toBeGreaterThan(0);
  });

  it('ends when its time is over', async () => {
    expect(await rehearse(openvpnSettings('client'), environment, 0)).toBe(0);
  });
});
