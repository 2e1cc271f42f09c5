import { describe, expect, it } from 'vitest';
import { proposal } from '../../support/ike-settings.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

describe('an offer for phase 1 that will not do', () => {
  it('is told beside what was configured here, not each combination of it', () => {
    const ours = 'AES_CBC_256 AES_CBC_128 PRF_HMAC_SHA2_256 PRF_HMAC_SHA1 MODP_2048 MODP_1536';
    const pair = new Ikev1Pair({ responder: { ikeProposals: [proposal('IKE', ours)] } }).up();
    const why = pair.last('r', 'ike-down')?.refusal;
    expect(why, pair.trace()).toMatchObject({ code: 'no-proposal-chosen', ours: `IKE:${ours.replaceAll(' ', '/')}` });
  });
});
