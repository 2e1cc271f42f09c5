import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { looksLikePayloadChain, verdictOf } from '../../../src/dissect/decrypt/verdict.js';

describe('what looks like a chain of payloads', () => {
  const rows: readonly (readonly [name: string, hex: string, first: number, slack: number, verdict: boolean])[] = [
    ['two payloads', '29000006050600000004', 39, 0, true],
    ['none, as in an empty INFORMATIONAL', '', 0, 0, true],
    ['the critical bit', '0080000801020304', 41, 0, true],
    ['a reserved bit', '0001000801020304', 41, 0, false],
    ['a length less than its own header', '00000003', 41, 0, false],
    ['a length beyond the end', '00000009aabbccdd', 41, 0, false],
    ['no room for a header', '000000', 41, 0, false],
    ['bytes left over', '00000004aabb', 41, 1, false],
    ['bytes left over, as padding', '00000004aabb', 41, 2, true],
    ['a chain without end', '29000004'.repeat(70), 41, 0, false],
  ];
  for (const [name, hex, first, slack, verdict] of rows) {
    it(name, () => expect(looksLikePayloadChain(new ByteReader(fromHex(hex)), first, slack)).toBe(verdict));
  }
});

it('three verdicts', () => expect([true, false, undefined].map(verdictOf)).toEqual(['good', 'bad', 'unknown']));
