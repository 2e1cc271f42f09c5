import { check } from '../../src/checks/secrets-file-mode.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const secrets = (stat: Record<string, number>, rest: Record<string, object> = {}) =>
  libreswanHost({
    files: { '/etc/ipsec.conf': '', '/etc/ipsec.secrets': ': PSK "dwLbG1lQbFiiFCTEyb7n"\n' },
    stats: { '/etc/ipsec.secrets': stat, ...rest },
  });
const key = '/etc/swanctl/private/gw.pem';
const swanctl = (stats: Record<string, object>) =>
  healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'connections {\n}\n', [key]: 'key' }, stats });

checkCases(check, [
  { name: 'no secrets', host: healthyHost(), status: 'skip' },
  { name: 'for root alone', host: secrets({ mode: 0o600 }), status: 'pass' },
  {
    name: 'for everybody',
    host: secrets({ mode: 0o644 }),
    status: 'fail',
    codes: ['host/secrets-file-mode'],
    says: ['0644', 'everybody on this host'],
    mends: ['chmod 0600 /etc/ipsec.secrets'],
  },
  {
    name: "racoon's psk.txt for everybody",
    host: healthyHost({
      files: { '/etc/racoon/racoon.conf': 'path pre_shared_key "psk.txt";\n', '/etc/racoon/psk.txt': '192.0.2.9 dwLbG1lQbFiiFCTEyb7n\n' },
      stats: { '/etc/racoon/psk.txt': { mode: 0o644 } },
    }),
    status: 'fail',
    codes: ['host/secrets-file-mode'],
    mends: ['chmod 0600 /etc/racoon/psk.txt'],
  },
  {
    name: 'for a group',
    host: secrets({ mode: 0o640, gid: 100 }),
    status: 'warn',
    codes: ['host/secrets-file-mode'],
    says: ['group 100'],
    mends: ['chmod 0600'],
  },
  { name: 'for the group of root', host: secrets({ mode: 0o640 }), status: 'pass' },
  {
    name: 'writable',
    host: secrets({ mode: 0o602 }),
    status: 'fail',
    codes: ['host/secrets-file-mode-writable'],
    mends: ['chmod 0600'],
  },
  {
    name: 'of another user',
    host: secrets({ mode: 0o600, uid: 1000 }),
    status: 'warn',
    codes: ['host/secrets-file-mode-owner'],
    mends: ['chown root: /etc/ipsec.secrets; chmod 0600'],
  },
  { name: 'a key of everybody in a directory of root alone', host: swanctl({ '/etc/swanctl/private': { mode: 0o700 } }), status: 'pass' },
  { name: 'a key of everybody', host: swanctl({}), status: 'fail', codes: ['host/secrets-file-mode'], says: [key], mends: [key] },
  {
    name: 'secrets within swanctl.conf',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'secrets {\n  ike-1 {\n    secret = "dwLbG1lQbFiiFCTEyb7n"\n  }\n}\n' } }),
    status: 'fail',
    codes: ['host/secrets-file-mode'],
    says: ['/etc/swanctl/swanctl.conf'],
    mends: ['chmod 0600'],
  },
  {
    name: 'a directory that may not be listed',
    host: healthyHost({
      files: { '/etc/swanctl/swanctl.conf': 'connections {\n}\n' },
      dirs: { '/etc/swanctl/private': { reason: 'denied' } },
    }),
    status: 'unknown',
    says: ['/etc/swanctl/private'],
  },
]);
