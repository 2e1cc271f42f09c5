import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { Secret } from '../../../../src/bytes/secret.js';
import { prfByName } from '../../../../src/crypto/prf.js';
import { mixPostquantumKey } from '../../../../src/engine/ikev2/authentication/postquantum-key.js';

it('SK_d, SK_pi and SK_pr become prf+(PPK, old key), the rest stays (RFC 8784 §3)', () => {
  const key = (fill: number) => new Secret(new Uint8Array(32).fill(fill));
  const keys = { skD: key(1), skAi: key(2), skAr: key(3), skEi: key(4), skEr: key(5), skPi: key(6), skPr: key(7) };
  const prf = prfByName('PRF_HMAC_SHA2_256');
  if (prf === undefined) throw new Error('no PRF');
  const ppk = new Secret(Buffer.from('postquantum key made for tests'));
  const mixed = mixPostquantumKey(prf, ppk, keys);
  const expected = (fill: number) =>
    createHmac('sha256', ppk.reveal()).update(new Uint8Array(32).fill(fill)).update(Uint8Array.of(1)).digest('hex');
  const hex = (secret: Secret) => Buffer.from(secret.reveal()).toString('hex');
  expect([hex(mixed.skD), hex(mixed.skPi), hex(mixed.skPr)]).toEqual([expected(1), expected(6), expected(7)]);
  expect([mixed.skAi, mixed.skAr, mixed.skEi, mixed.skEr]).toEqual([keys.skAi, keys.skAr, keys.skEi, keys.skEr]);
});
