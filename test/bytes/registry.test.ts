import { expect, it } from 'vitest';
import { nameOf } from '../../src/bytes/registry.js';

it('nameOf keeps a number that has no name', () => {
  expect(nameOf({ 34: 'IKE_SA_INIT' }, 34)).toBe('IKE_SA_INIT');
  expect(nameOf({ 34: 'IKE_SA_INIT' }, 255)).toBe('unknown (255)');
  expect(nameOf({}, 0)).toBe('unknown (0)');
});
