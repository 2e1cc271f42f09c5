import { describe, expect, it } from 'vitest';
import { readOptions } from '../../src/pcapfile/options.js';

const read = (hex: string, little = false) => {
  const bytes = Buffer.from(hex, 'hex');
  return [...readOptions(bytes, 0, bytes.length, little)].map(({ code, at, length }) => [code, bytes.toString('hex', at, at + length)]);
};

describe('readOptions', () => {
  it.each([
    [
      'padded to 4',
      '0002000365746800' + '0009000106000000' + '00000000',
      [
        [2, '657468'],
        [9, '06'],
      ],
    ],
    ['without an end mark', '0002000465746830', [[2, '65746830']]],
    ['nothing behind the end mark', '00000000' + '0009000106000000', []],
    ['an option that claims more than there is', '0009000106000000' + '000200ff65746830', [[9, '06']]],
    ['last padding missing', '00090001' + '06', [[9, '06']]],
    ['cut within an option header', '000900', []],
    [
      'empty option',
      '00010000' + '0009000106000000',
      [
        [1, ''],
        [9, '06'],
      ],
    ],
  ])('%s', (_, hex, expected) => expect(read(hex)).toEqual(expected));

  it('in the other byte order', () => expect(read('0900010006000000', true)).toEqual([[9, '06']]));
});
