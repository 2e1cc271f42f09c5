import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { cipherByName } from '../../src/crypto/ciphers.js';
import { integrityByName } from '../../src/crypto/integrity.js';
import { prfByName } from '../../src/crypto/prf.js';

type Row = Readonly<Record<string, string>>;
const load = (name: string): readonly Row[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as readonly Row[];
const bytes = (row: Row, field: string): Uint8Array => fromHex(row[field] ?? '');
const nothing = new Uint8Array(0);

describe('ciphers on the vectors of their RFCs', () => {
  for (const row of load('rfc-ciphers')) {
    it(`${row['cipher']}: ${row['source']}`, () => {
      const key = cipherByName(row['cipher'] ?? '')?.prepare(bytes(row, 'key'), bytes(row, 'salt'));
      const sealed = key?.encrypt(bytes(row, 'iv'), bytes(row, 'plaintext'), bytes(row, 'aad'));
      expect(toHex(sealed?.ciphertext ?? nothing)).toBe(row['ciphertext']);
      expect(toHex(sealed?.icv ?? nothing)).toBe(row['icv'] ?? '');
      const opened = key?.decrypt(bytes(row, 'iv'), bytes(row, 'ciphertext'), bytes(row, 'aad'), bytes(row, 'icv'));
      expect(toHex(opened?.plaintext ?? nothing)).toBe(toHex(bytes(row, 'plaintext')));
      expect(opened?.authentic).toBe(true);
    });
  }
});

describe('integrity algorithms on the vectors of their RFCs', () => {
  for (const row of load('rfc-macs')) {
    it(`${row['integrity']}: ${row['source']}`, () => {
      const integrity = integrityByName(row['integrity'] ?? '');
      const key = integrity?.prepare(bytes(row, 'key'), nothing);
      const data = bytes(row, 'data');
      const icv = key?.compute([data], nothing) ?? nothing;
      expect(icv.length).toBe(integrity?.icvLength);
      expect(row['mac']?.startsWith(toHex(icv))).toBe(true);
      // In pieces it is the same.
      expect(key?.verify([data.subarray(0, 1), nothing, data.subarray(1)], icv)).toBe(true);
      expect(key?.verify([data, Uint8Array.of(0)], icv)).toBe(false);
      expect(key?.verify([data], icv.subarray(1))).toBe(false);
    });
  }
});

describe('PRFs on the vectors of their RFCs', () => {
  for (const row of load('rfc-prfs')) {
    it(`${row['prf']}: ${row['source']}`, () => {
      const out = prfByName(row['prf'] ?? '')?.prepare(bytes(row, 'key'))([bytes(row, 'data')]);
      expect(toHex(out ?? nothing)).toBe(row['out']);
    });
  }
});
