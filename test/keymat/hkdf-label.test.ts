import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { hkdfExpandLabel } from '../../src/keymat/hkdf-label.js';

/** OpenVPN's own vector for its label, computed by OpenSSL there (test_crypto.c). */
it.each<[string, string, number, string]>([
  ['077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5', 'ovpn unit test', 16, '185eaa1c7f228ab8eb29773214d92046'],
])('%s, %s', (secret, label, length, expected) => {
  const out = hkdfExpandLabel('sha256', fromHex(secret), label, new Uint8Array(0), length);
  expect(toHex(out)).toBe(expected);
});

it('gives as many bytes as wanted, the length being part of what is expanded', () => {
  const secret = new Uint8Array(32).fill(7);
  const long = hkdfExpandLabel('sha256', secret, 'ovpn data_key', new Uint8Array(0), 80);
  expect(long).toHaveLength(80);
  expect(toHex(long.subarray(0, 32))).not.toBe(toHex(hkdfExpandLabel('sha256', secret, 'ovpn data_key', new Uint8Array(0), 32)));
});
