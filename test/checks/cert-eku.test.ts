import { check } from '../../src/checks/cert-eku.js';
import { swanctlCertificateHost } from '../support/certificate-hosts.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  { name: 'for servers and IKE', host: swanctlCertificateHost({}, { remote: '%any' }), status: 'pass', says: ['serverAuth, ipsecIKE'] },
  { name: 'without usage', host: swanctlCertificateHost({ 'x509/gw.pem': 'ca.pem' }), status: 'pass' },
  { name: 'for clients, to one peer', host: swanctlCertificateHost({ 'x509/gw.pem': 'client.pem' }), status: 'pass' },
  {
    name: 'for clients, where anybody may call',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'client.pem' }, { remote: '%any' }),
    status: 'warn',
    codes: ['host/cert-eku-server'],
    says: ['clientAuth'],
  },
  {
    name: 'for mail alone',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'mail.pem' }),
    status: 'warn',
    codes: ['host/cert-eku-none'],
    says: ['emailProtection'],
  },
  { name: 'the certificate may not be read', host: swanctlCertificateHost({ 'x509/gw.pem': { reason: 'denied' } }), status: 'unknown' },
]);
