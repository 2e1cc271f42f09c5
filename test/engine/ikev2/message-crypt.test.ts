import { describe, expect, it } from 'vitest';
import { ikeSuiteOf } from '../../../src/engine/ike/suite.js';
import { firstKeys } from '../../../src/engine/ikev2/ike-keys.js';
import { createProtection, openMessage, sealedOverhead, sealMessage } from '../../../src/engine/ikev2/message-crypt.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';
import { proposal } from '../../support/ike-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

const random = seededBytes(3);
const suites = [
  'AES_GCM_16_256 PRF_HMAC_SHA2_256 CURVE25519',
  'AES_GCM_8_128 PRF_HMAC_SHA2_256 CURVE25519',
  'AES_CCM_16_128 PRF_HMAC_SHA2_384 CURVE25519',
  'CHACHA20_POLY1305 PRF_HMAC_SHA2_512 CURVE25519',
  'AES_CBC_128 AUTH_HMAC_SHA2_256_128 PRF_HMAC_SHA2_256 CURVE25519',
  'AES_CBC_256 AUTH_AES_CMAC_96 PRF_AES128_CMAC CURVE25519',
  'AES_CTR_256 AUTH_HMAC_SHA2_512_256 PRF_HMAC_SHA2_512 CURVE25519',
  'CAMELLIA_CBC_192 AUTH_HMAC_SHA2_384_192 PRF_HMAC_SHA2_384 CURVE25519',
  '3DES AUTH_HMAC_MD5_96 PRF_HMAC_MD5 CURVE25519',
];

describe.each(suites)('%s', (words) => {
  const suite = ikeSuiteOf(proposal('IKE', words));
  if (suite === undefined) throw new TypeError(words);
  const [spiI, spiR] = [random(8), random(8)];
  const keys = firstKeys(suite, random(32), { nonceI: random(32), nonceR: random(32), spiI, spiR });
  const [ours, theirs] = [createProtection(suite, keys, 'initiator'), createProtection(suite, keys, 'responder')];
  const header = { spiI, spiR, major: 2, minor: 0, exchangeType: 37, flags: 8, messageId: 5 };

  it.each([0, 1, 15, 16, 17, 500])('opens what it sealed: %i bytes', (length) => {
    const bytes = random(length);
    const sealed = sealMessage(ours, header, { first: 41, bytes }, random);
    expect(sealed.length).toBeLessThan(sealedOverhead(ours, false) + length + suite.cipher.blockSize);
    const message = decodeMessage(sealed);
    expect([message.lengthVerdict, message.payloads[0]?.next]).toEqual(['exact', 41]);
    expect(openMessage(theirs, sealed, message.payloads[0]?.offset ?? 0, false)).toEqual(Buffer.from(bytes));
    expect(openMessage(ours, sealed, 28, false), 'not with the keys of the other direction').toBeUndefined();
  });

  it('does not open a message with one changed bit', () => {
    const sealed = sealMessage(ours, header, { first: 41, bytes: random(40) }, random, { number: 2, total: 3 });
    expect(openMessage(theirs, sealed, 28, true)).toHaveLength(40);
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openMessage(theirs, changed, 28, true), `byte ${at}`).toBeUndefined();
    }
  });

  it('takes an IV once', () => {
    const ivs = Array.from({ length: 50 }, () => {
      const sealed = sealMessage(ours, header, { first: 0, bytes: new Uint8Array(0) }, random);
      return Buffer.from(sealed.subarray(32, 32 + suite.cipher.ivLength)).toString('hex');
    });
    expect(new Set(ivs).size).toBe(50);
  });
});
