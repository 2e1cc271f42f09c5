import { nodeAead } from '../crypto/aead.js';
import type { Cipher } from '../crypto/cipher.js';
import { cipherByName } from '../crypto/ciphers.js';
import { AEAD_TAG_LENGTH, type NonceAead } from '../crypto/nonce-aead.js';

/** A digest of `--auth` by OpenVPN's name. */
export interface OpenvpnDigest {
  readonly name: string;
  /** In `node:crypto`. */
  readonly node: string;
  /** Bytes of HMAC, and of its key. */
  readonly length: number;
}

export const openvpnDigests: readonly OpenvpnDigest[] = [
  { name: 'SHA1', node: 'sha1', length: 20 },
  { name: 'SHA256', node: 'sha256', length: 32 },
  { name: 'SHA512', node: 'sha512', length: 64 },
  { name: 'MD5', node: 'md5', length: 16 },
  { name: 'SHA384', node: 'sha384', length: 48 },
  { name: 'SHA224', node: 'sha224', length: 28 },
  { name: 'SHA3-256', node: 'sha3-256', length: 32 },
  { name: 'SHA3-512', node: 'sha3-512', length: 64 },
  { name: 'BLAKE2b512', node: 'blake2b512', length: 64 },
  { name: 'BLAKE2s256', node: 'blake2s256', length: 32 },
  { name: 'RIPEMD160', node: 'ripemd160', length: 20 },
];

/** A data channel cipher by OpenVPN's name: AEAD, whose IV is the whole nonce, or CBC beside an HMAC. */
export interface OpenvpnCipher {
  readonly kind: 'aead' | 'cbc';
  readonly name: string;
  readonly keyLength: number;
  readonly cipher: Cipher;
}

function aead(name: string, algorithm: NonceAead, keyLength: number): OpenvpnCipher {
  const cipher = nodeAead({ name, keyLengths: [keyLength], icvLength: AEAD_TAG_LENGTH, saltLength: 0 }, () => algorithm);
  return { kind: 'aead', name, keyLength, cipher };
}

function cbc(name: string, ikev2: string, keyLength: number): OpenvpnCipher {
  return { kind: 'cbc', name, keyLength, cipher: cipherByName(ikev2) as Cipher };
}

/** What `openvpn --show-ciphers` has and is still met. */
export const openvpnCiphers: readonly OpenvpnCipher[] = [
  aead('AES-256-GCM', 'aes-256-gcm', 32),
  aead('AES-128-GCM', 'aes-128-gcm', 16),
  aead('CHACHA20-POLY1305', 'chacha20-poly1305', 32),
  aead('AES-192-GCM', 'aes-192-gcm', 24),
  cbc('AES-256-CBC', 'ENCR_AES_CBC', 32),
  cbc('AES-128-CBC', 'ENCR_AES_CBC', 16),
  cbc('AES-192-CBC', 'ENCR_AES_CBC', 24),
  cbc('BF-CBC', 'ENCR_BLOWFISH', 16),
  cbc('DES-EDE3-CBC', 'ENCR_3DES', 24),
  cbc('CAST5-CBC', 'ENCR_CAST', 16),
  cbc('DES-CBC', 'ENCR_DES', 8),
  cbc('CAMELLIA-256-CBC', 'ENCR_CAMELLIA_CBC', 32),
  cbc('CAMELLIA-192-CBC', 'ENCR_CAMELLIA_CBC', 24),
  cbc('CAMELLIA-128-CBC', 'ENCR_CAMELLIA_CBC', 16),
];

/** By the name of the command line, in any case. */
export function openvpnCipher(name: string): OpenvpnCipher | undefined {
  const wanted = name.toUpperCase();
  return openvpnCiphers.find((cipher) => cipher.name === wanted);
}

export function openvpnDigest(name: string): OpenvpnDigest | undefined {
  const wanted = name.toUpperCase();
  return openvpnDigests.find((digest) => digest.name.toUpperCase() === wanted);
}
