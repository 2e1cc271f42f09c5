import { describe, expect, it } from 'vitest';
import { takesOffer } from '../../../src/config/mend/cisco-releases.js';

const AES = { id: 12, keyLength: 256 };

describe('what a release of a box takes', () => {
  it.each([
    ['asa', '8.2(5)', 'ikev1', [AES], [2], [14], false],
    ['asa', '8.2(5)', 'ikev1', [AES], [2], [5], true],
    ['asa', '9.12(4)', 'ikev1', [AES], [12], [5], false],
    ['asa', '9.13(1)', 'ikev1', [AES], [2], [14], true],
    ['asa', '9.16(2)', 'ikev1', [AES], [2], [2], false],
    ['asa', '9.16(2)', 'ikev2', [{ id: 3 }], [12], [14], false],
    ['asa', '9.8(4)', 'ikev2', [AES], [12], [19], true],
    ['asa', undefined, 'ikev1', [AES], [12], [], false],
    ['asa', '6.3(5)', 'ikev1', [{ id: 2 }], [1], [14], false],
    ['ios', '12.4', 'ikev1', [AES], [12], [2], false],
    ['ios', '15.2', 'ikev1', [AES], [12], [14], true],
  ] as const)('%s %s, %s: %j %j %j: %s', (product, release, version, ciphers, hashes, groups, wanted) => {
    expect(takesOffer({ product, ...(release !== undefined && { version: release }) }, { ciphers, hashes, groups }, version)).toBe(wanted);
  });
});
