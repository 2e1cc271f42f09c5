import { expect, it } from 'vitest';
import { shownValue } from '../../src/config/shown-value.js';

it.each<[string, boolean]>([
  ['rekey_time', true],
  ['children.rekey_time', true],
  ['rekey', true],
  ['leftrsasigkey', true],
  ['keyingtries', true],
  ['keyring', true],
  ['tunnel key', true],
  ['pre-shared-key', false],
  ['prekey', false],
  ['psk', false],
  ['secert_secret', false],
])('the value of %s is shown: %s', (key, shown) =>
  expect(shownValue(key, 'made-for-tests')).toBe(shown ? 'made-for-tests' : '(not shown)'),
);
