import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ProbeTarget } from '../../../src/probes/ike/target.js';
import { rehearse } from '../../../src/services/probe/rehearsal.js';
import { initiatorSettings, proposal } from '../../support/ike-settings.js';

/** Milliseconds: one handshake is begun within the first of them, and has as long as a busy machine takes. */
const [TIME, PATIENCE] = [100, 30_000];

const environment = { random: (length: number) => new Uint8Array(randomBytes(length)), date: () => Date.now() };

function target(change: Parameters<typeof initiatorSettings>[0] = {}, ikev1?: 'main' | 'aggressive'): ProbeTarget {
  const { paths: _, ...settings } = initiatorSettings(change);
  return {
    host: 'peer.example',
    ports: { ike: 500, natt: 4500 },
    tunnel: {
      settings,
      ...(ikev1 === undefined ? {} : { ikev1: { exchange: ikev1 } }),
      proof: 'as the case may be',
      canVerify: true,
      selectorsGiven: true,
      childGiven: true,
      proposals: { ike: '', child: '' },
    },
    patience: { first: 200, patience: PATIENCE },
  };
}

const settings: Readonly<Record<string, Parameters<typeof initiatorSettings>[0]>> = {
  'a pre-shared key': {},
  'an address asked for': { request: { ipv4: true, ipv6: false, dns: true, subnets: false } },
  fragments: { fragmentSize: 576 },
  'another group': { ikeProposals: [proposal('IKE', 'AES_GCM_16_128 PRF_HMAC_SHA2_384 MODP_2048')] },
  'null authentication': { localAuth: { method: 'null' } },
};

describe('a rehearsal', () => {
  it.each(Object.keys(settings))('goes through handshakes with %s', async (name) => {
    expect(await rehearse(target(settings[name]), environment, TIME, PATIENCE)).toBeGreaterThan(0);
  });

  it.each(['main', 'aggressive'] as const)('goes through handshakes of IKEv1, %s mode', async (mode) => {
    const old = { ikeProposals: [proposal('IKE', '3DES PRF_HMAC_MD5 MODP_1024')] };
    expect(await rehearse(target(old, mode), environment, TIME, PATIENCE)).toBeGreaterThan(0);
  });

  it('ends when its time is over', async () => {
    expect(await rehearse(target(), environment, 0)).toBe(0);
  });
});
