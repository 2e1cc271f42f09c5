import { createCipheriv, createSecretKey, timingSafeEqual } from 'node:crypto';
import { BugError, UsageError } from '../bytes/errors.js';
import { prepareCmac, prepareXcbc } from './aes-mac.js';
import { noBytes } from './cipher.js';
import { prepareHmac } from './hash.js';

/** An integrity algorithm of ESP, AH and IKEv2, truncated to what it sends. */
export interface Integrity {
  /** IANA's IKEv2 name; where IANA has none, a name of the same make. */
  readonly name: string;
  /** IKEv2 transform type 3. */
  readonly ikev2?: number;
  /** IKEv1 phase 2 attribute "Authentication Algorithm". */
  readonly ikev1?: number;
  /** IPsec AH transform identifier (IKEv1). */
  readonly ah?: number;
  /** Bytes of key; manual keys may be of other lengths where `anyKey`. */
  readonly keyLength: number;
  readonly anyKey: boolean;
  /** Bytes behind the key in the key material: GMAC in AH (RFC 4543). */
  readonly saltLength: number;
  /** Bytes on the wire, an IV in front included. */
  readonly icvLength: number;
  /** Bytes of IV in front of the ICV. */
  readonly ivLength: number;
  /** False for rows that only know how long the ICV is. */
  readonly checks: boolean;
  /** Throws `UsageError` when key or salt have a wrong length. */
  prepare(key: Uint8Array, salt: Uint8Array): IntegrityKey;
}

export interface IntegrityKey {
  readonly integrity: Integrity;
  /** The ICV over the parts one behind the other; `iv` where the algorithm sends one, else empty. */
  compute(parts: readonly Uint8Array[], iv: Uint8Array): Uint8Array;
  /** Whether `icv` (IV included) fits; undefined when the algorithm cannot tell. */
  verify(parts: readonly Uint8Array[], icv: Uint8Array): boolean | undefined;
}

type Row = Pick<Integrity, 'name' | 'keyLength' | 'icvLength'> & { readonly ikev2?: number; readonly ikev1?: number; readonly ah?: number };

function mac(row: Row, prepareMac: (key: Uint8Array) => (parts: readonly Uint8Array[]) => Uint8Array, anyKey: boolean): Integrity {
  const integrity: Integrity = {
    ...row,
    anyKey,
    saltLength: 0,
    ivLength: 0,
    checks: true,
    prepare(key, salt) {
      checkKey(integrity, key, salt);
      const compute = prepareMac(key);
      return {
        integrity,
        compute: (parts) => compute(parts).subarray(0, row.icvLength),
        verify: (parts, icv) => icv.length === row.icvLength && timingSafeEqual(compute(parts).subarray(0, row.icvLength), icv),
      };
    },
  };
  return integrity;
}

function checkKey(integrity: Integrity, key: Uint8Array, salt: Uint8Array): void {
  if (key.length !== integrity.keyLength && !(integrity.anyKey && key.length > 0)) {
    throw new UsageError(`${integrity.name} takes a key of ${integrity.keyLength} bytes, not ${key.length}`);
  }
  if (salt.length !== integrity.saltLength)
    throw new UsageError(`${integrity.name} takes a salt of ${integrity.saltLength} bytes, not ${salt.length}`);
}

/** HMAC takes a key of any length, and manual SAs do have odd ones; IKE derives the length of the hash (RFC 2404 §3, RFC 4868 §2.1). */
const hmac = (row: Row, node: string): Integrity => mac(row, (key) => prepareHmac(node, key), true);

/** Nothing is computed: `length` bytes are only taken off. */
function unchecked(name: string, length: number, ids: { readonly ikev2?: number; readonly ikev1?: number } = {}): Integrity {
  const integrity: Integrity = {
    name,
    ...ids,
    keyLength: 0,
    anyKey: true,
    saltLength: 0,
    icvLength: length,
    ivLength: 0,
    checks: false,
    prepare: () => ({
      integrity,
      compute() {
        if (length > 0) throw new BugError(`${name} cannot make an ICV`);
        return noBytes;
      },
      verify: () => undefined,
    }),
  };
  return integrity;
}

/** AES-GMAC in AH: the field holds IV and tag, the nonce is salt and IV (RFC 4543 §3.2, §5). */
function gmac(keyLength: 16 | 24 | 32, ids: { readonly ikev2: number; readonly ikev1: number; readonly ah: number }): Integrity {
  const openssl = `aes-${(keyLength * 8) as 128 | 192 | 256}-gcm` as const;
  const integrity: Integrity = {
    name: `AUTH_AES_${keyLength * 8}_GMAC`,
    ...ids,
    keyLength,
    anyKey: false,
    saltLength: 4,
    icvLength: 24,
    ivLength: 8,
    checks: true,
    prepare(key, salt) {
      checkKey(integrity, key, salt);
      const secret = createSecretKey(key);
      const compute = (parts: readonly Uint8Array[], iv: Uint8Array): Uint8Array => {
        const run = createCipheriv(openssl, secret, Buffer.concat([salt, iv]));
        run.setAAD(Buffer.concat(parts));
        run.final();
        return Buffer.concat([iv, run.getAuthTag()]);
      };
      return {
        integrity,
        compute,
        verify: (parts, icv) => icv.length === 24 && timingSafeEqual(compute(parts, icv.subarray(0, 8)), icv),
      };
    },
  };
  return integrity;
}

/** Names of the rows that know a length only, as `unknownIntegrity` finds them. */
const unknownName = (bits: number): string => `ANY_${bits}`;

/**
 * Every integrity algorithm we can run. Numbers: IANA "Internet Key Exchange Version 2" (transform type 3), "IPSEC" (authentication
 * algorithm) and "ISAKMP" (IPSEC AH transforms), taken 2026-11. Without: DES_MAC and KPDK_MD5, never seen.
 */
export const integrities: readonly Integrity[] = [
  unchecked('NONE', 0, { ikev2: 0, ikev1: 0 }),
  hmac({ name: 'AUTH_HMAC_MD5_96', ikev2: 1, ikev1: 1, ah: 2, keyLength: 16, icvLength: 12 }, 'md5'),
  hmac({ name: 'AUTH_HMAC_SHA1_96', ikev2: 2, ikev1: 2, ah: 3, keyLength: 20, icvLength: 12 }, 'sha1'),
  mac({ name: 'AUTH_AES_XCBC_96', ikev2: 5, ikev1: 9, ah: 9, keyLength: 16, icvLength: 12 }, prepareXcbc, false),
  hmac({ name: 'AUTH_HMAC_MD5_128', ikev2: 6, keyLength: 16, icvLength: 16 }, 'md5'),
  hmac({ name: 'AUTH_HMAC_SHA1_160', ikev2: 7, keyLength: 20, icvLength: 20 }, 'sha1'),
  mac({ name: 'AUTH_AES_CMAC_96', ikev2: 8, keyLength: 16, icvLength: 12 }, prepareCmac, false),
  gmac(16, { ikev2: 9, ikev1: 11, ah: 11 }),
  gmac(24, { ikev2: 10, ikev1: 12, ah: 12 }),
  gmac(32, { ikev2: 11, ikev1: 13, ah: 13 }),
  hmac({ name: 'AUTH_HMAC_SHA2_256_128', ikev2: 12, ikev1: 5, ah: 5, keyLength: 32, icvLength: 16 }, 'sha256'),
  hmac({ name: 'AUTH_HMAC_SHA2_384_192', ikev2: 13, ikev1: 6, ah: 6, keyLength: 48, icvLength: 24 }, 'sha384'),
  hmac({ name: 'AUTH_HMAC_SHA2_512_256', ikev2: 14, ikev1: 7, ah: 7, keyLength: 64, icvLength: 32 }, 'sha512'),
  // Linux before 2.6.33 and Android before 5 cut SHA-256 to 96 bits; peers still meet them (draft-ietf-ipsec-ciph-sha-256-00).
  // strongSwan has a private number for it; the others negotiate 12 and cut.
  hmac({ name: 'AUTH_HMAC_SHA2_256_96', ikev2: 1027, keyLength: 32, icvLength: 12 }, 'sha256'),
  hmac({ name: 'AUTH_HMAC_RIPEMD160_96', ikev1: 8, ah: 8, keyLength: 20, icvLength: 12 }, 'ripemd160'),
  ...[64, 96, 128, 160, 192, 256].map((bits) => unchecked(unknownName(bits), bits / 8)),
];

const byName = new Map(integrities.map((integrity) => [integrity.name, integrity]));

export function integrityByName(name: string): Integrity | undefined {
  return byName.get(name);
}

/** By IKEv2 transform type 3 number. */
export function integrityByIkev2(id: number): Integrity | undefined {
  return integrities.find((integrity) => integrity.ikev2 === id);
}

/** By the attribute "Authentication Algorithm" of IKEv1 phase 2. */
export function integrityByIkev1(id: number): Integrity | undefined {
  return integrities.find((integrity) => integrity.ikev1 === id);
}

/** By IPsec AH transform identifier (IKEv1 phase 2). */
export function integrityByAh(id: number): Integrity | undefined {
  return integrities.find((integrity) => integrity.ah === id);
}

/** The row that takes an ICV of this many bits off and cannot check it; undefined for lengths nobody sends. */
export function unknownIntegrity(bits: number): Integrity | undefined {
  return byName.get(unknownName(bits));
}
