import { expect, it } from 'vitest';
import { Recent } from '../../../src/dissect/decrypt/recent.js';

it('makes an entry once, and keeps those used last', () => {
  const made: string[] = [];
  const recent = new Recent<string, string>(2);
  const use = (key: string) =>
    recent.use(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  expect([use('a'), use('b'), use('a'), use('c'), use('a')]).toEqual(['A', 'B', 'A', 'C', 'A']);
  expect(made).toEqual(['a', 'b', 'c']);
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual(['A', undefined, 'C']);
});

it('what is only looked at is not used', () => {
  const recent = new Recent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');
  recent.set('c', 3);
  expect(recent.get('a')).toBeUndefined();
});
