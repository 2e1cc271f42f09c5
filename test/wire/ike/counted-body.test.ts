import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { countedBody } from '../../../src/wire/ike/counted-body.js';

describe('countedBody', () => {
  const reader = () => new ByteReader(new Uint8Array(6), 10);
  it('takes the header off', () => expect(countedBody(reader(), 10, 4, 'proposal').remaining).toBe(6));
  it('may be empty', () => expect(countedBody(reader(), 4, 4, 'proposal').remaining).toBe(0));
  it('refuses a length below the header, by name', () =>
    expect(() => countedBody(reader(), 3, 4, 'proposal')).toThrow('proposal length at offset 10: 3 is less than 4'));
  it('refuses one beyond the end', () => expect(() => countedBody(reader(), 11, 4, 'proposal')).toThrow(DecodeError));
});
