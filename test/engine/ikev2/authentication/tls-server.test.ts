import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EapMethodName } from '../../../../src/engine/eap/settings.js';
import type { RemoteAuth } from '../../../../src/engine/ike/settings.js';
import { judgeTlsServer, provedByTls } from '../../../../src/engine/ikev2/authentication/tls-server.js';
import { certificateFile } from '../../../support/certificates.js';
import { fqdn, pskRemote } from '../../../support/ike-settings.js';

const certificate = (name: string) => new X509Certificate(certificateFile(name));
const NOW = Date.parse('2026-11-22T12:00:00Z');
const GATEWAY = fqdn('gw.example.com');
const byCa: RemoteAuth = { ...pskRemote('x'), secrets: [], authorities: [certificate('ca.pem')], acceptUnverified: true };
const { publicKey } = generateKeyPairSync('ed25519');

describe('who spoke EAP-TLS with us', () => {
  it.each<readonly [string, string, readonly string[], Partial<RemoteAuth>, string]>([
    ['is the gateway', 'gw.example.com', ['gw.pem'], {}, 'valid'],
    ['is the gateway that was expected', 'gw.example.com', ['gw.pem'], { ids: [GATEWAY] }, 'valid'],
    ['is another client of the same authority', 'gw.example.com', ['client.pem'], { ids: [GATEWAY] }, 'identity-mismatch'],
    ['is a gateway, and another one was expected', 'gw.example.com', ['gw.pem'], { ids: [fqdn('b.example.com')] }, 'identity-mismatch'],
    [
      'has a certificate of nobody we know',
      'gw.example.com',
      ['gw.pem'],
      { authorities: [certificate('client.pem')] },
      'certificate-untrusted',
    ],
    ['has one that has expired', 'gw.example.com', ['expired.pem'], {}, 'certificate-expired'],
    ['shows none', 'gw.example.com', [], {}, 'certificate-missing'],
  ])('%s', (_, id, shown, remote, wanted) => {
    const { verdict, method, refusal } = judgeTlsServer(fqdn(id), shown.map(certificate), { ...byCa, ...remote }, NOW);
    expect([refusal?.code ?? verdict, method]).toEqual([wanted, 'EAP-TLS']);
    expect(verdict).toBe(wanted === 'valid' ? 'valid' : 'invalid');
  });
});

it.each<readonly [readonly EapMethodName[], Partial<RemoteAuth>, boolean]>([
  [['tls'], {}, true],
  [['tls', 'mschapv2'], {}, false],
  [['mschapv2'], {}, false],
  [[], {}, false],
  [['tls'], { authorities: [] }, false],
  [['tls'], { authorities: [], rawKeys: [publicKey] }, false],
])('EAP with %j is enough with %o: %s', (methods, remote, wanted) => {
  const tls = { key: '', certificates: '', authorities: '' };
  expect(provedByTls({ method: 'eap', eap: { methods, tls } }, { ...byCa, ...remote })).toBe(wanted);
});
