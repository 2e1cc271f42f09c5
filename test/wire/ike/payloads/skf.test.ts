import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/bytes/errors.js';
import { fromHex } from '../../../../src/bytes/hex.js';
import { ByteReader } from '../../../../src/bytes/reader.js';
import { payload } from '../../../../src/wire/ike/payloads/skf.js';
import { codecContract } from '../../../support/codec-contract.js';

codecContract('skf', payload, [
  // RFC 7383 §2.5
  { name: 'fragment 2 of 3', hex: '0002 0003 aabb', value: { fragment: 2, total: 3, content: fromHex('aabb') } },
]);

describe('skf', () => {
  it.each([['0000 0003'], ['0004 0003'], ['0001 0000']])('refuses fragment and total %s', (hex) =>
    expect(() => payload.decode(new ByteReader(fromHex(hex)))).toThrow(DecodeError),
  );
});
