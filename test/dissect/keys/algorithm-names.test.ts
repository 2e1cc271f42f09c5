import { describe, expect, it } from 'vitest';
import { findCipher, findIntegrity } from '../../../src/dissect/keys/algorithm-names.js';

/** Wireshark's choices for esp_sa and ikev2_decryption_table, in full. */
const wiresharkCiphers: readonly (readonly [string, string, number?])[] = [
  ['NULL', 'ENCR_NULL'],
  ['TripleDES-CBC [RFC2451]', 'ENCR_3DES'],
  ['AES-CBC [RFC3602]', 'ENCR_AES_CBC'],
  ['AES-CTR [RFC3686]', 'ENCR_AES_CTR'],
  ['DES-CBC [RFC2405]', 'ENCR_DES'],
  ['CAST5-CBC [RFC2144]', 'ENCR_CAST'],
  ['BLOWFISH-CBC [RFC2451]', 'ENCR_BLOWFISH'],
  ['TWOFISH-CBC', 'ENCR_TWOFISH_CBC'],
  ['AES-GCM [RFC4106]', 'ENCR_AES_GCM_16'],
  ['AES-GCM with 8 octet ICV [RFC4106]', 'ENCR_AES_GCM_8'],
  ['AES-GCM with 12 octet ICV [RFC4106]', 'ENCR_AES_GCM_12'],
  ['AES-GCM with 16 octet ICV [RFC4106]', 'ENCR_AES_GCM_16'],
  ['ChaCha20 with Poly1305 [RFC7634]', 'ENCR_CHACHA20_POLY1305'],
  ['3DES [RFC2451]', 'ENCR_3DES'],
  ['NULL [RFC2410]', 'ENCR_NULL'],
  ...[128, 192, 256].flatMap((bits) => [
    [`AES-CBC-${bits} [RFC3602]`, 'ENCR_AES_CBC', bits] as const,
    [`AES-CTR-${bits} [RFC5930]`, 'ENCR_AES_CTR', bits] as const,
    ...[8, 12, 16].flatMap((icv) => [
      [`AES-GCM-${bits} with ${icv} octet ICV [RFC5282]`, `ENCR_AES_GCM_${icv}`, bits] as const,
      [`AES-CCM-${bits} with ${icv} octet ICV [RFC5282]`, `ENCR_AES_CCM_${icv}`, bits] as const,
    ]),
  ]),
];
/** Names of strongSwan, tcpdump with OpenSSL, Linux, IANA. */
const otherCiphers: readonly (readonly [string, string, number?])[] = [
  ['AES_CBC_128', 'ENCR_AES_CBC', 128],
  ['AES_GCM_16_256', 'ENCR_AES_GCM_16', 256],
  ['AES_GCM_12_128', 'ENCR_AES_GCM_12', 128],
  ['AES_CCM_8_192', 'ENCR_AES_CCM_8', 192],
  ['3DES_CBC', 'ENCR_3DES'],
  ['CHACHA20_POLY1305', 'ENCR_CHACHA20_POLY1305'],
  ['CAMELLIA_CBC_256', 'ENCR_CAMELLIA_CBC', 256],
  ['NULL_AES_GMAC_128', 'ENCR_NULL_AUTH_AES_GMAC', 128],
  ['aes128', 'ENCR_AES_CBC', 128],
  ['aes256-cbc', 'ENCR_AES_CBC', 256],
  ['3des-cbc', 'ENCR_3DES'],
  ['des-cbc', 'ENCR_DES'],
  ['cast128-cbc', 'ENCR_CAST'],
  ['none', 'ENCR_NULL'],
  ['cbc(aes)', 'ENCR_AES_CBC'],
  ['cbc(des3_ede)', 'ENCR_3DES'],
  ['rfc3686(ctr(aes))', 'ENCR_AES_CTR'],
  ['rfc4106(gcm(aes)) 128', 'ENCR_AES_GCM_16'],
  ['rfc4106(gcm(aes)) 96', 'ENCR_AES_GCM_12'],
  ['rfc4309(ccm(aes)) 64', 'ENCR_AES_CCM_8'],
  ['rfc4543(gcm(aes)) 128', 'ENCR_NULL_AUTH_AES_GMAC'],
  ['rfc7539esp(chacha20,poly1305) 128', 'ENCR_CHACHA20_POLY1305'],
  ['ecb(cipher_null)', 'ENCR_NULL'],
  ['ENCR_AES_GCM_16', 'ENCR_AES_GCM_16'],
];

describe('cipher names', () => {
  for (const [name, ours, bits] of [...wiresharkCiphers, ...otherCiphers]) {
    it(name, () => {
      const found = findCipher(name);
      expect(found?.cipher.name).toBe(ours);
      expect(found?.keyBits).toBe(bits);
    });
  }
  for (const unknown of ['', 'ROT13', 'AES-CBC-512', 'HMAC-SHA-1-96 [RFC2404]'])
    it(`does not know "${unknown}"`, () => expect(findCipher(unknown)).toBeUndefined());
});

describe('integrity names', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['NULL', 'NONE'],
    ['NONE [RFC4306]', 'NONE'],
    ['HMAC-SHA-1-96 [RFC2404]', 'AUTH_HMAC_SHA1_96'],
    ['HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]', 'AUTH_HMAC_SHA2_256_96'],
    ['HMAC-SHA-256-128 [RFC4868]', 'AUTH_HMAC_SHA2_256_128'],
    ['HMAC-SHA-384-192 [RFC4868]', 'AUTH_HMAC_SHA2_384_192'],
    ['HMAC-SHA-512-256 [RFC4868]', 'AUTH_HMAC_SHA2_512_256'],
    ['HMAC-MD5-96 [RFC2403]', 'AUTH_HMAC_MD5_96'],
    ['MAC-RIPEMD-160-96 [RFC2857]', 'AUTH_HMAC_RIPEMD160_96'],
    ['HMAC_MD5_96 [RFC2403]', 'AUTH_HMAC_MD5_96'],
    ['HMAC_MD5_128 [RFC4595]', 'AUTH_HMAC_MD5_128'],
    ['HMAC_SHA1_160 [RFC4595]', 'AUTH_HMAC_SHA1_160'],
    ['HMAC_SHA2_256_96 [draft-ietf-ipsec-ciph-sha-256-00]', 'AUTH_HMAC_SHA2_256_96'],
    ['HMAC_SHA2_512_256 [RFC4868]', 'AUTH_HMAC_SHA2_512_256'],
    ['ANY 64 bit authentication [no checking]', 'ANY_64'],
    ['ANY 96-bits of Authentication [No Checking]', 'ANY_96'],
    ['ANY 160-bits of Authentication [No Checking]', 'ANY_160'],
    ['ANY 256 bit authentication [no checking]', 'ANY_256'],
    ['hmac(sha256) 96', 'AUTH_HMAC_SHA2_256_96'],
    ['hmac(sha256) 128', 'AUTH_HMAC_SHA2_256_128'],
    ['hmac(rmd160) 96', 'AUTH_HMAC_RIPEMD160_96'],
    ['xcbc(aes) 96', 'AUTH_AES_XCBC_96'],
    ['cmac(aes) 96', 'AUTH_AES_CMAC_96'],
    ['AES_XCBC_96', 'AUTH_AES_XCBC_96'],
    ['sha1', 'AUTH_HMAC_SHA1_96'],
  ];
  for (const [name, ours] of rows) it(name, () => expect(findIntegrity(name)?.name).toBe(ours));
  for (const unknown of ['', 'hmac(sha256) 100', 'ANY 7 bit', 'CRC32'])
    it(`does not know "${unknown}"`, () => expect(findIntegrity(unknown)).toBeUndefined());
});
