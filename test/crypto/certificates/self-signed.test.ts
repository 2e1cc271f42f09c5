import { describe, expect, it } from 'vitest';
import { certificateFields } from '../../../src/crypto/certificates/certificate-fields.js';
import { findCertificatePath } from '../../../src/crypto/certificates/certificate-path.js';
import { extendedKeyUsageNames } from '../../../src/crypto/certificates/certificate-text.js';
import { makeSelfSigned } from '../../../src/crypto/certificates/self-signed.js';
import { seededBytes } from '../../support/seeded-random.js';

const NOW = Date.UTC(2026, 10, 22);

describe('a certificate that nobody else vouches for', () => {
  it.each(['serverAuth', 'clientAuth'] as const)('%s: signed by its own key, read by OpenSSL and by us', (usage) => {
    const { key, certificate } = makeSelfSigned({ name: 'vpndoctor Ä', usage, days: 30 }, seededBytes(7), NOW);
    expect(certificate.subject).toBe('CN=vpndoctor Ä');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(extendedKeyUsageNames(certificate)).toEqual([usage]);
    expect(certificateFields(certificate).keyUsage).toEqual(['digitalSignature']);
    expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([NOW - 86_400_000, NOW + 30 * 86_400_000]);
  });

  it('holds for its time, and not beyond', () => {
    const { certificate } = makeSelfSigned({ name: 'x', usage: 'serverAuth', days: 30 }, seededBytes(7), NOW);
    const search = { end: certificate, intermediates: [], authorities: [certificate], revocationLists: [], purpose: 'tls-server' as const };
    expect(findCertificatePath({ ...search, date: NOW }).ok).toBe(true);
    expect(findCertificatePath({ ...search, date: NOW + 31 * 86_400_000 })).toMatchObject({ ok: false, fault: { code: 'expired' } });
  });

  it('has a year of four digits from 2050 on', () => {
    const { certificate } = makeSelfSigned({ name: 'x', usage: 'serverAuth', days: 36_500 }, seededBytes(7), NOW);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2126);
  });
});
