import type { Cipher } from '../../crypto/cipher.js';
import { cipherByName, ciphers } from '../../crypto/ciphers.js';
import type { Integrity } from '../../crypto/integrity.js';
import { integrities, integrityByName, unknownIntegrity } from '../../crypto/integrity.js';

/**
 * Other people's names of our algorithms, as key files and logs spell them: Wireshark's tables for ESP and IKE, tcpdump and OpenSSL,
 * charon, the Linux kernel. Compared without case, punctuation and what stands in brackets; IANA's names need no row.
 */
const cipherAliases: Readonly<Record<string, readonly string[]>> = {
  ENCR_DES: ['DES', 'DES-CBC', 'cbc(des)'],
  ENCR_3DES: ['3DES', '3DES-CBC', 'TripleDES-CBC', 'DES-EDE3-CBC', 'cbc(des3_ede)'],
  ENCR_CAST: ['CAST', 'CAST-CBC', 'CAST5-CBC', 'CAST128-CBC', 'cbc(cast5)', 'cbc(cast128)'],
  ENCR_BLOWFISH: ['BLOWFISH', 'BLOWFISH-CBC', 'BF-CBC', 'cbc(blowfish)'],
  ENCR_NULL: ['NULL', 'NONE', 'cipher_null', 'ecb(cipher_null)'],
  ENCR_AES_CBC: ['AES', 'AES-CBC', 'cbc(aes)', 'rijndael-cbc'],
  ENCR_AES_CTR: ['AES-CTR', 'rfc3686(ctr(aes))'],
  ENCR_AES_CCM_8: ['AES-CCM-8', 'AES-CCM with 8 octet ICV', 'AES-CCM with a 8 octet ICV', 'rfc4309(ccm(aes)) 64'],
  ENCR_AES_CCM_12: ['AES-CCM-12', 'AES-CCM with 12 octet ICV', 'AES-CCM with a 12 octet ICV', 'rfc4309(ccm(aes)) 96'],
  ENCR_AES_CCM_16: ['AES-CCM', 'AES-CCM-16', 'AES-CCM with 16 octet ICV', 'AES-CCM with a 16 octet ICV', 'rfc4309(ccm(aes)) 128'],
  ENCR_AES_GCM_8: ['AES-GCM-8', 'AES-GCM with 8 octet ICV', 'AES-GCM with a 8 octet ICV', 'rfc4106(gcm(aes)) 64'],
  ENCR_AES_GCM_12: ['AES-GCM-12', 'AES-GCM with 12 octet ICV', 'AES-GCM with a 12 octet ICV', 'rfc4106(gcm(aes)) 96'],
  ENCR_AES_GCM_16: ['AES-GCM', 'AES-GCM-16', 'AES-GCM with 16 octet ICV', 'AES-GCM with a 16 octet ICV', 'rfc4106(gcm(aes)) 128'],
  ENCR_NULL_AUTH_AES_GMAC: ['NULL-AES-GMAC', 'AES-GMAC', 'rfc4543(gcm(aes)) 128'],
  ENCR_CAMELLIA_CBC: ['CAMELLIA', 'CAMELLIA-CBC', 'cbc(camellia)'],
  ENCR_CAMELLIA_CTR: ['CAMELLIA-CTR'],
  ENCR_CAMELLIA_CCM_8: ['CAMELLIA-CCM-8', 'CAMELLIA_CCM with an 8-octet ICV'],
  ENCR_CAMELLIA_CCM_12: ['CAMELLIA-CCM-12', 'CAMELLIA_CCM with a 12-octet ICV'],
  ENCR_CAMELLIA_CCM_16: ['CAMELLIA-CCM-16', 'CAMELLIA_CCM with a 16-octet ICV'],
  ENCR_CHACHA20_POLY1305: ['CHACHA20_POLY1305', 'ChaCha20 with Poly1305', 'rfc7539esp(chacha20,poly1305) 128'],
  ENCR_TWOFISH_CBC: ['TWOFISH', 'TWOFISH-CBC', 'cbc(twofish)'],
  ENCR_SERPENT_CBC: ['SERPENT', 'SERPENT-CBC', 'cbc(serpent)'],
};

const integrityAliases: Readonly<Record<string, readonly string[]>> = {
  NONE: ['NULL', 'digest_null'],
  AUTH_HMAC_MD5_96: ['HMAC-MD5-96', 'HMAC-MD5', 'MD5', 'hmac(md5) 96'],
  AUTH_HMAC_SHA1_96: ['HMAC-SHA1-96', 'HMAC-SHA-1-96', 'HMAC-SHA1', 'SHA1', 'SHA', 'hmac(sha1) 96'],
  AUTH_AES_XCBC_96: ['AES-XCBC-96', 'AES-XCBC-MAC-96', 'AES_XCBC_MAC_96', 'xcbc(aes) 96'],
  AUTH_HMAC_MD5_128: ['HMAC-MD5-128', 'hmac(md5) 128'],
  AUTH_HMAC_SHA1_160: ['HMAC-SHA1-160', 'hmac(sha1) 160'],
  AUTH_AES_CMAC_96: ['AES-CMAC-96', 'cmac(aes) 96'],
  AUTH_HMAC_SHA2_256_128: ['HMAC-SHA2-256-128', 'HMAC-SHA-256-128', 'HMAC-SHA256-128', 'SHA256', 'SHA2-256', 'hmac(sha256) 128'],
  AUTH_HMAC_SHA2_384_192: ['HMAC-SHA2-384-192', 'HMAC-SHA-384-192', 'HMAC-SHA384-192', 'SHA384', 'SHA2-384', 'hmac(sha384) 192'],
  AUTH_HMAC_SHA2_512_256: ['HMAC-SHA2-512-256', 'HMAC-SHA-512-256', 'HMAC-SHA512-256', 'SHA512', 'SHA2-512', 'hmac(sha512) 256'],
  AUTH_HMAC_SHA2_256_96: ['HMAC-SHA2-256-96', 'HMAC-SHA-256-96', 'HMAC-SHA256-96', 'hmac(sha256) 96'],
  AUTH_HMAC_RIPEMD160_96: ['MAC-RIPEMD-160-96', 'HMAC-RIPEMD-160-96', 'hmac(rmd160) 96', 'hmac(ripemd160) 96'],
};

/** Longer than any name: what a damaged file holds instead is not looked through. */
const LONGEST_NAME = 100;

function plain(name: string): string {
  return name
    .slice(0, LONGEST_NAME)
    .replace(/\[.*?\]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

function index(names: readonly string[], aliases: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  const map = new Map(
    names.flatMap((name) => [
      [plain(name), name],
      [plain(name.replace(/^(ENCR|AUTH)_/, '')), name],
    ]),
  );
  for (const [name, others] of Object.entries(aliases)) for (const other of others) map.set(plain(other), name);
  return map as ReadonlyMap<string, string>;
}

const cipherNames = index(
  ciphers.map((cipher) => cipher.name),
  cipherAliases,
);
const integrityNames = index(
  integrities.map((integrity) => integrity.name),
  integrityAliases,
);

/** A cipher by anybody's name; `keyBits` when the name holds a key length (`AES-GCM-256 with 16 octet ICV`). */
export function findCipher(name: string): { readonly cipher: Cipher; readonly keyBits?: number } | undefined {
  const key = plain(name);
  const direct = cipherNames.get(key);
  if (direct !== undefined) return { cipher: cipherByName(direct) as Cipher };
  for (const bits of [128, 192, 256]) {
    for (let at = key.indexOf(`${bits}`); at >= 0; at = key.indexOf(`${bits}`, at + 1)) {
      const found = cipherNames.get(key.slice(0, at) + key.slice(at + 3));
      if (found !== undefined) return { cipher: cipherByName(found) as Cipher, keyBits: bits };
    }
  }
  return undefined;
}

/** An integrity algorithm by anybody's name; Wireshark's "ANY 96 bit authentication [no checking]" too. */
export function findIntegrity(name: string): Integrity | undefined {
  const any = /^any[ _-]?(\d+)/i.exec(name.trim())?.[1];
  if (any !== undefined) return unknownIntegrity(Number(any));
  const found = integrityNames.get(plain(name));
  return found === undefined ? undefined : integrityByName(found);
}
