import { describe, expect, it } from 'vitest';
import { proposalsText } from '../../../src/engine/ike/proposals.js';
import {
  ahProposals,
  DEFAULT_ESP,
  DEFAULT_IKE,
  espProposals,
  groupsNamed,
  ikeProposals,
} from '../../../src/services/settings/proposals.js';

const plain = { esn: false, groups: [] };

describe('ikeProposals', () => {
  it.each([
    ['aes256gcm16-prfsha256-ecp256', 'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/ECP_256'],
    ['aes256-sha2_256;modp2048', 'IKE:AES_CBC_256/PRF_HMAC_SHA2_256/AUTH_HMAC_SHA2_256_128/MODP_2048'],
    // libreswan: the hash beside a combined cipher is the PRF.
    ['aes_gcm256-sha2_512;dh19', 'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_256'],
    ['3des-md5-modp1024', 'IKE:3DES/PRF_HMAC_MD5/AUTH_HMAC_MD5_96/MODP_1024'],
    ['chacha20poly1305-prfsha384-x25519', 'IKE:CHACHA20_POLY1305/PRF_HMAC_SHA2_384/CURVE25519'],
    // Combined ciphers and others never stand in one proposal (RFC 7296 §3.3.3).
    [
      'aes256gcm16-aes128-sha256-ecp256',
      'IKE:AES_GCM_16_256/PRF_HMAC_SHA2_256/ECP_256, IKE:AES_CBC_128/PRF_HMAC_SHA2_256/AUTH_HMAC_SHA2_256_128/ECP_256',
    ],
    ['aes-sha1-modp2048', 'IKE:AES_CBC_256/AES_CBC_128/PRF_HMAC_SHA1/AUTH_HMAC_SHA1_96/MODP_2048'],
    ['aes128-sha256-x25519-ke1_mlkem768', 'IKE:AES_CBC_128/PRF_HMAC_SHA2_256/AUTH_HMAC_SHA2_256_128/CURVE25519/KE1_ML_KEM_768'],
    ['aes128-aesxcbc-modp2048', 'IKE:AES_CBC_128/PRF_AES128_XCBC/AUTH_AES_XCBC_96/MODP_2048'],
  ])('%s', (text, wanted) => expect(proposalsText(ikeProposals(text))).toBe(wanted));

  it('adds what libreswan adds when it is not named', () => {
    expect(proposalsText(ikeProposals('aes256'))).toBe(
      'IKE:AES_CBC_256/PRF_HMAC_SHA2_256/PRF_HMAC_SHA2_512/PRF_HMAC_SHA2_384/AUTH_HMAC_SHA2_256_128/AUTH_HMAC_SHA2_512_256/AUTH_HMAC_SHA2_384_192/CURVE25519/ECP_256/ECP_384/MODP_2048/MODP_3072/MODP_4096',
    );
  });

  it('numbers them from one, and each has but one kind of cipher', () => {
    const proposals = ikeProposals(DEFAULT_IKE);
    expect(proposals.map(({ number }) => number)).toEqual(proposals.map((_, i) => i + 1));
    // Stands in one message of one packet.
    expect(proposals.reduce((sum, { transforms }) => sum + transforms.length, 0)).toBeLessThan(60);
  });

  it.each([
    ['aes256-sha257-modp2048', /"sha257" is no algorithm/],
    ['', /--ike is empty/],
    ['sha256-modp2048', /a cipher is missing/],
    ['null-sha256-modp2048', /leave IKE itself in the clear/],
    ['aes256-sha256-gost256', /cannot run it/],
  ])('refuses %j', (text, message) => {
    expect(() => ikeProposals(text)).toThrow(expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }));
  });
});

describe('espProposals', () => {
  it.each([
    ['aes256gcm16', plain, 'ESP:AES_GCM_16_256/NO_ESN'],
    ['aes256-sha256', plain, 'ESP:AES_CBC_256/AUTH_HMAC_SHA2_256_128/NO_ESN'],
    ['aes256-sha256-modp2048', plain, 'ESP:AES_CBC_256/AUTH_HMAC_SHA2_256_128/MODP_2048/NO_ESN'],
    ['aes256gcm16', { esn: true, groups: [19] }, 'ESP:AES_GCM_16_256/ECP_256/ESN/NO_ESN'],
    ['aes256gcm16-esn', plain, 'ESP:AES_GCM_16_256/ESN'],
    ['aes256gcm16-modpnone', { esn: false, groups: [19] }, 'ESP:AES_GCM_16_256/NO_ESN'],
    ['null-sha1', plain, 'ESP:NULL/AUTH_HMAC_SHA1_96/NO_ESN'],
  ])('%s', (text, options, wanted) => expect(proposalsText(espProposals(text, options))).toBe(wanted));

  it('has a default', () => expect(espProposals(DEFAULT_ESP, plain)).toHaveLength(2));
});

it('AH takes integrity alone', () => {
  expect(proposalsText(ahProposals('sha256-sha1', plain))).toBe('AH:AUTH_HMAC_SHA2_256_128/AUTH_HMAC_SHA1_96/NO_ESN');
  expect(() => ahProposals('aes256-sha256', plain)).toThrow(/integrity algorithms alone/);
});

it('groups are named as in proposals', () => {
  expect(groupsNamed('x25519-modp2048', '--pfs')).toEqual([31, 14]);
  expect(() => groupsNamed('aes256', '--pfs')).toThrow(/aes256 is no group/);
  expect(() => groupsNamed('modp77', '--pfs')).toThrow(/modp77 is no group/);
});
