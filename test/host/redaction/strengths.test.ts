import { expect, test } from 'vitest';
import { Secret } from '../../../src/bytes/secret.js';
import type { SecretEntry, SecretStrength } from '../../../src/config/secret-entry.js';
import { strengthLookup, withStrengths } from '../../../src/host/redaction/strengths.js';

const strength = (bytes: number): SecretStrength => ({ bytes, entropyBits: 1, grade: 'guessable', reasons: [] });

const entry = (secret: Uint8Array | undefined, known?: SecretStrength): SecretEntry => ({
  dialect: 'libreswan',
  file: '/etc/ipsec.secrets',
  line: 1,
  kind: 'psk',
  keyword: 'PSK',
  selectors: [],
  ...(secret !== undefined && { secret: new Secret(secret) }),
  ...(known !== undefined && { strength: known }),
});

const word = Buffer.from('test');

test.each([
  ['test', 4],
  ['0x74657374', 4],
  ['0X7465_7374', 4],
  ['0sdGVzdA==', 4],
  ['0ttest', 4],
  ['other', undefined],
])('%s is looked up', (written, bytes) => {
  expect(strengthLookup([entry(undefined), entry(word), entry(word, strength(4))])(written)?.bytes).toBe(bytes);
});

test('what stands in the place of a secret has its strength', () => {
  const [plain, hex, unknown, none] = withStrengths(
    [
      entry(Buffer.from('redacted-abc'), strength(12)),
      entry(Buffer.from('c0ffee', 'hex'), strength(3)),
      entry(Buffer.from('left alone'), strength(10)),
      entry(Buffer.from('redacted-abc')),
    ],
    { 'redacted-abc': strength(1), '0xc0ffee': strength(2) },
  );
  expect(plain?.strength?.bytes).toBe(1);
  expect(hex?.strength?.bytes).toBe(2);
  expect(unknown?.strength?.bytes).toBe(10);
  expect(none?.strength).toBeUndefined();
});
