import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { toHex } from '../../../src/bytes/hex.js';
import { keyExchangeByIkev1, keyExchangeByIkev2, keyExchangeByName, keyExchanges } from '../../../src/crypto/key-exchange/key-exchanges.js';
import type { RandomSource } from '../../../src/crypto/random-source.js';
import { KEY_EXCHANGE_LENGTHS, KEY_EXCHANGE_METHODS } from '../../../src/wire/ike/tables/transforms.js';

/** The same bytes for the same seed. */
function seeded(seed: string): RandomSource {
  let drawn = 0;
  return (length) => createHash('shake256', { outputLength: length }).update(`${seed} ${drawn++}`).digest();
}

const names = KEY_EXCHANGE_METHODS as Readonly<Record<number, string>>;

describe('every key exchange method', () => {
  it('is named and measured as the tables of the wire say', () => {
    for (const method of keyExchanges) {
      expect(method.name).toBe(names[method.ikev2]);
      const { initiator, responder } = method.publicLength;
      const lengths = KEY_EXCHANGE_LENGTHS[method.ikev2] ?? [];
      expect([initiator, responder]).toEqual([lengths[0], lengths[1] ?? lengths[0]]);
      expect(keyExchangeByIkev2(method.ikev2)).toBe(method);
      expect(keyExchangeByName(method.name)).toBe(method);
      if (method.ikev1 !== undefined) expect(keyExchangeByIkev1(method.ikev1)).toBe(method);
    }
    expect(keyExchangeByIkev2(0)).toBeUndefined();
    expect(keyExchangeByIkev1(31)).toBeUndefined();
    expect(keyExchangeByName('MODP_1')).toBeUndefined();
    // All that IKEv2 has a number for, but for none at all, the binary curves of IKEv1 and GOST.
    const without = new Set([0, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 33, 34]);
    expect(keyExchanges.map(({ ikev2 }) => ikev2)).toEqual(
      Object.keys(names)
        .map(Number)
        .filter((id) => !without.has(id)),
    );
  });

  for (const method of keyExchanges) {
    describe(method.name, () => {
      it('gives both sides the same secret, again with the same seed', () => {
        for (let round = 0; round < 3; round++) {
          const half = method.initiate(seeded(`initiator ${round}`));
          expect(half.publicValue.length).toBe(method.publicLength.initiator);
          // A second half in between must not disturb the first.
          method.initiate(seeded('another'));
          const answer = method.respond(seeded(`responder ${round}`), half.publicValue);
          expect(answer.publicValue.length).toBe(method.publicLength.responder);
          expect(toHex(half.finish(answer.publicValue))).toBe(toHex(answer.shared));
          const again = method.initiate(seeded(`initiator ${round}`));
          expect(toHex(again.publicValue)).toBe(toHex(half.publicValue));
          expect(toHex(again.finish(answer.publicValue))).toBe(toHex(answer.shared));
        }
      });

      it('refuses public values of a wrong length', () => {
        const { initiator, responder } = method.publicLength;
        const half = method.initiate(seeded('lengths'));
        for (const wrong of [0, 1, initiator - 1, initiator + 1]) {
          expect(() => method.respond(seeded('r'), new Uint8Array(wrong))).toThrow(`${initiator} bytes are needed, ${wrong} are there`);
        }
        for (const wrong of [0, 1, responder - 1, responder + 1]) expect(() => half.finish(new Uint8Array(wrong))).toThrow(DecodeError);
      });
    });
  }
});
