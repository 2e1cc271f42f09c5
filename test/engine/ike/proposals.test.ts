import { describe, expect, it } from 'vitest';
import { chooseProposal, proposalsText, whyNotOffered, withoutKeyExchange } from '../../../src/engine/ike/proposals.js';
import { proposal } from '../../support/ike-settings.js';

const ike = (...words: string[]) => words.map((one, i) => ({ ...proposal('IKE', one), number: i + 1 }));
const GCM = 'AES_GCM_16_256 PRF_HMAC_SHA2_256 CURVE25519';
const CBC = 'AES_CBC_128 AUTH_HMAC_SHA2_256_128 PRF_HMAC_SHA2_256 MODP_2048';

describe('chooseProposal', () => {
  it.each<[string, string[], string[], number | undefined, string]>([
    ['the same', [GCM], [GCM], undefined, 'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE25519'],
    ['our order of proposals', [CBC, GCM], [GCM, CBC], undefined, 'IKE:AES_CBC_128/PRF_HMAC_SHA2_256/AUTH_HMAC_SHA2_256_128/MODP_2048'],
    [
      'our order of transforms',
      [`${GCM} ECP_256`],
      ['AES_GCM_16_256 PRF_HMAC_SHA2_256 ECP_256 CURVE25519'],
      undefined,
      'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE25519',
    ],
    ['the group that came with the offer', [`${GCM} ECP_256`], [`${GCM} ECP_256`], 19, 'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/ECP_256'],
    ['no integrity where one side says NONE', [`${GCM} NONE`], [GCM], undefined, 'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE25519'],
    [
      'an additional key exchange that both have',
      [`${GCM} ADDKE1:ML_KEM_768`],
      [`${GCM} ADDKE1:ML_KEM_768`],
      undefined,
      'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE25519/KE1_ML_KEM_768',
    ],
    [
      'an additional one that may be left out',
      [GCM],
      [`${GCM} ADDKE1:ML_KEM_768 ADDKE1:NONE`],
      undefined,
      'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE25519/KE1_NONE',
    ],
    [
      'each method once',
      [`${GCM} ADDKE1:ML_KEM_768 ADDKE2:ML_KEM_768 ADDKE2:CURVE25519 ADDKE2:ML_KEM_1024`],
      [`${GCM} ADDKE1:ML_KEM_768 ADDKE2:CURVE25519 ADDKE2:ML_KEM_768 ADDKE2:ML_KEM_1024`],
      undefined,
      'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/CURVE25519/KE1_ML_KEM_768/KE2_ML_KEM_1024',
    ],
  ])('takes %s', (_, ours, theirs, group, chosen) => {
    const choice = chooseProposal(ike(...ours), ike(...theirs), group);
    expect(choice.ok ? proposalsText([choice.chosen]) : choice.text).toBe(chosen);
  });

  it.each<[string, string[], string[], string]>([
    [
      'a key length',
      ['AES_CBC_256 AUTH_HMAC_SHA1_96 PRF_HMAC_SHA1 MODP_2048'],
      ['AES_CBC_128 AUTH_HMAC_SHA1_96 PRF_HMAC_SHA1 MODP_2048'],
      'nothing in common: ENCR: we allow AES_CBC_256, the peer offers AES_CBC_128',
    ],
    [
      'a group, named for the nearest proposal',
      [CBC, GCM],
      ['AES_GCM_16_256 PRF_HMAC_SHA2_256 ECP_521 ECP_384'],
      'nothing in common: KE: we allow CURVE25519, the peer offers ECP_521 or ECP_384',
    ],
    [
      'a group, where IKEv1 has a proposal for each that we allow',
      ['MODP_2048', 'MODP_1536'].map((group) => `3DES PRF_HMAC_MD5 ${group}`),
      ['3DES PRF_HMAC_MD5 MODP_1024'],
      'nothing in common: KE: we allow MODP_2048 or MODP_1536, the peer offers MODP_1024',
    ],
    [
      'PFS that one side wants',
      [GCM],
      ['AES_GCM_16_256 PRF_HMAC_SHA2_256'],
      'nothing in common: KE: we allow CURVE25519, the peer offers NONE',
    ],
    [
      'an additional key exchange that must be',
      [GCM],
      [`${GCM} ADDKE1:ML_KEM_768`],
      'nothing in common: ADDKE1: we allow KE1_NONE, the peer offers KE1_ML_KEM_768',
    ],
    [
      'integrity that a combined cipher does not have',
      [GCM],
      [`${GCM} AUTH_HMAC_SHA2_256_128`],
      'nothing in common: INTEG: we allow NONE, the peer offers AUTH_HMAC_SHA2_256_128',
    ],
  ])('says what is missing: %s', (_, ours, theirs, text) => {
    const choice = chooseProposal(ike(...ours), ike(...theirs));
    expect(choice).toMatchObject({ ok: false, text });
  });

  it('takes nothing for another protocol', () => {
    expect(chooseProposal([proposal('ESP', 'AES_GCM_16_256 NO_ESN')], ike(GCM))).toMatchObject({
      ok: false,
      text: 'no proposal is for the same protocol',
    });
  });
});

describe('whyNotOffered', () => {
  const offered = ike(`${GCM} ECP_256`, CBC);
  const answer = (words: string, number = 1) => [{ ...proposal('IKE', words), number }];

  it.each<[string, ReturnType<typeof answer>, string | undefined]>([
    ['one of each type', answer(GCM), undefined],
    ['the second proposal', answer(CBC, 2), undefined],
    ['no answer', [], 'the answer holds 0 proposals instead of one'],
    ['two', [...answer(GCM), ...answer(CBC, 2)], 'the answer holds 2 proposals instead of one'],
    ['another number', answer(GCM, 3), 'the answer chooses proposal 3, which was not offered'],
    ['something else', answer('AES_GCM_16_128 PRF_HMAC_SHA2_256 CURVE25519'), 'the answer chooses AES_GCM_16_128, which was not offered'],
    ['two groups', answer(`${GCM} ECP_256`), 'the answer has two transforms of type KE'],
    ['no PRF', answer('AES_GCM_16_256 CURVE25519'), 'the answer has no transform of type PRF'],
    ['no group', answer('AES_GCM_16_256 PRF_HMAC_SHA2_256'), 'the answer has no transform of type KE'],
  ])('%s', (_, chosen, why) => {
    expect(whyNotOffered(offered, chosen)).toBe(why);
  });
});

it('IKE_AUTH offers go without key exchanges', () => {
  const [bare] = withoutKeyExchange([proposal('ESP', 'AES_GCM_16_256 CURVE25519 NO_ESN ADDKE1:ML_KEM_768')]);
  expect(proposalsText(bare === undefined ? [] : [bare])).toBe('ESP:AES_GCM_16_256/NO_ESN');
});
