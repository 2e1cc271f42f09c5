import { describe, expect, it } from 'vitest';
import { rehearse } from '../../../src/engine/ikev2/rehearsal.js';
import { initiatorSettings, proposal } from '../../support/ike-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

const environment = { random: seededBytes(3), date: () => 0 };

/** A clock on which each look takes a millisecond: so many looks are so many handshakes. */
function ticking(): () => number {
  let now = 0;
  return () => now++;
}

const { child: _, ...childless } = initiatorSettings();

describe('a rehearsal', () => {
  it.each([
    ['a pre-shared key', initiatorSettings()],
    ['no child', childless],
    ['transport mode', initiatorSettings({ child: { ...initiatorSettings().child, mode: 'transport' } as never })],
    ['an address asked for', initiatorSettings({ request: { ipv4: true, ipv6: false, dns: true, subnets: false } })],
    ['fragments', initiatorSettings({ fragmentSize: 200 })],
    ['another group', initiatorSettings({ ikeProposals: [proposal('IKE', 'AES_GCM_16_128 PRF_HMAC_SHA2_384 MODP_2048')] })],
    ['null authentication', initiatorSettings({ localAuth: { method: 'null' } })],
  ])('comes to its end with %s', (_name, { paths, ...settings }) => {
    // One look for the end, one a round.
    expect(rehearse(settings, environment, ticking(), 4)).toBe(3);
  });

  it('ends after its time, or when more would not help', () => {
    const { paths, ...settings } = initiatorSettings();
    expect(rehearse(settings, environment, ticking(), 0)).toBe(0);
    expect(rehearse(settings, environment, () => 0, 1)).toBe(30);
  });
});
