import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { cipherByName } from '../../src/crypto/ciphers.js';
import { digest, hashByName } from '../../src/crypto/hash.js';
import { prfOfHash } from '../../src/crypto/prf.js';
import { deriveIkev1Keys, ikev1CipherKey, ikev1Phase1Iv, ikev1Phase2Iv, quickModeKeymat, skeyidPsk } from '../../src/keymat/ikev1.js';

type Row = Readonly<Record<string, string>>;
const vectors = JSON.parse(readFileSync(new URL('../vectors/strongswan-ikev1.json', import.meta.url), 'utf8')) as readonly (Row & {
  readonly source: string;
  readonly quick: Row;
})[];

function known<T>(thing: T | undefined): T {
  if (thing === undefined) throw new TypeError('no such algorithm');
  return thing;
}
const sha256 = known(hashByName('SHA2_256'));
const aes = known(cipherByName('ENCR_AES_CBC'));

describe('key schedule of IKEv1 against strongSwan', () => {
  for (const vector of vectors) {
    const prf = prfOfHash(sha256);
    const bytes = (field: string): Uint8Array => fromHex(vector[field] ?? '');

    it(vector.source, () => {
      const exchange = {
        nonceI: bytes('nonceI'),
        nonceR: bytes('nonceR'),
        cookieI: bytes('cookieI'),
        cookieR: bytes('cookieR'),
        shared: bytes('shared'),
      };
      const keys = deriveIkev1Keys(prf, skeyidPsk(prf, bytes('psk'), exchange), exchange);
      expect(toHex(keys.skeyid.reveal())).toBe(vector['skeyid']);
      expect(toHex(keys.skeyidD.reveal())).toBe(vector['skeyidD']);
      expect(toHex(keys.skeyidA.reveal())).toBe(vector['skeyidA']);
      expect(toHex(keys.skeyidE.reveal())).toBe(vector['skeyidE']);
      const ka = fromHex(vector['ka'] ?? '');
      expect(toHex(ikev1CipherKey(prf, keys.skeyidE.reveal(), ka.length))).toBe(vector['ka']);
      expect(toHex(ikev1Phase1Iv(sha256, aes, bytes('keI'), bytes('keR')))).toBe(vector['iv']);
    });

    it(`${vector.source}: quick mode`, () => {
      const { quick } = vector;
      // "inbound" is the initiator's: the log is his. Each side's SPI belongs to what it receives.
      for (const [spi, encr, integ] of [
        [quick['spiInbound'], quick['encrR'], quick['integR']],
        [quick['spiOutbound'], quick['encrI'], quick['integI']],
      ] as readonly (readonly [string, string, string])[]) {
        const length = (encr.length + integ.length) / 2;
        const keymat = quickModeKeymat(
          prf,
          bytes('skeyidD'),
          3,
          fromHex(spi),
          fromHex(quick['nonceI'] ?? ''),
          fromHex(quick['nonceR'] ?? ''),
          length,
        );
        expect(toHex(keymat)).toBe(encr + integ);
      }
    });
  }
});

describe('what strongSwan did not show', () => {
  const md5 = known(hashByName('MD5'));
  const prf = prfOfHash(md5);
  const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer => createHmac('md5', key).update(Buffer.concat(parts)).digest();

  it('a SKEYID_e too short for the cipher is stretched from prf(SKEYID_e, 0) (RFC 2409 appendix B)', () => {
    const e = new Uint8Array(16).fill(0x55);
    const k1 = hmac(e, Uint8Array.of(0));
    const k2 = hmac(e, k1);
    expect(Buffer.from(ikev1CipherKey(prf, e, 24))).toEqual(Buffer.concat([k1, k2]).subarray(0, 24));
    expect(Buffer.from(ikev1CipherKey(prf, e, 8))).toEqual(Buffer.from(e.subarray(0, 8)));
  });

  it('with PFS the new secret leads the seed of KEYMAT (RFC 2409 §5.5)', () => {
    const [d, spi, ni, nr, shared] = [1, 2, 3, 4, 5].map((n) => new Uint8Array(4 * n).fill(n)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const k1 = hmac(d, shared, Uint8Array.of(2), spi, ni, nr);
    const k2 = hmac(d, k1, shared, Uint8Array.of(2), spi, ni, nr);
    expect(Buffer.from(quickModeKeymat(prf, d, 2, spi, ni, nr, 20, shared))).toEqual(Buffer.concat([k1, k2]).subarray(0, 20));
  });

  it('the IV of a later exchange', () => {
    const last = new Uint8Array(8).fill(9);
    const tripleDes = known(cipherByName('ENCR_3DES'));
    expect(Buffer.from(ikev1Phase2Iv(md5, tripleDes, last, 0x01020304))).toEqual(
      Buffer.from(digest(md5, last, Uint8Array.of(1, 2, 3, 4)).subarray(0, 8)),
    );
  });
});
