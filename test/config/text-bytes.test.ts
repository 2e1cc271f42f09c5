import { expect, it } from 'vitest';
import { RemarkList } from '../../src/config/source.js';
import { isBinary, remarkOnByteOrderMark } from '../../src/config/text-bytes.js';

it.each([
  ['conn a\n\tleft=1\n', undefined],
  ['conn a\n\tle\0ft=1\n', 2],
  ['\0', 1],
])('%j is binary from line %s on', (text, line) => {
  const list = new RemarkList();
  expect(isBinary(list, 'f', text)).toBe(line !== undefined);
  expect(list.remarks.map((remark) => [remark.code, remark.line])).toEqual(line === undefined ? [] : [['binary', line]]);
});

it.each([
  ['\uFEFFconn a', ['byte-order-mark']],
  ['conn a\uFEFF', []],
])('%j: %j', (text, codes) => {
  const list = new RemarkList();
  remarkOnByteOrderMark(list, 'f', text, 'its first word');
  expect(list.remarks.map(({ code }) => code)).toEqual(codes);
});
