import { describe, expect, it } from 'vitest';
import { cipherByIkev2, ciphers } from '../../src/crypto/ciphers.js';
import { integrities, integrityByIkev2 } from '../../src/crypto/integrity.js';
import { keyExchangeByName } from '../../src/crypto/key-exchange/key-exchanges.js';
import { prfByName, prfs } from '../../src/crypto/prf.js';
import { ENCRYPTION_ALGORITHMS, INTEGRITY_ALGORITHMS, PRFS } from '../../src/wire/ike/tables/transforms.js';

/** Crypto and wire carry IANA's numbers each for itself: neither imports the other. Here they are compared. */

const names = (table: Readonly<Record<number, string>>) => table;

describe('algorithms bear the names of the tables of the wire', () => {
  it('encryption, with ENCR_ in front', () => {
    for (const { name, ikev2 } of ciphers) expect(name).toBe(`ENCR_${names(ENCRYPTION_ALGORITHMS)[ikev2 as number]}`);
  });
  it('PRF', () => {
    for (const { name, ikev2 } of prfs) expect(name).toBe(names(PRFS)[ikev2 as number]);
  });
  it('integrity', () => {
    const named = integrities.filter(({ ikev2 }) => ikev2 !== undefined);
    for (const { name, ikev2 } of named) expect(name).toBe(names(INTEGRITY_ALGORITHMS)[ikev2 as number]);
    // IKEv1 alone, and the rows that know a length only.
    expect(integrities.length - named.length).toBe(7);
  });
});

describe('the engine can run every algorithm that it promises', () => {
  const encryption =
    'AES_CBC AES_CTR AES_GCM_8 AES_GCM_12 AES_GCM_16 AES_CCM_8 AES_CCM_12 AES_CCM_16 CHACHA20_POLY1305 3DES DES NULL NULL_AUTH_AES_GMAC CAMELLIA_CBC CAMELLIA_CTR CAMELLIA_CCM_8 CAMELLIA_CCM_12 CAMELLIA_CCM_16 CAST BLOWFISH';
  const integrity =
    'AUTH_HMAC_MD5_96 AUTH_HMAC_SHA1_96 AUTH_HMAC_SHA2_256_128 AUTH_HMAC_SHA2_256_96 AUTH_HMAC_SHA2_384_192 AUTH_HMAC_SHA2_512_256 AUTH_AES_XCBC_96 AUTH_AES_CMAC_96';
  const prf = 'PRF_HMAC_MD5 PRF_HMAC_SHA1 PRF_AES128_XCBC PRF_HMAC_SHA2_256 PRF_HMAC_SHA2_384 PRF_HMAC_SHA2_512 PRF_AES128_CMAC';
  const groups =
    'MODP_768 MODP_1024 MODP_1536 MODP_2048 MODP_3072 MODP_4096 MODP_6144 MODP_8192 MODP_1024_160 MODP_2048_224 MODP_2048_256 ECP_192 ECP_224 ECP_256 ECP_384 ECP_521 ECP_224_BP ECP_256_BP ECP_384_BP ECP_512_BP CURVE25519 CURVE448 ML_KEM_512 ML_KEM_768 ML_KEM_1024';
  const numberOf = (table: Readonly<Record<number, string>>, name: string) =>
    Number(Object.keys(table).find((id) => table[Number(id)] === name));

  it.each(encryption.split(' '))('%s', (name) => expect(cipherByIkev2(numberOf(ENCRYPTION_ALGORITHMS, name))?.name).toBe(`ENCR_${name}`));
  it.each(integrity.split(' '))('%s', (name) => {
    const found = integrityByIkev2(numberOf(INTEGRITY_ALGORITHMS, name));
    expect([found?.name, found?.checks]).toEqual([name, true]);
  });
  it.each(prf.split(' '))('%s', (name) => expect(prfByName(name)?.ikev2).toBe(numberOf(PRFS, name)));
  it.each(groups.split(' '))('%s', (name) => expect(keyExchangeByName(name)?.name).toBe(name));
});
