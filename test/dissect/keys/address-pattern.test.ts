import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { parseAddressPattern } from '../../../src/dissect/keys/address-pattern.js';

describe('address patterns', () => {
  const rows: readonly (readonly [pattern: string, fits: readonly string[], not: readonly string[]])[] = [
    ['*', ['10.0.0.1', '2001:db8::1', 'anything'], []],
    ['', ['10.0.0.1'], []],
    ['10.0.0.1', ['10.0.0.1'], ['10.0.0.2', '::ffff:10.0.0.1', 'nonsense']],
    ['10.0.*.*', ['10.0.0.1', '10.0.255.255'], ['10.1.0.1', '2001:db8::1']],
    ['*.*.*.7', ['1.2.3.7'], ['1.2.3.8']],
    ['10.0.0.0/8', ['10.255.0.1'], ['11.0.0.1']],
    ['0.0.0.0/0', ['8.8.8.8'], ['::1']],
    ['3ffe::1', ['3ffe::1', '3ffe:0:0:0:0:0:0:1', '3FFE::0001'], ['3ffe::2']],
    ['fe80::1', ['fe80::1%eth0'], ['fe80::2%eth0']],
    ['2001:db8::/32', ['2001:db8:ffff::1'], ['2001:db9::1']],
    ['2001:db8:*:*:*:*:*:1', ['2001:db8:1:2:3:4:5:1'], ['2001:db8:1:2:3:4:5:2']],
    ['2001:db8::*', ['2001:db8::77'], ['2001:db8::1:77', '2001:db9::77']],
    ['::ffff:192.0.2.1', ['::ffff:192.0.2.1', '::ffff:c000:201'], ['192.0.2.1']],
  ];
  for (const [pattern, fits, not] of rows) {
    it(`"${pattern}"`, () => {
      const { matches } = parseAddressPattern(pattern);
      for (const address of fits) expect(matches(address), address).toBe(true);
      for (const address of not) expect(matches(address), address).toBe(false);
    });
  }

  for (const wrong of ['10.0.0', '10.0.0.256', '10.0.0.1/33', '10.*.0.0/16', 'host.example', '2001:db8::1::2', '::/129', '1.2.3.4.5']) {
    it(`refuses "${wrong}"`, () => expect(() => parseAddressPattern(wrong)).toThrow(UsageError));
  }
});
