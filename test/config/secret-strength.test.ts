import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSecret } from '../../src/config/secret-strength.js';

const judge = (text: string, nearby: readonly string[] = []) => judgeSecret(Buffer.from(text, 'utf8'), text, { nearby });

describe('judgeSecret', () => {
  it.each([
    ['', 'guessable'],
    ['secret', 'guessable'],
    ['Secret123!', 'guessable'],
    ['changeme', 'guessable'],
    ['cisco123', 'guessable'],
    ['P@ssword', 'weak'],
    ['secret shared by two hosts', 'guessable'],
    ['v+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL', 'guessable'],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'guessable'],
    ['12345678901234567890', 'guessable'],
    ['abcdefghijklmnop', 'guessable'],
    ['x7Kq', 'guessable'],
    ['abababababababab', 'guessable'],
    ['k3vR9pWq', 'weak'],
    ['k3vR9pWqT2mZ', 'fair'],
    ['correct horse battery staple', 'strong'],
    ['Zb8rLkq0TnV4yXh2PcWm7sJdEuGf', 'strong'],
  ])('%j is %s', (text, grade) => {
    expect(judge(text)).toMatchObject({ grade, bytes: Buffer.byteLength(text) });
  });

  it('says why, without quoting it', () => {
    expect(judge('cisco123').reasons).toEqual(['is a word that every list of passwords has']);
    expect(judge('zzzzzzzz').reasons).toEqual(['is one character repeated']);
    expect(judge('gw.example.com', ['@gw.example.com']).reasons).toEqual(['is the same as an identity or name beside it']);
    expect(judge('x7Kq').reasons).toEqual(['is 4 bytes long']);
  });

  it('trusts random bytes', () => {
    expect(judgeSecret(Uint8Array.from([...'0123456789abcdef'].map((_, i) => (i * 151 + 73) % 256)), '0sunused')).toMatchObject({
      grade: 'strong',
      bytes: 16,
    });
  });

  it('judges any bytes, and never above their length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        const { entropyBits, bytes: length } = judgeSecret(bytes, '');
        return entropyBits >= 0 && entropyBits <= bytes.length * 8 && length === bytes.length;
      }),
    );
  });
});
