import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, hanging, wrap } from '../../src/report/wrap.js';

describe('wrap', () => {
  it.each<[string, number, string[]]>([
    ['', 10, ['']],
    ['one', 10, ['one']],
    ['one two', 7, ['one two']],
    ['one two', 6, ['one', 'two']],
    ['one two three', 9, ['one two', 'three']],
    ['a considerable word', 5, ['a', 'considerable', 'word']],
    ['first\nsecond line', 20, ['first', 'second line']],
    ['ends\n', 20, ['ends', '']],
    ['conn a\n  left=b c', 9, ['conn a', '  left=b', '  c']],
  ])('%j at %d', (text, width, lines) => expect(wrap(text, width)).toEqual(lines));

  it('loses no word, and goes over the width for a single word only', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 1, max: 30 }), (words, width) => {
        const lines = wrap(words.join(' '), width);
        expect(lines.join(' ').split(' ')).toEqual(words);
        for (const line of lines) if (line.length > width) expect(line).not.toContain(' ');
      }),
    );
  });
});

describe('hanging', () => {
  it('puts the label before the first line only', () => {
    expect(hanging('why', 6, 'because it is so', 16)).toEqual(['why   because it is so']);
    expect(hanging('why', 6, 'because it is so and will stay', 26)).toEqual(['why   because it is so and', '      will stay']);
  });

  it('leaves the text twenty columns however narrow it gets', () => {
    expect(hanging('label', 10, 'twenty columns for it', 12)).toEqual(['label     twenty columns for', '          it']);
  });
});

describe('columns', () => {
  it('is as wide as the widest cell, without blanks at the end', () => {
    expect(
      columns(
        [
          ['a', 'bb', 'c'],
          ['aaa', 'b', ''],
        ],
        new Set([1]),
      ),
    ).toEqual(['a    bb  c', 'aaa   b']);
  });

  it('takes rows of different length', () => expect(columns([['a'], ['bb', 'c']], new Set())).toEqual(['a', 'bb  c']));

  it('of nothing is nothing', () => expect(columns([], new Set())).toEqual([]));
});
