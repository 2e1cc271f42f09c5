import { check } from '../../src/checks/secret-syntax.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const secrets = (text: string) => libreswanHost({ files: { '/etc/ipsec.conf': '', '/etc/ipsec.secrets': text } });

checkCases(check, [
  { name: 'no secrets', host: libreswanHost(), status: 'skip' },
  { name: 'in order', host: secrets('192.0.2.1 198.51.100.1 : PSK "dwLbG1lQbFiiFCTEyb7n"\n'), status: 'pass' },
  {
    name: 'without quotes',
    host: secrets('192.0.2.1 198.51.100.1 : PSK dwLbG1lQbFiiFCTEyb7n\n'),
    status: 'fail',
    codes: ['host/secret-syntax'],
    says: ['/etc/ipsec.secrets:1', 'neither quoted'],
  },
  {
    name: 'a word that is no kind, in swanctl.conf',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'secrets {\n  psk-1 {\n    secret = "dwLbG1lQbFiiFCTEyb7n"\n  }\n}\n' } }),
    status: 'fail',
    codes: ['host/secret-syntax'],
    says: ['secrets.psk-1'],
  },
  {
    name: 'without the right to read',
    host: libreswanHost({ files: { '/etc/ipsec.conf': '', '/etc/ipsec.secrets': { reason: 'denied' } } }),
    status: 'unknown',
    says: ['/etc/ipsec.secrets: denied'],
  },
  {
    name: 'a binary file',
    host: libreswanHost({ files: { '/etc/ipsec.conf': '', '/etc/ipsec.secrets': { reason: 'binary' } } }),
    status: 'unknown',
  },
]);
