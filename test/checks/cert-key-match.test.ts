import { expect, it } from 'vitest';
import { check } from '../../src/checks/cert-key-match.js';
import { parseCertificates } from '../../src/host/certificates.js';
import { nssCertificateHost, swanctlCertificateHost } from '../support/certificate-hosts.js';
import { certificateFile } from '../support/certificates.js';
import { checkCases, linesOf } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const ckaid = parseCertificates(certificateFile('gw.pem'), 'gw')[0]?.publicKey.nssIds[0];
const list = (id: string | undefined) => ({ 'ipsec showhostkey --list': `< 1> ECDSA keyid: <none> ckaid: ${id}\n` });
const stroke = (secrets: string, key = 'gw.key') =>
  healthyHost({
    files: {
      '/usr/lib/ipsec/starter': '',
      '/etc/ipsec.conf': 'conn gw\n\tleft=192.0.2.1\n\tleftcert=gw.pem\n\tright=198.51.100.1\n\tauto=start\n',
      '/etc/ipsec.secrets': secrets,
      '/etc/ipsec.d/certs/gw.pem': certificateFile('gw.pem'),
      '/etc/ipsec.d/private/gw.key': certificateFile(key),
    },
  });
const opened = (section: string, file: string) =>
  swanctlCertificateHost(
    { 'private/gw.key': 'encrypted.key' },
    {},
    `secrets {\n  ${section} {\n    file = ${file}\n    secret = test\n  }\n}\n`,
  );

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  { name: 'they belong together', host: swanctlCertificateHost(), status: 'pass', says: ['/etc/swanctl/private/gw.key'] },
  {
    name: 'a key of another pair',
    host: swanctlCertificateHost({ 'private/gw.key': 'client.key' }),
    status: 'fail',
    codes: ['host/cert-key-match-mismatch'],
    says: ['/etc/swanctl/private/gw.key'],
  },
  {
    name: 'no key',
    host: swanctlCertificateHost({ 'private/gw.key': { reason: 'missing' } }),
    status: 'fail',
    codes: ['host/cert-key-match-missing'],
  },
  {
    name: 'an encrypted one, and no passphrase',
    host: swanctlCertificateHost({ 'private/gw.key': 'encrypted.key' }),
    status: 'fail',
    codes: ['host/cert-key-match-passphrase'],
    says: [
      '/etc/swanctl/private/gw.key is encrypted, and no secret has its passphrase',
      'below secrets:\\n  private-gw {\\n    file = gw.key\\n    secret = ',
    ],
  },
  {
    name: 'an encrypted one, and its passphrase',
    host: opened('private-1', 'GW.key'),
    status: 'unknown',
    says: ['is encrypted'],
  },
  {
    name: 'an encrypted one, and a passphrase for keys of another folder',
    host: opened('rsa-1', 'gw.key'),
    status: 'fail',
    codes: ['host/cert-key-match-passphrase'],
  },
  {
    name: 'an encrypted one, and secrets that may not be read',
    host: swanctlCertificateHost(
      { 'private/gw.key': 'encrypted.key', 'conf.d/secrets.conf': { reason: 'denied' } },
      {},
      'include conf.d/*.conf\n',
    ),
    status: 'unknown',
    says: ['is encrypted'],
  },
  {
    name: 'ipsec.secrets names an encrypted one without passphrase',
    host: stroke(': ECDSA gw.key\n', 'encrypted.key'),
    status: 'fail',
    codes: ['host/cert-key-match-passphrase'],
    says: ['line 1 of /etc/ipsec.secrets becomes:\\n: ECDSA gw.key '],
  },
  ...['"test"', '%prompt'].map((passphrase) => ({
    name: `ipsec.secrets names an encrypted one with ${passphrase}`,
    host: stroke(`: ECDSA gw.key ${passphrase}\n`, 'encrypted.key'),
    status: 'unknown' as const,
  })),
  { name: 'one that may not be read', host: swanctlCertificateHost({ 'private/gw.key': { reason: 'denied' } }), status: 'unknown' },
  { name: 'ipsec.secrets names it', host: stroke(': ECDSA gw.key\n'), status: 'pass' },
  { name: 'ipsec.secrets does not', host: stroke(''), status: 'fail', codes: ['host/cert-key-match-missing'], says: ['ipsec.secrets'] },
  { name: 'on a token', host: stroke(': PIN %smartcard 1234\n'), status: 'unknown' },
  { name: 'in NSS', host: nssCertificateHost(list(ckaid)), status: 'pass' },
  { name: 'another one in NSS', host: nssCertificateHost(list('aa'.repeat(20))), status: 'fail', codes: ['host/cert-key-match-mismatch'] },
  { name: 'NSS says nothing', host: nssCertificateHost(), status: 'unknown' },
]);

it('shows nothing of a private key', async () => {
  const text = JSON.stringify(await linesOf(check, { host: swanctlCertificateHost({ 'private/gw.key': 'client.key' }) }));
  for (const line of certificateFile('client.key').split('\n').slice(1, -2)) expect(text).not.toContain(line);
});
