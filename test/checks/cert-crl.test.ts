import { check } from '../../src/checks/cert-crl.js';
import { swanctlCertificateHost } from '../support/certificate-hosts.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const strict = { extra: 'revocation = strict' };

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  { name: 'no list, and none wanted', host: swanctlCertificateHost(), status: 'skip' },
  { name: 'a fresh one', host: swanctlCertificateHost({ 'x509crl/ca.crl': 'fresh.crl' }, strict), status: 'pass' },
  {
    name: 'one out of date',
    host: swanctlCertificateHost({ 'x509crl/ca.crl': 'stale.crl' }),
    status: 'warn',
    codes: ['host/cert-crl-stale'],
  },
  {
    name: 'one out of date where a fresh one is wanted',
    host: swanctlCertificateHost({ 'x509crl/ca.crl': 'stale.crl' }, strict),
    status: 'fail',
    codes: ['host/cert-crl-stale'],
    says: ['2021-01-01', '/etc/swanctl/x509crl/ca.crl'],
  },
  {
    name: 'our certificate is revoked',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'client.pem', 'x509crl/ca.crl': 'fresh.crl' }),
    status: 'fail',
    codes: ['host/cert-crl-revoked'],
  },
  {
    name: 'a list of another authority',
    host: swanctlCertificateHost({ 'x509/gw.pem': 'leaf.pem', 'x509crl/ca.crl': 'stale.crl' }),
    status: 'skip',
  },
  { name: 'none here: it may be fetched', host: swanctlCertificateHost({}, strict), status: 'unknown' },
  { name: 'one that may not be read', host: swanctlCertificateHost({ 'x509crl/ca.crl': { reason: 'denied' } }), status: 'unknown' },
]);
