import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeSelfSigned } from '../../../src/crypto/certificates/self-signed.js';
import { judgePeerCertificate } from '../../../src/engine/openvpn/peer-certificate.js';
import type { PeerCertificateSettings } from '../../../src/engine/openvpn/settings.js';
import { certificate } from '../../support/openvpn-settings.js';

const NOW = Date.UTC(2026, 5, 1);
const crl = (name: string): Uint8Array => {
  const text = readFileSync(new URL(`../../vectors/certificates/${name}`, import.meta.url), 'latin1');
  return text.startsWith('-----') ? Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64') : Buffer.from(text, 'latin1');
};
const settings = (over: Partial<PeerCertificateSettings> = {}): PeerCertificateSettings => ({
  authorities: [certificate('ca.pem')],
  revocationLists: [],
  fingerprints: [],
  keyUsage: false,
  required: 'require',
  ...over,
});
const fingerprint = (name: string) => certificate(name).fingerprint256.replaceAll(':', '').toLowerCase();
const SUBJECT = 'O=Example, CN=gw.example.com';

describe('the certificate of a server', () => {
  it.each<[string, readonly string[], Partial<PeerCertificateSettings>, string]>([
    ['is good', ['gw.pem'], {}, 'valid'],
    ['through what was sent along', ['leaf.pem', 'sub.pem'], {}, 'valid'],
    ['without what stands between', ['leaf.pem'], {}, 'certificate-issuer-unknown'],
    ['has expired', ['expired.pem'], {}, 'certificate-expired'],
    ['is of nobody that we know', ['gw.pem'], { authorities: [certificate('sub.pem')] }, 'certificate-issuer-unknown'],
    ['cannot be checked with anything', ['gw.pem'], { authorities: [] }, 'certificate-unverified'],
    ['is that of a client', ['client.pem'], {}, 'certificate-extended-key-usage'],
    ['is for mail', ['mail.pem'], {}, 'certificate-extended-key-usage'],
    ['is not there', [], {}, 'certificate-missing'],
    ['remote-cert-tls server', ['gw.pem'], { extendedKeyUsage: 'serverAuth' }, 'valid'],
    ['an extended key usage that it has not', ['gw.pem'], { extendedKeyUsage: '1.2.3.4' }, 'certificate-extended-key-usage'],
    ['no key usage where one is wanted', ['gw.pem'], { keyUsage: true }, 'certificate-key-usage'],
    ['by its name', ['gw.pem'], { name: { type: 'name', value: 'gw.example.com' } }, 'valid'],
    ['by the front of its name', ['gw.pem'], { name: { type: 'name-prefix', value: 'gw.' } }, 'valid'],
    ['by its subject', ['gw.pem'], { name: { type: 'subject', value: SUBJECT } }, 'valid'],
    ['with another name', ['gw.pem'], { name: { type: 'name', value: 'vpn.example.com' } }, 'certificate-name'],
    ['with another subject', ['gw.pem'], { name: { type: 'subject', value: 'CN=gw.example.com' } }, 'certificate-name'],
    [
      'by its fingerprint alone',
      ['gw.pem'],
      { authorities: [], fingerprints: [fingerprint('client.pem'), fingerprint('gw.pem')] },
      'valid',
    ],
    ['with another fingerprint', ['gw.pem'], { authorities: [], fingerprints: [fingerprint('client.pem')] }, 'certificate-fingerprint'],
    [
      'by its fingerprint and expired',
      ['expired.pem'],
      { authorities: [], fingerprints: [fingerprint('expired.pem')] },
      'certificate-expired',
    ],
    ['with a list that is too old', ['gw.pem'], { revocationLists: [crl('stale.crl')] }, 'certificate-revocation-list'],
    ['with a list that cannot be read', ['gw.pem'], { revocationLists: [Uint8Array.of(1, 2)] }, 'certificate-revocation-list'],
  ])('%s', (_, shown, over, verdict) => {
    const judged = judgePeerCertificate(shown.map(certificate), settings(over), 'server', NOW);
    expect(judged.refusal?.code ?? judged.verdict).toBe(verdict);
    if (judged.refusal !== undefined) {
      expect(judged.refusal).toMatchObject({ by: 'us', exchange: 'TLS' });
      expect(judged.refusal.ours).not.toBe('');
      expect(judged.refusal.theirs).not.toBe('');
    }
  });

  it.each<[readonly number[], string]>([
    [[0x06, 0x80], 'valid'],
    [[0x81], 'certificate-key-usage'],
    [[0], 'certificate-key-usage'],
  ])('remote-cert-ku %j: one of them, with all its bits', (keyUsageBits, verdict) => {
    const made = makeSelfSigned({ name: 'gw', usage: 'serverAuth', days: 90 }, (length) => new Uint8Array(length).fill(7), NOW).certificate;
    const wanted = settings({
      authorities: [],
      fingerprints: [made.fingerprint256.replaceAll(':', '').toLowerCase()],
      keyUsage: true,
      keyUsageBits,
    });
    const judged = judgePeerCertificate([made], wanted, 'server', NOW);
    expect(judged.refusal?.code ?? judged.verdict).toBe(verdict);
    if (judged.refusal !== undefined) expect(judged.refusal.theirs).toBe('80');
  });

  it('is not valid yet', () => {
    const judged = judgePeerCertificate([certificate('gw.pem')], settings(), 'server', Date.UTC(2019, 0, 1));
    expect(judged.refusal?.code).toBe('certificate-not-yet-valid');
  });

  it('a fingerprint is shown as people write it', () => {
    const { refusal } = judgePeerCertificate(
      [certificate('gw.pem')],
      settings({ fingerprints: [fingerprint('client.pem')] }),
      'server',
      NOW,
    );
    expect(refusal?.theirs).toBe(certificate('gw.pem').fingerprint256);
    expect(refusal?.ours).toBe(certificate('client.pem').fingerprint256);
  });
});

describe('the certificate of a client', () => {
  it.each<[string, readonly string[], PeerCertificateSettings['required'], string]>([
    ['is good', ['client.pem'], 'require', 'valid'],
    ['is that of a server', ['gw.pem'], 'require', 'certificate-extended-key-usage'],
    ['is missing', [], 'require', 'certificate-missing'],
    ['need not be there', [], 'optional', 'unverified'],
    ['is not asked for', [], 'none', 'unverified'],
  ])('%s', (_, shown, required, verdict) => {
    const judged = judgePeerCertificate(shown.map(certificate), settings({ required }), 'client', NOW);
    expect(judged.refusal?.code ?? judged.verdict).toBe(verdict);
  });
});
