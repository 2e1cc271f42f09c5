import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.js';
import { deriveKeyMethod2, tls1Prf } from '../../src/keymat/openvpn-prf.js';

it('the PRF of TLS 1.0 for the vector that implementations share', () => {
  const out = tls1Prf(fromHex('ab'.repeat(48)), 'PRF Testvector', [fromHex('cd'.repeat(64))], 104);
  expect(toHex(out)).toBe(
    'd3d4d1e349b5d515044666d51de32bab258cb521b6b053463e354832fd976754443bcf9a296519bc289abcbc1187e4ebd31e602353776c408aafb74cbc85eff69255f9788faa184cbb957a9819d84a5d7eb006eb459d3ae8de9810454b8b2d8f1afbc655a8c9a013',
  );
});

it('key method 2 depends on everything that both ends say', () => {
  const end = (byte: number) => ({
    random1: new Uint8Array(32).fill(byte),
    random2: new Uint8Array(32).fill(byte + 1),
    sessionId: new Uint8Array(8).fill(byte),
  });
  const sources = { preMaster: new Uint8Array(48).fill(9), client: end(1), server: end(3) };
  const first = (s: typeof sources) => toHex(deriveKeyMethod2(s).halves[0].cipher.reveal());
  const keys = [
    sources,
    { ...sources, preMaster: new Uint8Array(48) },
    { ...sources, client: { ...sources.client, random1: new Uint8Array(32) } },
    { ...sources, server: { ...sources.server, random2: new Uint8Array(32) } },
    { ...sources, server: { ...sources.server, sessionId: new Uint8Array(8) } },
  ].map(first);
  expect(new Set(keys).size).toBe(5);
});
