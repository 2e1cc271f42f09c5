import { check } from '../../src/checks/cert-dates.js';
import { nssCertificateHost, swanctlCertificateHost } from '../support/certificate-hosts.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  { name: 'valid, once for all children', host: swanctlCertificateHost(), status: 'pass', says: ['2099-01-01'] },
  {
    name: 'expired',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'expired.pem' }),
    status: 'fail',
    codes: ['host/cert-dates-expired'],
    says: ['until 2021-01-01 00:00 UTC', '/etc/swanctl/x509/gw.pem'],
  },
  {
    name: 'not yet valid: a clock that was never set',
    host: swanctlCertificateHost({}, { now: new Date('1970-01-01T00:01:00Z') }),
    status: 'fail',
    codes: ['host/cert-dates-early'],
    says: ['timedatectl'],
  },
  {
    name: 'three weeks before the end',
    host: swanctlCertificateHost({}, { now: new Date('2098-12-10T00:00:00Z') }),
    status: 'warn',
    codes: ['host/cert-dates-soon'],
  },
  {
    name: 'not there',
    host: swanctlCertificateHost({ 'x509/gw.pem': { reason: 'missing' } }),
    status: 'fail',
    codes: ['host/cert-dates-missing'],
    says: ['/etc/swanctl/x509/gw.pem'],
  },
  { name: 'without the right to read', host: swanctlCertificateHost({ 'x509/gw.pem': { reason: 'denied' } }), status: 'unknown' },
  { name: 'DER, and no openssl', host: swanctlCertificateHost({ 'x509/gw.pem': { reason: 'binary' } }), status: 'unknown' },
  { name: 'in NSS', host: nssCertificateHost(), status: 'pass' },
  {
    name: 'NSS, and no certutil',
    host: nssCertificateHost({ 'certutil -L -d sql:/var/lib/ipsec/nss -n gw -a': { reason: 'timeout' } }),
    status: 'unknown',
  },
]);
