import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { signatureSchemeByName } from '../../../src/crypto/signatures/signature-schemes.js';

type Row = Readonly<Record<string, string>>;
const rows = JSON.parse(readFileSync(new URL('../../vectors/rfc-signatures.json', import.meta.url), 'utf8')) as readonly Row[];

describe('signatures on the vectors of their RFCs', () => {
  for (const { scheme: name = '', source, crv = '', d, x = '', y, message = '', signature = '' } of rows) {
    it(`${name}: ${source}`, () => {
      const scheme = signatureSchemeByName(name);
      const part = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
      const jwk = { kty: y === undefined ? 'OKP' : 'EC', crv, x: part(x), ...(y !== undefined && { y: part(y) }) };
      const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
      expect(scheme?.misfit(publicKey)).toBeUndefined();
      expect(scheme?.verify(publicKey, fromHex(message), fromHex(signature))).toBe(true);
      // ECDSA draws anew for each signature; EdDSA does not.
      if (d === undefined) return;
      const privateKey = createPrivateKey({ key: { ...jwk, d: part(d) }, format: 'jwk' });
      expect(createPublicKey(privateKey).equals(publicKey)).toBe(true);
      expect(toHex(scheme?.sign(privateKey, fromHex(message)) ?? new Uint8Array(0))).toBe(signature);
    });
  }
});
