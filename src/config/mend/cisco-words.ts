import type { Cipher, Offer } from '../effective/offer.js';

const bits = (keyLength: number | undefined) => keyLength ?? 128;

/** `3des`, `aes-256` as the ASA's policies have them; undefined where it has no word. */
export function asaCipher({ id, keyLength }: Cipher): string | undefined {
  if (id === 2) return 'des';
  if (id === 3) return '3des';
  if (id === 12) return bits(keyLength) === 128 ? 'aes' : `aes-${bits(keyLength)}`;
  if (id === 20) return bits(keyLength) === 128 ? 'aes-gcm' : `aes-gcm-${bits(keyLength)}`;
  return id === 11 ? 'null' : undefined;
}

/** `encr aes 256` as IOS has it in IKEv1 policies. */
export function iosCipher({ id, keyLength }: Cipher): string | undefined {
  if (id === 12) return bits(keyLength) === 128 ? 'aes' : `aes ${bits(keyLength)}`;
  return id === 2 ? 'des' : id === 3 ? '3des' : undefined;
}

/** `aes-cbc-256` as IOS has it in proposals of IKEv2. */
export function iosIkev2Cipher({ id, keyLength }: Cipher): string | undefined {
  if (id === 12) return `aes-cbc-${bits(keyLength)}`;
  if (id === 20) return `aes-gcm-${bits(keyLength)}`;
  return id === 2 ? 'des' : id === 3 ? '3des' : undefined;
}

const hashes: Readonly<Record<number, string>> = { 1: 'md5', 2: 'sha', 12: 'sha256', 13: 'sha384', 14: 'sha512' };

/** `md5`, `sha`; undefined where Cisco has no word. */
export function ciscoHash(id: number): string | undefined {
  return hashes[id];
}

const prfHash: Readonly<Record<number, number>> = { 1: 1, 2: 2, 5: 12, 6: 13, 7: 14 };

/** The words of `prf`: those of the offer, or what goes with its hashes. */
export function ciscoPrfs({ prfs, hashes: own }: Offer): readonly string[] {
  const from = prfs.length > 0 ? prfs.map((prf) => prfHash[prf] ?? 0) : own.length > 0 ? own : [12];
  return from.map((hash) => hashes[hash]).filter((word) => word !== undefined);
}

/** `esp-3des esp-md5-hmac`; undefined where a transform set cannot say it. */
export function transformSet({ ciphers, hashes: own }: Offer, platform: 'asa' | 'ios', protocol: 'esp' | 'ah'): string | undefined {
  const [cipher] = ciphers;
  const [hash] = own;
  const suffix = hash === undefined ? '' : ciscoHash(hash);
  if (suffix === undefined) return undefined;
  const integrity = suffix === '' ? '' : `${protocol}-${suffix}-hmac`;
  if (protocol === 'ah') return integrity === '' ? undefined : integrity;
  const word = cipherOfSet(cipher, platform);
  return word === undefined ? undefined : `${word}${integrity === '' ? '' : ` ${integrity}`}`;
}

function cipherOfSet(cipher: Cipher | undefined, platform: 'asa' | 'ios'): string | undefined {
  if (cipher === undefined) return undefined;
  const { id, keyLength } = cipher;
  if (id === 2) return 'esp-des';
  if (id === 3) return 'esp-3des';
  if (id === 11) return 'esp-null';
  if (id === 12)
    return bits(keyLength) === 128 ? 'esp-aes' : platform === 'asa' ? `esp-aes-${bits(keyLength)}` : `esp-aes ${bits(keyLength)}`;
  return id === 20 && platform === 'ios' ? `esp-gcm ${bits(keyLength)}` : undefined;
}

/** Host and domain name (may be empty) that make a box send this identity with `crypto isakmp identity hostname`; undefined for other kinds. */
export function nameOfBox(identity: string): readonly [host: string, domain: string] | undefined {
  const [, host, domain = ''] = /^@?([a-z][\w-]*)(?:\.([\w.-]+))?$/i.exec(identity) ?? [];
  return host === undefined ? undefined : [host, domain];
}
