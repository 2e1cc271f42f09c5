import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { certificateFields } from '../../../src/crypto/certificates/certificate-fields.js';
import { decodeRevocationList } from '../../../src/crypto/certificates/revocation-list.js';

const read = (name: string): Buffer => readFileSync(new URL(`../../vectors/certificate-paths/${name}`, import.meta.url));
const sub = new X509Certificate(read('sub.pem'));

describe('a revocation list', () => {
  it('says who, when, and who signed it', () => {
    const list = decodeRevocationList(read('sub.crl'));
    expect(Buffer.from(list.issuer).equals(certificateFields(sub).subject)).toBe(true);
    expect(list.thisUpdate.toISOString()).toBe('2020-06-01T00:00:00.000Z');
    expect(list.nextUpdate?.toISOString()).toBe('2099-01-01T00:00:00.000Z');
    expect([...list.revoked.keys()]).toEqual([new X509Certificate(read('revoked.pem')).serialNumber]);
    expect(list.isSignedBy(sub.publicKey)).toBe(true);
    expect(list.isSignedBy(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey)).toBe(false);
    expect(list.isSignedBy(generateKeyPairSync('ed25519').publicKey)).toBe(false);
  });

  it('cut or altered is refused or not signed, and nothing else happens', () => {
    const bytes = read('sub.crl');
    for (let cut = 0; cut < bytes.length; cut++) expect(() => decodeRevocationList(bytes.subarray(0, cut))).toThrow(DecodeError);
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 0xff, (bytes[at] as number) ^ 1]) {
        if (bytes[at] === value) continue;
        const altered = Buffer.from(bytes);
        altered[at] = value;
        try {
          expect([at, decodeRevocationList(altered).isSignedBy(sub.publicKey)]).toEqual([at, false]);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }
    }
  });
});
