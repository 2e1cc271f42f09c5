import { describe, expect, it } from 'vitest';
import { swanctlSecret, swanctlValue } from '../../../src/config/swanctl/written.js';

describe('swanctlValue', () => {
  it.each([
    ['gw.example', 'gw.example'],
    ['anna@example.org', 'anna@example.org'],
    ['2001:db8::1', '2001:db8::1'],
    ['two words', '"two words"'],
    ['C=DE, CN=gw', '"C=DE, CN=gw"'],
    ['@#0102', '"@#0102"'],
    ['say "x"', '"say \\"x\\""'],
  ])('%s: %s', (value, written) => expect(swanctlValue(value)).toBe(written));
});

describe('swanctlSecret', () => {
  it('has a line for each setting', () =>
    expect(swanctlSecret('ike-1', ['two words'], '…')).toBe('  ike-1 {\n    id = "two words"\n    secret = "…"\n  }'));

  it('numbers several names', () =>
    expect(swanctlSecret('ike-1', ['a', 'b'], '…')).toBe('  ike-1 {\n    id-1 = a\n    id-2 = b\n    secret = "…"\n  }'));
});
