import { expect, it } from 'vitest';
import { createMachine } from '../../../src/engine/openvpn/machine.js';
import type { StaticSettings } from '../../../src/engine/openvpn/settings.js';
import { cipher, openvpnSettings, testKey } from '../../support/openvpn-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

const env = { random: seededBytes(1), date: () => 1_700_000_000_000 };
const path = { channel: 'openvpn', local: { address: '10.0.0.1', port: 1194 }, remote: { address: '10.0.0.2', port: 1194 } } as const;
const connect = { kind: 'command', command: { kind: 'connect', path } } as const;

it('with TLS a client has its stack ready before its reset goes out', () => {
  const step = createMachine({ settings: openvpnSettings('client') }, env)(undefined, connect, 0);
  expect(step.state).toBeUndefined();
  expect(step.tls).toMatchObject([{ start: { role: 'client' } }]);
});

it('with a static key the keys are there at once', () => {
  const { tls: _, dataCiphers: __, server: ___, ...common } = openvpnSettings('client');
  const settings = {
    ...common,
    mode: 'static',
    cipher: cipher('AES-256-CBC'),
    key: testKey(1),
    direction: 1,
    listens: false,
  } as unknown as StaticSettings;
  const kinds = createMachine({ settings }, env)(undefined, connect, 0).happenings.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['keys', 'up']));
});
