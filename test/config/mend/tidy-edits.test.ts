import { describe, expect, it } from 'vitest';
import { tidyEdits } from '../../../src/config/mend/tidy-edits.js';

const texts = new Map([['a.conf', 'one\ntwo\nthree\n']]);
const at = (line: number) => ({ file: 'a.conf', line });

describe('tidyEdits', () => {
  it('says of a line that stays that something comes behind it', () =>
    expect(tidyEdits([{ ...at(2), how: 'replace', text: 'two\nmore\nyet more' }], texts)).toEqual([
      { ...at(2), how: 'behind', text: 'more\nyet more' },
    ]));

  it('makes new lines at one place one edit', () =>
    expect(
      tidyEdits(
        [
          { ...at(1), how: 'behind', text: 'a' },
          { ...at(1), how: 'behind', text: 'b' },
          { ...at(2), how: 'behind', text: 'c' },
        ],
        texts,
      ),
    ).toEqual([
      { ...at(1), how: 'behind', text: 'a\nb' },
      { ...at(2), how: 'behind', text: 'c' },
    ]));

  it.each([
    { ...at(2), how: 'replace', text: 'twofold' },
    { ...at(2), how: 'replace', text: 'new\ntwo' },
    { ...at(2), how: 'delete', text: '' },
  ] as const)('leaves others as they are: $how $text', (edit) => expect(tidyEdits([edit], texts)).toEqual([edit]));
});
