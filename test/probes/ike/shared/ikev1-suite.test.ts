import { describe, expect, it } from 'vitest';
import { mainModeQuestion } from '../../../../src/probes/ike/shared/ikev1-question.js';
import {
  everySuite,
  likeliestSuites,
  METHOD,
  suiteOf,
  suiteOffer,
  suitesOfGroup,
  suiteText,
  thatFit,
} from '../../../../src/probes/ike/shared/ikev1-suite.js';
import { QUESTION_MARK } from '../../../../src/wire/ike/question-mark.js';
import { seededBytes } from '../../../support/seeded-random.js';
import { decodeWellFormed } from '../../../support/well-formed.js';

/** The header of IKE, and the vendor id that marks a question. */
const BESIDE = 28 + 4 + QUESTION_MARK.length;

describe('transforms of phase 1', () => {
  it.each([
    ['every', everySuite(METHOD.psk)],
    ['of a group', suitesOfGroup(2, METHOD.rsa)],
    ['the likeliest', likeliestSuites(METHOD.hybridRsa)],
  ])('%s: each stands once, and comes back from the wire as it was', (_, suites) => {
    expect(new Set(suites.map(suiteText)).size).toBe(suites.length);
    for (const withLifetime of [true, false]) {
      const set = thatFit(suites, 100_000, withLifetime);
      const { payloads } = decodeWellFormed(mainModeQuestion(suiteOffer(set, withLifetime), seededBytes(1)));
      const [sa] = payloads;
      const read = sa?.kind === 'sa-v1' ? sa.value.proposals[0]?.transforms.map(suiteOf) : [];
      expect(read).toEqual(set);
    }
  });

  it('holds what gateways of all ages are configured with', () => {
    const texts = new Set(everySuite(METHOD.psk).map(suiteText));
    for (const text of [
      '3DES_CBC/MD5/PSK/MODP_1024',
      'DES_CBC/MD5/PSK/MODP_768',
      'AES_CBC_256/SHA2_512/PSK/MODP_4096',
      'AES_CBC_128/SHA2_256/PSK/ECP_256',
      'CAMELLIA_CBC_192/SHA/PSK/MODP_8192',
      'BLOWFISH_CBC_128/SHA/PSK/MODP_1536',
      'CAST_CBC_128/MD5/PSK/MODP_1024',
    ])
      expect(texts).toContain(text);
  });

  it.each([true, false])('no more of them than there is room for (lifetime: %s)', (withLifetime) => {
    const suites = everySuite(METHOD.psk);
    for (const room of [1400, 500, 100]) {
      const set = thatFit(suites, room, withLifetime);
      const { length } = mainModeQuestion(suiteOffer(set, withLifetime), seededBytes(1));
      expect(length).toBeLessThanOrEqual(BESIDE + room);
      const one = mainModeQuestion(suiteOffer(suites.slice(0, set.length + 1), withLifetime), seededBytes(1));
      expect(one.length).toBeGreaterThan(BESIDE + room);
    }
    expect(thatFit(suites, 0, withLifetime)).toHaveLength(1);
  });

  it('a transform that lacks something is none', () => {
    expect(suiteOf({ number: 1, id: 1, attributes: [{ type: 1, value: 5 }] })).toBeUndefined();
  });
});
