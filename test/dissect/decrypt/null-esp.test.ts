import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import { guessNullEsp } from '../../../src/dissect/decrypt/null-esp.js';
import { filled, makeEspKeys, sealEsp } from './make-esp.js';

const nul = cipherByName('ENCR_NULL');
const cbc = cipherByName('ENCR_AES_CBC');
if (nul === undefined || cbc === undefined) throw new TypeError('no ciphers');

const ipv4 = fromHex(`4500001d000040004011 0000 0a000001 0a000002 0001 0002 0009 0000 aa`.replaceAll(' ', ''));
const inner: readonly (readonly [string, Uint8Array, number])[] = [
  ['IPv4', ipv4, 4],
  [
    'IPv6',
    fromHex(`60000000 0009 11 40 ${'20010db8'.padEnd(32, '0')} ${'20010db9'.padEnd(32, '0')} 0001000200090000aa`.replaceAll(' ', '')),
    41,
  ],
  ['UDP', fromHex('0001000200090000aa'), 17],
  ['TCP', fromHex('0050c3500000000100000002501000ff00000000'), 6],
  ['ICMP echo', fromHex('0800f7ff00000000aabbccdd'), 1],
  ['ICMPv6 echo', fromHex('8000f7ff00000000aabbccdd'), 58],
];

describe('ESP that is not encrypted', () => {
  for (const [name, payload, nextHeader] of inner) {
    for (const integ of ['AUTH_HMAC_SHA1_96', 'AUTH_HMAC_SHA2_256_128', 'AUTH_HMAC_SHA2_384_192', 'AUTH_HMAC_SHA2_512_256', 'NONE']) {
      it(`${name} under ${integ}`, () => {
        const integrity = integrityByName(integ);
        if (integrity === undefined) throw new TypeError(integ);
        const packet = sealEsp(makeEspKeys(nul, integrity), { sequence: 1, sequenceHigh: undefined, payload, nextHeader });
        const guess = guessNullEsp(packet);
        expect(guess).toMatchObject({ icvLength: integrity.icvLength, nextHeader });
        expect(Buffer.from(guess?.payload ?? [])).toEqual(Buffer.from(payload));
      });
    }
  }

  it('is not seen in what is encrypted', () => {
    const integrity = integrityByName('AUTH_HMAC_SHA1_96');
    if (integrity === undefined) throw new TypeError('no integrity');
    let wrong = 0;
    for (let i = 0; i < 3000; i++) {
      const packet = sealEsp(makeEspKeys(cbc, integrity, i), {
        sequence: i,
        sequenceHigh: undefined,
        payload: filled(60 + (i % 90), i),
        nextHeader: 4,
      });
      if (guessNullEsp(packet) !== undefined) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('nor in anything short', () => {
    for (let length = 0; length < 30; length++) expect(guessNullEsp(new Uint8Array(length))).toBeUndefined();
  });
});
