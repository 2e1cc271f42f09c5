import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { authText } from '../../../src/wire/ike/auth-text.js';
import { SIGNATURE_ALGORITHMS } from '../../../src/wire/ike/tables/signature-algorithms.js';

describe('authText', () => {
  it.each([
    [2, 'aabb', 'Shared Key Message Integrity Code'],
    [13, '', 'NULL Authentication'],
    [99, '', 'unknown (99)'],
    [14, '0c 300a06082a8648ce3d040302 ffee', 'Digital Signature (ECDSA with SHA2-256)'],
    [14, '07 300506032b6570 ffee', 'Digital Signature (Ed25519)'],
    [14, '02 3000 ffee', 'Digital Signature (algorithm 0x3000)'],
    [14, '05 3000', 'Digital Signature (AlgorithmIdentifier at offset 1 needs 5 bytes, 2 there)'],
  ])('method %i %s', (method, hex, text) => expect(authText({ method, data: fromHex(hex) })).toBe(text));
});

describe('table of signature algorithms', () => {
  it('has DER whose outer length fits', () =>
    expect(
      Object.keys(SIGNATURE_ALGORITHMS).filter(
        (hex) => !hex.startsWith('30') || Number.parseInt(hex.slice(2, 4), 16) !== hex.length / 2 - 2,
      ),
    ).toEqual([]));

  it.each(['ed25519', 'ed448'] as const)('knows %s as OpenSSL writes it', (type) => {
    const spki = generateKeyPairSync(type as 'ed25519').publicKey.export({ type: 'spki', format: 'der' });
    expect(SIGNATURE_ALGORITHMS[spki.subarray(2, 9).toString('hex')]?.toLowerCase()).toBe(type);
  });

  it('has the parameters of PSS for each hash', () => {
    for (const [name, oid] of [
      ['sha256', '0201'],
      ['sha384', '0202'],
      ['sha512', '0203'],
    ] as const) {
      const salt = createHash(name).digest().length.toString(16);
      const found = Object.entries(SIGNATURE_ALGORITHMS).filter(
        ([hex]) => hex.includes(`608648016503040${oid.slice(1)}0500`) && hex.includes(`a2030201${salt}`),
      );
      expect(found.length).toBeGreaterThan(0);
      expect(found.every(([, text]) => text.endsWith(`SHA2-${name.slice(3)}`))).toBe(true);
    }
  });
});
