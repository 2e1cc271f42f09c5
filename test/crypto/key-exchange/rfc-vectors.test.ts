import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import type { KeyExchange } from '../../../src/crypto/key-exchange/key-exchange.js';
import { keyExchangeByName } from '../../../src/crypto/key-exchange/key-exchanges.js';
import type { RandomSource } from '../../../src/crypto/random-source.js';

type Row = Readonly<Record<string, string>>;
const load = (name: string): readonly Row[] =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')) as readonly Row[];
const bytes = (row: Row, field: string): Uint8Array => fromHex(row[field] ?? '');
const methodOf = (row: Row): KeyExchange => keyExchangeByName(row['method'] ?? '') as KeyExchange;

/** Gives one value, of the length that is asked for. */
const only =
  (value: Uint8Array): RandomSource =>
  (length) => {
    expect(length).toBe(value.length);
    return value;
  };

describe('key exchanges on the vectors of their RFCs', () => {
  for (const row of load('rfc-key-exchanges')) {
    it(`${row['method']}: ${row['source']}`, () => {
      const method = methodOf(row);
      const half = method.initiate(only(bytes(row, 'privateA')));
      expect(toHex(half.publicValue)).toBe(row['publicA']);
      expect(toHex(half.finish(bytes(row, 'publicB')))).toBe(row['shared']);
      const answer = method.respond(only(bytes(row, 'privateB')), bytes(row, 'publicA'));
      expect(toHex(answer.publicValue)).toBe(row['publicB']);
      expect(toHex(answer.shared)).toBe(row['shared']);
    });
  }
});

/** CTR_DRBG with AES-256 and without derivation function (NIST SP 800-90A §10.2.1): known answers of KEMs draw from it. */
function ctrDrbg(seed: Uint8Array): RandomSource {
  let key = new Uint8Array(32);
  let counter = 0n;
  const blocks = (count: number): Buffer => {
    const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    const out: Buffer[] = [];
    for (let i = 0; i < count; i++) {
      counter = (counter + 1n) & ((1n << 128n) - 1n);
      out.push(cipher.update(Buffer.from(counter.toString(16).padStart(32, '0'), 'hex')));
    }
    return Buffer.concat(out);
  };
  const update = (provided: Uint8Array): void => {
    const next = blocks(3).map((byte, i) => byte ^ (provided[i] as number));
    key = new Uint8Array(next.subarray(0, 32));
    counter = BigInt(`0x${toHex(next.subarray(32))}`);
  };
  update(seed);
  return (length) => {
    const out = blocks(Math.ceil(length / 16)).subarray(0, length);
    update(new Uint8Array(48));
    return out;
  };
}

describe('ML-KEM on known answers', () => {
  const sha256 = (value: Uint8Array): string => createHash('sha256').update(value).digest('hex');
  for (const row of load('ml-kem-known-answers')) {
    it(`${row['method']}: ${row['source']}`, () => {
      const method = methodOf(row);
      const random = ctrDrbg(bytes(row, 'seed'));
      const half = method.initiate(random);
      expect(sha256(half.publicValue)).toBe(row['publicSha256']);
      const answer = method.respond(random, half.publicValue);
      expect(sha256(answer.publicValue)).toBe(row['ciphertextSha256']);
      expect(toHex(answer.shared)).toBe(row['shared']);
      expect(toHex(half.finish(answer.publicValue))).toBe(row['shared']);
    });
  }
});
