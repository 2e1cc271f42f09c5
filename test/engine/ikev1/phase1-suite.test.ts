import { describe, expect, it } from 'vitest';
import { chooseSuite } from '../../../src/engine/ikev1/phase1.js';
import { numberAttribute, readPhase1, whyNotPhase1 } from '../../../src/engine/ikev1/phase1-suite.js';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { Attribute } from '../../../src/wire/ike/attribute.js';
import type { SaV1 } from '../../../src/wire/ike/payloads/sa-v1.js';
import { PHASE1 } from '../../../src/wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { proposal, responderSettings } from '../../support/ike-settings.js';

/** 3DES, SHA-1, pre-shared key, MODP-1024, 28800 s. */
const GOOD: Readonly<Record<number, number>> = {
  [PHASE1.ENCRYPTION_ALGORITHM]: 5,
  [PHASE1.HASH_ALGORITHM]: 2,
  [PHASE1.AUTHENTICATION_METHOD]: 1,
  [PHASE1.GROUP_DESCRIPTION]: 2,
  [PHASE1.LIFE_TYPE]: 1,
  [PHASE1.LIFE_DURATION]: 28_800,
};

/** Attributes as `GOOD`, changed; undefined leaves one out. */
function transform(change: Readonly<Record<number, number | undefined>> = {}, id = 1, more: readonly Attribute[] = []) {
  const all = Object.entries({ ...GOOD, ...change }).flatMap(([type, value]) =>
    value === undefined ? [] : [numberAttribute(Number(type), value)],
  );
  return { number: 1, id, attributes: [...all, ...more] };
}

describe('a transform of phase 1', () => {
  it.each([
    ['as it should be', transform(), undefined],
    ['with a lifetime in kilobytes', transform({}, 1, [numberAttribute(11, 2), numberAttribute(12, 4_608_000)]), undefined],
    ['with a lifetime of four bytes', transform({ [PHASE1.LIFE_DURATION]: 2_592_000 }), undefined],
    ['with the type of its group', transform({ [PHASE1.GROUP_TYPE]: 1 }), undefined],
    ['AES without a key length', transform({ [PHASE1.ENCRYPTION_ALGORITHM]: 7 }), undefined],
    ['with hybrid authentication', transform({ [PHASE1.AUTHENTICATION_METHOD]: 64221 }), undefined],
    ['another transform', transform({}, 2), /the transform is unknown \(2\), not KEY_IKE/],
    ['without a hash', transform({ [PHASE1.HASH_ALGORITHM]: undefined }), /there is no attribute HASH_ALGORITHM/],
    ['IDEA', transform({ [PHASE1.ENCRYPTION_ALGORITHM]: 2 }), /ENCRYPTION_ALGORITHM IDEA_CBC is not done here/],
    ['Tiger', transform({ [PHASE1.HASH_ALGORITHM]: 3 }), /HASH_ALGORITHM TIGER is not done here/],
    ['RSA encryption', transform({ [PHASE1.AUTHENTICATION_METHOD]: 4 }), /AUTHENTICATION_METHOD RSA_ENC is not done here/],
    ['revised RSA encryption', transform({ [PHASE1.AUTHENTICATION_METHOD]: 5 }), /AUTHENTICATION_METHOD RSA_REV_ENC is not done here/],
    ['an elliptic curve over GF(2^n)', transform({ [PHASE1.GROUP_DESCRIPTION]: 3 }), /GROUP_DESCRIPTION .* is not done here/],
    ['a PRF', transform({ [PHASE1.PRF]: 1 }), /the attribute PRF is not supported/],
    [
      'a group of its own',
      transform({}, 1, [{ type: PHASE1.GROUP_PRIME, value: new Uint8Array(128) }]),
      /the attribute GROUP_PRIME is not/,
    ],
    ['what nobody knows', transform({ 77: 1 }), /the attribute unknown \(77\) is not supported/],
    ['an unknown life type', transform({ [PHASE1.LIFE_TYPE]: 9 }), /the life type 9 is unknown/],
    ['AES of 100 bits', transform({ [PHASE1.ENCRYPTION_ALGORITHM]: 7, [PHASE1.KEY_LENGTH]: 100 }), /AES_CBC has no keys of 100 bits/],
  ])('%s', (_, one, why) => {
    if (why === undefined) expect(whyNotPhase1(one)).toBeUndefined();
    else expect(whyNotPhase1(one)).toMatch(why);
    expect(readPhase1(one) === undefined).toBe(why !== undefined);
  });
});

describe('an offer of phase 1', () => {
  const settings: Ikev1Settings = {
    ...responderSettings({
      ikeProposals: [proposal('IKE', '3DES PRF_HMAC_SHA1 MODP_1024'), proposal('IKE', 'AES_CBC_256 PRF_HMAC_SHA2_256 MODP_2048')],
    }),
    exchange: 'main',
  };
  const MAIN = EXCHANGE_V1['Identity Protection (Main Mode)'];
  const offer = (proposals: readonly (readonly ReturnType<typeof transform>[])[], more: Partial<SaV1> = {}): SaV1 => ({
    doi: 1,
    situation: 1,
    proposals: proposals.map((transforms, i) => ({
      number: i + 1,
      protocol: 1,
      spi: new Uint8Array(0),
      transforms: transforms.map((one, at) => ({ ...one, number: at + 1 })),
    })),
    ...more,
  });
  const aes = transform({
    [PHASE1.ENCRYPTION_ALGORITHM]: 7,
    [PHASE1.KEY_LENGTH]: 256,
    [PHASE1.HASH_ALGORITHM]: 4,
    [PHASE1.GROUP_DESCRIPTION]: 14,
  });

  it.each([
    ['one', offer([[transform()]]), 1, 1],
    ['the second transform, when the first is not done', offer([[transform({ [PHASE1.AUTHENTICATION_METHOD]: 4 }), transform()]]), 1, 2],
    ['our first choice, wherever it stands', offer([[aes, transform()]]), 1, 2],
    ['one of the second proposal', offer([[transform({ 77: 1 })], [transform({ [PHASE1.HASH_ALGORITHM]: 1 }), aes]]), 2, 2],
  ])('%s', (_, sa, number, at) => {
    const choice = chooseSuite(settings, sa, MAIN);
    expect(choice).not.toHaveProperty('refusal');
    if ('refusal' in choice) return;
    expect(choice.answer.proposals).toEqual([{ ...sa.proposals[number - 1], transforms: [sa.proposals[number - 1]?.transforms[at - 1]] }]);
  });

  it.each([
    ['of nothing', offer([]), 'no-proposal-chosen', /holds no transform of phase 1/],
    [
      'of RSA encryption alone',
      offer([[transform({ [PHASE1.AUTHENTICATION_METHOD]: 4 })]]),
      'no-proposal-chosen',
      /RSA_ENC is not done here/,
    ],
    [
      'for signatures',
      offer([[transform({ [PHASE1.AUTHENTICATION_METHOD]: 3 })]]),
      'no-proposal-chosen',
      /ours: pre-shared key; offered: signature, RSA/,
    ],
    ['of another hash', offer([[transform({ [PHASE1.HASH_ALGORITHM]: 1 })]]), 'no-proposal-chosen', /./],
    [
      'of many faults',
      offer([[{}, { 77: 1 }, { 78: 1 }, { 79: 1 }, { 80: 1 }].slice(1).map((change) => transform(change))]),
      'no-proposal-chosen',
      /\(77\).*\(78\).*\(79\).*; …$/,
    ],
    ['of another domain', offer([[transform()]], { doi: 2 }), 'doi-not-supported', /of the DOI GDOI/],
    ['with labels', offer([[transform()]], { situation: 2 }), 'situation-not-supported', /situation 0x2/],
  ])('%s is refused', (_, sa, code, text) => {
    const choice = chooseSuite(settings, sa, MAIN);
    expect('refusal' in choice && choice.refusal).toMatchObject({ code, by: 'us' });
    expect('refusal' in choice && choice.refusal.text).toMatch(text);
  });
});
