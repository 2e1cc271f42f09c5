import { describe, expect, it } from 'vitest';
import { DER, derTime, oidText, readDer } from '../../src/bytes/der.js';
import { DecodeError } from '../../src/bytes/errors.js';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';

const read = (hex: string, tag?: number) => readDer(new ByteReader(fromHex(hex)), 'thing', tag);

describe('elements of DER', () => {
  const long = `3082012c${'00'.repeat(300)}`;
  const rows: readonly (readonly [string, number, number])[] = [
    ['0500', 5, 0],
    ['020101', DER.INTEGER, 1],
    [`308180${'00'.repeat(128)}`, DER.SEQUENCE, 128],
    [long, DER.SEQUENCE, 300],
    ['30840000000105', DER.SEQUENCE, 1],
  ];
  for (const [hex, tag, length] of rows) {
    it(`${hex.slice(0, 16)}: ${length} bytes of ${tag}`, () => {
      const element = read(`${hex}ff`);
      expect([element.tag, element.body.remaining, toHex(element.whole)]).toEqual([tag, length, hex]);
    });
  }

  it('are refused when cut, of another kind, or too long to be true', () => {
    for (let cut = 0; cut < long.length; cut += 2) expect(() => read(long.slice(0, cut))).toThrow(DecodeError);
    expect(() => read('020101', DER.SEQUENCE)).toThrow('DER tag 2 instead of 48');
    expect(() => read('3080')).toThrow('0 bytes of length');
    expect(() => read('30850000000001ff')).toThrow('5 bytes of length');
  });

  it('OIDs', () => {
    for (const [hex, text] of [
      ['551d0f', '2.5.29.15'],
      ['2a864886f70d010101', '1.2.840.113549.1.1.1'],
      ['2b0601050507030e', '1.3.6.1.5.5.7.3.14'],
      ['8837', '2.999'],
      ['', ''],
    ] as const) {
      expect(oidText(new ByteReader(fromHex(hex)))).toBe(text);
    }
  });

  it('times (RFC 5280 §4.1.2.5)', () => {
    const time = (tag: number, text: string) =>
      derTime(read(toHex(Buffer.concat([Buffer.of(tag, text.length), Buffer.from(text)])))).toISOString();
    expect(time(DER.UTC_TIME, '260102030405Z')).toBe('2026-01-02T03:04:05.000Z');
    expect(time(DER.UTC_TIME, '2601020304Z')).toBe('2026-01-02T03:04:00.000Z');
    expect(time(DER.UTC_TIME, '500102030405Z')).toBe('1950-01-02T03:04:05.000Z');
    expect(time(DER.GENERALIZED_TIME, '20500102030405Z')).toBe('2050-01-02T03:04:05.000Z');
    for (const wrong of ['', 'Z', '2601020304050Z', '26010203+100']) expect(() => time(DER.UTC_TIME, wrong)).toThrow('not a time of DER');
    expect(() => time(DER.UTC_TIME, '261302030405Z')).toThrow('no such day or hour');
  });
});
