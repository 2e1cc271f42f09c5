import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/bytes/errors.js';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import type { Secret } from '../../src/bytes/secret.js';
import type { Cipher } from '../../src/crypto/cipher.js';
import { cipherByName } from '../../src/crypto/ciphers.js';
import { type Integrity, integrityByName } from '../../src/crypto/integrity.js';
import { type Prf, prfByName } from '../../src/crypto/prf.js';
import { saKeyLength, splitChildKeys } from '../../src/keymat/esp.js';
import { childKeymat, deriveIkev2Keys, prfPlus, skeyseed } from '../../src/keymat/ikev2.js';

type Row = Readonly<Record<string, string>>;
const bytes = (row: Row, field: string): Uint8Array => fromHex(row[field] ?? '');
interface Vector {
  readonly source: string;
  readonly prf: string;
  readonly cipher: string;
  readonly keyLength: number;
  readonly integrity: string;
  readonly child: Row & { readonly keyLength: number };
  readonly pfsChild?: Row & { readonly keyLength: number };
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/strongswan-ikev2.json', import.meta.url), 'utf8')) as readonly (Vector & Row)[];

function known<T>(thing: T | undefined): T {
  if (thing === undefined) throw new TypeError('no such algorithm');
  return thing;
}
const hex = (secret: Secret): string => toHex(secret.reveal());

describe('key schedule of IKEv2 against strongSwan', () => {
  for (const vector of vectors) {
    const prf: Prf = known(prfByName(vector.prf));
    const [nonceI, nonceR] = [bytes(vector, 'nonceI'), bytes(vector, 'nonceR')];

    it(vector.source, () => {
      const seed = skeyseed(prf, bytes(vector, 'shared'), nonceI, nonceR);
      expect(toHex(seed)).toBe(vector['skeyseed']);
      const exchange = { nonceI, nonceR, spiI: bytes(vector, 'spiI'), spiR: bytes(vector, 'spiR') };
      const keys = deriveIkev2Keys(
        prf,
        seed,
        exchange,
        known(cipherByName(vector.cipher)),
        vector.keyLength,
        known(integrityByName(vector.integrity)),
      );
      for (const [name, secret] of Object.entries(keys) as [string, Secret][]) expect(hex(secret), name).toBe(vector[name]);
    });

    const children: readonly (readonly [string, (Row & { readonly keyLength: number }) | undefined])[] = [
      ['its first child', vector.child],
      ['a child with PFS', vector.pfsChild],
    ];
    for (const [name, child] of children) {
      if (child === undefined) continue;
      it(`${vector.source}: ${name}`, () => {
        const cipher: Cipher = known(cipherByName(child['cipher'] ?? ''));
        const integrity: Integrity = known(integrityByName(child['integrity'] ?? ''));
        const shared = child['shared'] === undefined ? [] : [bytes(child, 'shared')];
        const nonces =
          child['nonceI'] === undefined ? { nonceI, nonceR } : { nonceI: bytes(child, 'nonceI'), nonceR: bytes(child, 'nonceR') };
        const length = 2 * saKeyLength(cipher, child.keyLength, integrity);
        const material = childKeymat(prf, bytes(vector, 'skD'), { ...nonces, shared }, length);
        const { initiator, responder } = splitChildKeys(material, cipher, child.keyLength, integrity);
        expect(hex(initiator.encryption) + hex(initiator.salt)).toBe(child['encrI']);
        expect(hex(responder.encryption) + hex(responder.salt)).toBe(child['encrR']);
        expect(hex(initiator.integrity)).toBe(child['integI']);
        expect(hex(responder.integrity)).toBe(child['integR']);
      });
    }
  }

  it('PRFs with fixed keys take eight bytes of each nonce (RFC 7296 §2.14)', () => {
    const prf = known(prfByName('PRF_AES128_XCBC'));
    const shared = new Uint8Array(32).fill(7);
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const [longer, other] = [a.slice(), a.slice()];
    longer[8] = 99;
    other[7] = 99;
    expect(skeyseed(prf, shared, longer, b)).toEqual(skeyseed(prf, shared, a, b));
    expect(skeyseed(prf, shared, other, b)).not.toEqual(skeyseed(prf, shared, a, b));
  });

  it('prf+ ends after 255 blocks, and gives no byte too many', () => {
    const prf = known(prfByName('PRF_HMAC_MD5'));
    const key = Uint8Array.of(1);
    const long = prfPlus(prf, key, [key], 255 * 16);
    expect(prfPlus(prf, key, [key], 17)).toEqual(long.slice(0, 17));
    expect(() => prfPlus(prf, key, [key], 255 * 16 + 1)).toThrow(UsageError);
  });
});
