import { expect, it } from 'vitest';
import { namesAlgorithm, refusesPushedAlgorithm } from '../../../src/wire/openvpn/pushed-compression.js';

const line = (text: string) => {
  const [name = '', ...args] = text.split(' ');
  return { name, args };
};

/** Each pushed to clients of OpenVPN 2.6.14 and 2.7.6 without a line of their own: whether they ended with "will result in a non-working connection". */
it.each([
  ['comp-lzo no', false],
  ['comp-lzo yes', true],
  ['comp-lzo', true],
  ['compress', false],
  ['compress lz4', true],
  ['compress lz4-v2', true],
  ['compress lzo', true],
  ['compress stub', false],
  ['compress stub-v2', false],
  ['compress migrate', false],
  ['cipher lz4', false],
])('push "%s": %s', (text, refused) => {
  expect(namesAlgorithm(line(text))).toBe(refused);
});

/** What those clients had where `compress lz4` was pushed. */
it.each([
  ['', true],
  ['comp-lzo no', true],
  ['comp-lzo', false],
  ['compress lz4', false],
  ['compress', false],
  ['compress stub-v2', false],
  ['allow-compression asym', false],
  ['allow-compression yes', false],
  ['allow-compression no', true],
])('a client with "%s": %s', (text, refused) => {
  expect(refusesPushedAlgorithm([line('dev tun'), line(text)])).toBe(refused);
});
