import { check } from '../../src/checks/cert-chain.js';
import { nssCertificateHost, swanctlCertificateHost } from '../support/certificate-hosts.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  {
    name: 'issued by an authority that is here',
    host: swanctlCertificateHost(),
    status: 'pass',
    says: ['gw.example.com < O=Example, CN=Test CA'],
  },
  {
    name: 'over an intermediate',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'leaf.pem', 'x509ca/sub.pem': 'sub.pem' }),
    status: 'pass',
  },
  {
    name: 'the intermediate is missing',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'leaf.pem' }),
    status: 'warn',
    codes: ['host/cert-chain-issuer'],
    says: ['CN=Test Sub CA', '/etc/swanctl/x509ca'],
  },
  { name: 'signed by itself', host: swanctlCertificateHost({ 'x509/gw.pem': 'ca.pem' }), status: 'pass' },
  {
    name: 'an authority that may not be read',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'leaf.pem', 'x509ca/sub.pem': { reason: 'denied' } }),
    status: 'unknown',
    says: ['/etc/swanctl/x509ca/sub.pem'],
  },
  { name: 'the certificate may not be read', host: swanctlCertificateHost({ 'x509/gw.pem': { reason: 'denied' } }), status: 'unknown' },
  { name: 'authorities in NSS', host: nssCertificateHost(), status: 'skip' },
]);
