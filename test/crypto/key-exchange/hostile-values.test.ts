import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BugError, DecodeError } from '../../../src/bytes/errors.js';
import { fromHex } from '../../../src/bytes/hex.js';
import type { KeyExchange } from '../../../src/crypto/key-exchange/key-exchange.js';
import { keyExchangeByName, keyExchanges } from '../../../src/crypto/key-exchange/key-exchanges.js';
import { modp768, modp1024, modp1024Of160, modp2048Of224, modp2048Of256, rfc3526 } from '../../../src/crypto/key-exchange/modp-groups.js';

const method = (name: string): KeyExchange => keyExchangeByName(name) as KeyExchange;
const toBytes = (value: bigint, length: number): Uint8Array => Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
const toNumber = (value: Uint8Array): bigint => BigInt(`0x${Buffer.from(value).toString('hex')}`);

/** Both roles refuse a value for the same reason, naming the group. */
function expectRefusal(of: KeyExchange, value: Uint8Array, reason: string): void {
  const refusal = new DecodeError('Key Exchange Data', 0, 0, 0, `not a public value of ${of.name}: ${reason}`);
  expect(() => of.respond(randomBytes, value)).toThrow(refusal);
  expect(() => of.initiate(randomBytes).finish(value)).toThrow(refusal);
}

describe('MODP groups (RFC 6989 §2.1, §2.2)', () => {
  const groups = {
    MODP_768: modp768,
    MODP_1024: modp1024,
    MODP_1536: rfc3526('modp5'),
    MODP_2048: rfc3526('modp14'),
    MODP_3072: rfc3526('modp15'),
    MODP_4096: rfc3526('modp16'),
    MODP_6144: rfc3526('modp17'),
    MODP_8192: rfc3526('modp18'),
    MODP_1024_160: modp1024Of160,
    MODP_2048_224: modp2048Of224,
    MODP_2048_256: modp2048Of256,
  };
  for (const [name, { prime, order }] of Object.entries(groups)) {
    it(name, () => {
      const p = toNumber(prime);
      const of = method(name);
      const length = of.publicLength.initiator;
      expect(prime.length).toBe(length);
      expectRefusal(of, toBytes(0n, length), 'it is 0, which makes the secret known');
      expectRefusal(of, toBytes(1n, length), 'it is 1, which makes the secret known');
      expectRefusal(of, toBytes(p - 1n, length), 'it is p-1, which leaves two secrets to choose from');
      expectRefusal(of, toBytes(p, length), 'it is not smaller than the prime');
      expectRefusal(of, toBytes(p + 1n, length), 'it is not smaller than the prime');
      expectRefusal(of, new Uint8Array(length).fill(0xff), 'it is not smaller than the prime');
      // The generator itself is a fair value, and 2 where the whole group is used.
      if (order === undefined) expect(of.respond(randomBytes, toBytes(2n, length)).shared.length).toBe(length);
      else expectRefusal(of, toBytes(2n, length), 'it lies outside the subgroup of the generator');
    });
  }

  it('small subgroups of groups 22 to 24: an element of order 2·q does not pass', () => {
    for (const [name, { prime, generator }] of Object.entries(groups).slice(-3)) {
      const p = toNumber(prime);
      // -g has order 2q: inside the numbers, outside the subgroup.
      expectRefusal(method(name), toBytes(p - toNumber(generator), prime.length), 'it lies outside the subgroup of the generator');
    }
  });

  it('the generator of 22 to 24 has the order that is written', () => {
    for (const { prime, generator, order } of Object.values(groups)) {
      const p = toNumber(prime);
      if (order === undefined) continue;
      const q = toNumber(order);
      expect((p - 1n) % q).toBe(0n);
      let power = 1n;
      for (const bit of q.toString(2)) {
        power = (power * power) % p;
        if (bit === '1') power = (power * toNumber(generator)) % p;
      }
      expect(power).toBe(1n);
    }
  });
});

describe('elliptic curves (RFC 6989 §2.3)', () => {
  for (const { name } of keyExchanges.filter(({ name }) => name.startsWith('ECP'))) {
    it(name, () => {
      const of = method(name);
      const length = of.publicLength.initiator;
      const reason = 'the point is not on the curve';
      const point = Buffer.from(of.initiate(randomBytes).publicValue);
      expect(of.respond(randomBytes, point).shared.length).toBe(length / 2);
      for (const at of [0, length / 2 - 1, length / 2, length - 1]) {
        const moved = Buffer.from(point);
        moved[at] = (moved[at] as number) ^ 1;
        expectRefusal(of, moved, reason);
      }
      expectRefusal(of, new Uint8Array(length), reason);
      expectRefusal(of, new Uint8Array(length).fill(0xff), reason);
      // A point of another curve: y of one, x of the other.
      expectRefusal(of, Buffer.concat([point.subarray(length / 2), point.subarray(0, length / 2)]), reason);
    });
  }
});

describe('Curve25519 and Curve448: points of small order (RFC 7748 §6, RFC 8031 §3.2)', () => {
  const reason = 'a point of small order, which makes the secret zero';
  // u = 0, 1, the two of order 8, p-1, p and p+1, little endian.
  const small25519 = [
    `00${'00'.repeat(31)}`,
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ];
  it('CURVE25519', () => {
    for (const value of small25519) expectRefusal(method('CURVE25519'), fromHex(value), reason);
    // Its base point is fine, and the topmost bit is ignored (RFC 7748 §5).
    const base = fromHex(`09${'00'.repeat(31)}`);
    const marked = fromHex(`09${'00'.repeat(30)}80`);
    const fixed = () => new Uint8Array(32).fill(7);
    expect(method('CURVE25519').respond(fixed, marked)).toEqual(method('CURVE25519').respond(fixed, base));
  });

  it('CURVE448', () => {
    for (const value of [
      `00${'00'.repeat(55)}`,
      `01${'00'.repeat(55)}`,
      `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`,
      `ff${'ff'.repeat(27)}fe${'ff'.repeat(27)}`,
    ]) {
      expectRefusal(method('CURVE448'), fromHex(value), reason);
    }
  });
});

describe('ML-KEM', () => {
  for (const name of ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024']) {
    it(`${name}: a key with a coefficient out of range is refused (FIPS 203 §7.2)`, () => {
      const of = method(name);
      const key = of.initiate(randomBytes).publicValue.slice();
      key.fill(0xff, 0, 3);
      expect(() => of.respond(randomBytes, key)).toThrow('a coefficient of the key is not below 3329 (FIPS 203 §7.2)');
    });

    it(`${name}: a wrong ciphertext gives a secret that nobody has (FIPS 203 §7.3)`, () => {
      const of = method(name);
      const half = of.initiate(randomBytes);
      const { publicValue, shared } = of.respond(randomBytes, half.publicValue);
      const turned = publicValue.slice();
      turned[0] = (turned[0] as number) ^ 1;
      const other = half.finish(turned);
      expect(other.length).toBe(shared.length);
      expect(Buffer.from(other).equals(shared)).toBe(false);
      expect(Buffer.from(half.finish(turned)).equals(other)).toBe(true);
    });
  }
});

describe('a random source that gives nothing', () => {
  it('is a bug, not an endless search', () => {
    for (const name of ['MODP_2048', 'ECP_256']) expect(() => method(name).initiate((length) => new Uint8Array(length))).toThrow(BugError);
    // Values beyond the order are thrown away.
    expect(() => method('ECP_384').initiate((length) => new Uint8Array(length).fill(0xff))).toThrow('128 of the random source');
    expect(() => method('MODP_2048_224').initiate((length) => new Uint8Array(length).fill(0xff))).toThrow(BugError);
  });
});
