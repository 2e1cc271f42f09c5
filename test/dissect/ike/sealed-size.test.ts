import { describe, expect, it } from 'vitest';
import { leastWithChild, mostInside, type SealOverhead, sealedLength, sealOverhead } from '../../../src/dissect/ike/sealed-size.js';
import type { ProposalFacts } from '../../../src/model/ike-session.js';

function suite(encr: number, prf: number, integ?: number): ProposalFacts {
  const transform = (type: string, id: number) => ({ type, id, name: String(id) });
  const transforms = [transform('ENCR', encr), transform('PRF', prf), ...(integ === undefined ? [] : [transform('INTEG', integ)])];
  return { number: 1, protocol: 'IKE', spi: '', transforms };
}

const CBC: SealOverhead = { iv: 16, block: 16, icv: 16, prf: 32 };

describe('sealOverhead', () => {
  const rows: readonly (readonly [string, ProposalFacts, SealOverhead | undefined])[] = [
    ['AES-CBC and SHA2-256', suite(12, 5, 12), CBC],
    ['3DES and MD5', suite(3, 1, 1), { iv: 8, block: 8, icv: 12, prf: 16 }],
    ['AES-GCM-16', suite(20, 7), { iv: 8, block: 1, icv: 16, prf: 64 }],
    ['ChaCha20-Poly1305 without IV', suite(31, 5), { iv: 0, block: 1, icv: 16, prf: 32 }],
    ['an unknown cipher', suite(999, 5, 12), undefined],
    ['no integrity known', suite(12, 5, 999), undefined],
    ['an unknown PRF', suite(12, 99, 12), undefined],
  ];
  for (const [name, proposal, expected] of rows) it(name, () => expect(sealOverhead(proposal)).toEqual(expected));
});

describe('sealedLength', () => {
  // Lengths of strongSwan's messages as captured.
  it.each([
    ['a notify alone, AES-CBC', CBC, 8, 80],
    ['an empty INFORMATIONAL, AES-CBC', CBC, 0, 80],
    ['a notify alone, AES-GCM', { iv: 8, block: 1, icv: 16, prf: 32 }, 8, 65],
    ['an empty INFORMATIONAL, AES-GCM', { iv: 8, block: 1, icv: 16, prf: 32 }, 0, 57],
    ['fifteen bytes fill a block with the pad length', CBC, 15, 80],
    ['sixteen bytes need another', CBC, 16, 96],
  ])('%s', (_, overhead, inside, expected) => expect(sealedLength(overhead, inside)).toBe(expected));

  it('mostInside is its inverse up to padding', () => {
    for (let inside = 0; inside < 100; inside++) {
      const length = sealedLength(CBC, inside);
      expect(mostInside(CBC, length)).toBeGreaterThanOrEqual(inside);
      expect(mostInside(CBC, length)).toBeLessThan(inside + CBC.block);
    }
  });
});

describe('leastWithChild', () => {
  it('is more than a reply that carries AUTH and an error, less than a real one', () => {
    // strongSwan, gateway.example, PSK with SHA2-256: 144 bytes with N(TS_UNACCEPTABLE), 224 with a CHILD_SA.
    expect(mostInside(CBC, 144)).toBeLessThan(leastWithChild(CBC, true));
    expect(mostInside(CBC, 224)).toBeGreaterThan(leastWithChild(CBC, true));
  });

  it('later rounds carry no IDr', () => expect(leastWithChild(CBC, false)).toBe(leastWithChild(CBC, true) - 8));
});
