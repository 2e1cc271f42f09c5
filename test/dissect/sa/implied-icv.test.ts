import { describe, expect, it } from 'vitest';
import { impliedIcv } from '../../../src/dissect/sa/implied-icv.js';

/** Length of an ESP packet, SPI to end, with as little padding as RFC 4303 §2.4 allows. */
function espLength(inner: number, block: number, iv: number, icv: number): number {
  return 8 + iv + Math.ceil((inner + 2) / block) * block + icv;
}

function implied(lengths: readonly number[]) {
  const residues = new Array<number>(16).fill(0);
  for (const length of lengths) residues[length % 16] = (residues[length % 16] ?? 0) + 1;
  return impliedIcv({ residues, shortest: Math.min(...lengths), different: new Set(lengths).size });
}

/** Inner lengths of ordinary traffic. */
const INNER = [40, 52, 60, 84, 93, 117, 200, 333, 576, 1001, 1400];

// RFC 3602, 2451, 4106, 7634, 3686, 2410 for block and IV; RFC 2404, 4868 for the ICV.
const rows: readonly (readonly [string, number, number, number, string])[] = [
  ['AES-CBC with SHA1-96 or SHA2-256 cut to 96', 16, 16, 12, 'lengths fit a block of 16: AES-CBC with ICV 12'],
  ['AES-CBC with SHA2-256-128', 16, 16, 16, 'lengths fit a block of 16: AES-CBC with ICV 16 or 32'],
  ['AES-CBC with SHA2-384-192', 16, 16, 24, 'lengths fit a block of 16: AES-CBC with ICV 24'],
  ['AES-CBC with SHA2-512-256', 16, 16, 32, 'lengths fit a block of 16: AES-CBC with ICV 16 or 32'],
  ['3DES with SHA1-96', 8, 8, 12, 'lengths fit a block of 8: 3DES with ICV 12'],
  ['3DES with SHA2-256-128', 8, 8, 16, 'lengths fit a block of 8: 3DES with ICV 16 or 24 or 32'],
  ['GCM with ICV 16', 4, 8, 16, 'lengths aligned to 4: GCM, CCM, ChaCha20, CTR or NULL; they do not tell the ICV'],
  ['GCM with ICV 8', 4, 8, 8, 'lengths aligned to 4: GCM, CCM, ChaCha20, CTR or NULL; they do not tell the ICV'],
  ['NULL with SHA1-96', 4, 0, 12, 'lengths aligned to 4: GCM, CCM, ChaCha20, CTR or NULL; they do not tell the ICV'],
];

describe('impliedIcv', () => {
  it.each(rows)('reads %s from the lengths', (_, block, iv, icv, text) => {
    const result = implied(INNER.map((inner) => espLength(inner, block, iv, icv)));
    expect(result?.text).toBe(text);
    expect(result?.packets).toBe(INNER.length);
    expect(result?.candidates).toContainEqual({ block, iv, icv });
  });

  it('keeps every cipher that fits while few lengths were seen, but only the ICVs that fit', () => {
    const result = implied([116, 116, 116]);
    expect(result?.text).toBe(
      'too few different lengths to tell the cipher: AES-CBC with ICV 12, or 3DES with ICV 12, or GCM, CCM, ChaCha20, CTR or NULL',
    );
    expect(result?.candidates).toContainEqual({ block: 4, iv: 8, icv: 16 });
    expect(result?.candidates).not.toContainEqual({ block: 16, iv: 16, icv: 16 });
  });

  it('never loses the truth, however few packets there are', () => {
    for (const [, block, iv, icv] of rows) {
      for (let count = 1; count <= INNER.length; count++) {
        const result = implied(INNER.slice(0, count).map((inner) => espLength(inner, block, iv, icv)));
        if (result?.text.startsWith('too few')) expect(result.candidates).toContainEqual({ block, iv, icv });
      }
    }
  });

  it('rules out what would leave no room for a pad length', () => {
    expect(implied([8 + 16 + 16 + 12 - 16])?.candidates).not.toContainEqual({ block: 16, iv: 16, icv: 12 });
    expect(implied([8])?.text).toBe('lengths fit no cipher and ICV known here');
  });

  it('names lengths that ESP cannot have', () => {
    expect(implied([116, 117])).toEqual({
      packets: 2,
      candidates: [],
      text: 'lengths that are no multiple of 4: not ESP as RFC 4303 §2.4 pads it',
    });
  });

  it('says nothing without packets', () => {
    expect(impliedIcv({ residues: new Array<number>(16).fill(0), shortest: 0, different: 0 })).toBeUndefined();
  });
});
