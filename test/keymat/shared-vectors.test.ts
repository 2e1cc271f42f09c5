import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { prfByName } from '../../src/crypto/prf.js';
import { deriveIkev1Keys, skeyidPsk, skeyidSignature } from '../../src/keymat/ikev1.js';
import { childKeymat, prfPlus, skeyseed, skeyseedRekey } from '../../src/keymat/ikev2.js';
import { sharedCaptures, skipReason } from '../support/shared-captures.js';

interface Kdf {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, string>>;
}

describe.skipIf(sharedCaptures === undefined)(`NIST key derivation vectors${skipReason}`, () => {
  const { kdf } = JSON.parse(sharedCaptures === undefined ? '{"kdf":[]}' : readFileSync(join(sharedCaptures, 'vectors.json'), 'utf8')) as {
    kdf: readonly Kdf[];
  };
  const prf = prfByName('PRF_HMAC_SHA1');
  if (prf === undefined) throw new TypeError('no PRF_HMAC_SHA1');

  for (const vector of kdf) {
    const hex = (field: string): Uint8Array => fromHex(vector.inputs[field] ?? '');
    it(vector.id, () => {
      const [nonceI, nonceR] = [hex('nInit'), hex('nResp')];
      if (vector.kind === 'ikev2') {
        const seed = skeyseed(prf, hex('gir'), nonceI, nonceR);
        expect(toHex(seed)).toBe(vector.expected['sKeySeed']);
        const length = Number(vector.inputs['derivedKeyingMaterialLength']) / 8;
        const material = prfPlus(prf, seed, [nonceI, nonceR, hex('spiInit'), hex('spiResp')], length);
        expect(toHex(material)).toBe(vector.expected['derivedKeyingMaterial']);
        const skD = material.subarray(0, 20);
        expect(toHex(childKeymat(prf, skD, { nonceI, nonceR, shared: [] }, length))).toBe(vector.expected['derivedKeyingMaterialChild']);
        const rekeying = { nonceI, nonceR, shared: [hex('girNew')] };
        expect(toHex(childKeymat(prf, skD, rekeying, length))).toBe(vector.expected['derivedKeyingMaterialDh']);
        expect(toHex(skeyseedRekey(prf, skD, rekeying))).toBe(vector.expected['sKeySeedReKey']);
        return;
      }
      const exchange = { nonceI, nonceR, cookieI: hex('ckyInit'), cookieR: hex('ckyResp'), shared: hex('gxy') };
      const skeyid = vector.kind === 'ikev1_psk' ? skeyidPsk(prf, hex('preSharedKey'), exchange) : skeyidSignature(prf, exchange);
      const keys = deriveIkev1Keys(prf, skeyid, exchange);
      expect(toHex(keys.skeyid.reveal())).toBe(vector.expected['sKeyId']);
      expect(toHex(keys.skeyidD.reveal())).toBe(vector.expected['sKeyIdD']);
      expect(toHex(keys.skeyidA.reveal())).toBe(vector.expected['sKeyIdA']);
      expect(toHex(keys.skeyidE.reveal())).toBe(vector.expected['sKeyIdE']);
    });
  }

  it('is the whole set', () => expect(kdf.length).toBe(3));
});
