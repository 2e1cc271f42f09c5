import { describe, expect, it } from 'vitest';
import { proposalLines } from '../../../../src/probes/ike/shared/dialect.js';
import { strongerThan } from '../../../../src/probes/ike/shared/stronger.js';
import { proposal } from '../../../support/ike-settings.js';

describe('what is stronger', () => {
  it('is what was offered without a weakness', () => {
    const weak = proposal('IKE', '3DES PRF_HMAC_MD5 MODP_1024');
    const strong = proposal('IKE', 'AES_CBC_256 PRF_HMAC_SHA2_256 AUTH_HMAC_SHA2_256_128 MODP_2048');
    expect(strongerThan([weak, strong], 'ike')).toEqual({ offered: true, proposals: [strong] });
  });

  it.each([
    ['ike', 'IKE', '3DES PRF_HMAC_MD5 AUTH_HMAC_MD5_96 MODP_1024', /aes256-sha(2_)?256.*modp2048/],
    ['child', 'ESP', '3DES AUTH_HMAC_MD5_96', /esp_proposals = aes256-sha256/],
  ] as const)('of weak ones alone is the modern equivalent: %s', (use, protocol, words, line) => {
    const { offered, proposals } = strongerThan([proposal(protocol, words)], use);
    expect(offered).toBe(false);
    expect(proposalLines(proposals, use, 'strongswan').join('\n')).toMatch(line);
  });
});
