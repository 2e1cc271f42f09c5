import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProposal, splitProposals } from '../../src/config/proposals.js';

function words(text: string, use: 'ike' | 'esp' = 'ike'): string {
  const { transforms, unknown } = parseProposal(text, use);
  return [
    ...transforms.map(({ type, name, keyLength }) => `${type}:${name}${keyLength === undefined ? '' : `/${keyLength}`}`),
    ...unknown.map((word) => `?${word}`),
  ].join(' ');
}

describe('parseProposal', () => {
  it.each([
    ['3des-md5;modp1024', 'ike', 'ENCR:3DES INTEG:AUTH_HMAC_MD5_96 KE:MODP_1024'],
    ['3des-md5-96', 'esp', 'ENCR:3DES INTEG:AUTH_HMAC_MD5_96'],
    ['aes256-sha2_256-modp2048!', 'ike', 'ENCR:AES_CBC/256 INTEG:AUTH_HMAC_SHA2_256_128 KE:MODP_2048'],
    ['aes256-sha2_256;dh19', 'ike', 'ENCR:AES_CBC/256 INTEG:AUTH_HMAC_SHA2_256_128 KE:ECP_256'],
    ['aes256gcm16-prfsha384-ecp384', 'ike', 'ENCR:AES_GCM_16/256 PRF:PRF_HMAC_SHA2_384 KE:ECP_384'],
    ['aes_gcm256-sha2_256;dh31', 'ike', 'ENCR:AES_GCM_16/256 PRF:PRF_HMAC_SHA2_256 KE:CURVE25519'],
    ['aes_gcm_16_256+aes_gcm_c128-null', 'esp', 'ENCR:AES_GCM_16/256 ENCR:AES_GCM_16/128 INTEG:NONE'],
    ['aes-128-sha1', 'esp', 'ENCR:AES_CBC/128 INTEG:AUTH_HMAC_SHA1_96'],
    ['aes128gcm64-x25519-esn', 'esp', 'ENCR:AES_GCM_8/128 KE:CURVE25519 SN:ESN'],
    ['aes256ccm96', 'esp', 'ENCR:AES_CCM_12/256'],
    ['aes128ctr-aesxcbc', 'esp', 'ENCR:AES_CTR/128 INTEG:AUTH_AES_XCBC_96'],
    ['null-sha1', 'esp', 'ENCR:NULL INTEG:AUTH_HMAC_SHA1_96'],
    ['null_auth_aes_gmac_256', 'esp', 'ENCR:NULL_AUTH_AES_GMAC/256'],
    ['camellia256ccm8', 'esp', 'ENCR:CAMELLIA_CCM_8/256'],
    ['chacha20_poly1305', 'esp', 'ENCR:CHACHA20_POLY1305/256'],
    ['sha256_96', 'esp', 'INTEG:AUTH_HMAC_SHA2_256_96'],
    [
      'aes256-sha256-modp3072-ke1_mlkem768-ke2_none',
      'ike',
      'ENCR:AES_CBC/256 INTEG:AUTH_HMAC_SHA2_256_128 KE:MODP_3072 ADDKE:ML_KEM_768 ADDKE:NONE',
    ],
    ['aes_gcm256;addke1=ml_kem_768;sn=yes', 'ike', 'ENCR:AES_GCM_16/256 ADDKE:ML_KEM_768 SN:ESN'],
    ['AES256-SHA1-MODP1024', 'ike', 'ENCR:AES_CBC/256 INTEG:AUTH_HMAC_SHA1_96 KE:MODP_1024'],
    ['aes257-sha3', 'ike', '?aes257 ?sha3'],
    ['default', 'ike', ''],
  ] as const)('%s for %s', (text, use, expected) => {
    expect(words(text, use)).toBe(expected);
  });

  it('grades and says who dropped it', () => {
    const { transforms } = parseProposal('3des-md5;modp1024', 'ike');
    expect(transforms.map(({ weakness }) => weakness?.name)).toEqual(['3DES', 'MD5', 'MODP 1024 (group 2)']);
    expect(transforms[2]?.removed).toContainEqual({ product: 'libreswan', version: '3.30', what: 'not built' });
    expect(parseProposal('aes256-sha2_256;modp2048', 'ike').transforms.every(({ weakness }) => weakness === undefined)).toBe(true);
  });

  it('tells strict from open, and PFS from none', () => {
    expect(parseProposal('aes256-sha256-modp2048!', 'esp')).toMatchObject({ strict: true, hasKeyExchange: true });
    expect(parseProposal('aes256-sha256', 'esp')).toMatchObject({ strict: false, hasKeyExchange: false });
    expect(parseProposal('aes256-sha256-none', 'esp').hasKeyExchange).toBe(false);
  });

  it('splits lists', () => {
    expect(splitProposals('aes256-sha2;modp2048, 3des-sha1 ,,')).toEqual(['aes256-sha2;modp2048', '3des-sha1']);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => typeof words(text) === 'string'));
  });
});
