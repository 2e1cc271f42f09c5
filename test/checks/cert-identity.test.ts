import { expect, it } from 'vitest';
import { check, confirms, identityOf } from '../../src/checks/cert-identity.js';
import { parseCertificates } from '../../src/host/certificates.js';
import { nssCertificateHost, swanctlCertificateHost } from '../support/certificate-hosts.js';
import { certificateFile } from '../support/certificates.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const stroke = (id: string) =>
  healthyHost({
    files: {
      '/usr/lib/ipsec/starter': '',
      '/etc/ipsec.conf': `conn gw\n\tleft=192.0.2.1\n\tleftcert=gw.pem\n${id}\tright=198.51.100.1\n\tauto=start\n`,
      '/etc/ipsec.d/certs/gw.pem': certificateFile('gw.pem'),
    },
  });

checkCases(check, [
  { name: 'nothing configured', host: healthyHost(), status: 'skip' },
  { name: 'among the names', host: swanctlCertificateHost(), status: 'pass' },
  {
    name: 'another name',
    host: swanctlCertificateHost({}, { id: 'vpn.example.com' }),
    status: 'fail',
    codes: ['host/cert-identity'],
    says: ['vpn.example.com', 'dns:gw.example.com', 'swanctl.conf:6'],
  },
  { name: 'strongSwan replaces it', host: stroke('\tleftid=@vpn.example.com\n'), status: 'warn', codes: ['host/cert-identity'] },
  { name: 'none given', host: stroke(''), status: 'skip' },
  { name: 'a form that is not compared', host: swanctlCertificateHost({}, { id: 'keyid:0102' }), status: 'unknown' },
  { name: 'the certificate may not be read', host: swanctlCertificateHost({ 'x509/gw.pem': { reason: 'denied' } }), status: 'unknown' },
  { name: 'in NSS', host: nssCertificateHost(), status: 'pass' },
]);

const [gateway] = parseCertificates(certificateFile('gw.pem'), 'gw');
const [client] = parseCertificates(certificateFile('client.pem'), 'client');

it.each([
  [gateway, '@gw.example.com', 'strongswan', 'yes'],
  [gateway, 'GW.example.com', 'strongswan', 'yes'],
  [gateway, '192.0.2.1', 'strongswan', 'yes'],
  [gateway, '192.0.2.2', 'strongswan', 'no'],
  [gateway, 'gw@example.com', 'strongswan', 'no'],
  [gateway, 'O=Example, CN=gw.example.com', 'strongswan', 'yes'],
  [gateway, '"cn=GW.example.com,  o=Example"', 'strongswan', 'yes'],
  [gateway, '/O=Example/CN=gw.example.com', 'strongswan', 'yes'],
  [gateway, 'O=Other, CN=gw.example.com', 'strongswan', 'no'],
  [gateway, 'O=Example\\, Inc, CN=gw.example.com', 'strongswan', 'unsure'],
  [gateway, '%fromcert', 'libreswan', 'any'],
  [gateway, '%any', 'strongswan', 'any'],
  [gateway, 'O=Example, CN=*', 'strongswan', 'any'],
  [gateway, '@#0102', 'libreswan', 'unsure'],
  // The common name counts for NSS where there is no name in subjectAltName, and never for strongSwan.
  [client, '@client1', 'libreswan', 'yes'],
  [client, '@client1', 'strongswan', 'no'],
] as const)('confirms %#: %s', (certificate, id, product, expected) => {
  if (certificate === undefined) throw new TypeError('fixture');
  expect(confirms(certificate, id, product)).toBe(expected);
});

it.each([
  [[{ type: 'dns', value: '*.example' }], '"CN=gw"'],
  [
    [
      { type: 'other', value: 'URI:x' },
      { type: 'dns', value: '*.example' },
      { type: 'ip', value: '192.0.2.1' },
    ],
    '192.0.2.1',
  ],
] as const)('proposes a name that is one: %#', (alternativeNames, expected) =>
  expect(identityOf({ alternativeNames, subject: 'CN=gw' })).toBe(expected),
);
