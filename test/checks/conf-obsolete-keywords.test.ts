import { check } from '../../src/checks/conf-obsolete-keywords.js';
import { checkCases } from '../support/check-cases.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=start\n';

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  { name: 'in order', host: libreswanHost({ files: { '/etc/ipsec.conf': conn } }), status: 'pass' },
  {
    name: 'a keyword that the installed release refuses',
    host: libreswanHost({ files: { '/etc/ipsec.conf': `config setup\n\tnat_traversal=yes\n${conn}` } }),
    status: 'fail',
    codes: ['host/conf-obsolete-keywords'],
    says: ['nat_traversal', '/etc/ipsec.conf:2'],
  },
  {
    name: 'the same in an older release',
    host: libreswanHost({
      files: { '/etc/ipsec.conf': `config setup\n\tnat_traversal=yes\n${conn}` },
      commands: { 'ipsec --version': 'Linux Libreswan 3.29 (netkey) on 5.4.0\n' },
    }),
    status: 'warn',
    codes: ['host/conf-obsolete-keywords'],
    says: ['no effect since libreswan 3.19'],
  },
  {
    name: 'without the right to read',
    host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }),
    status: 'unknown',
  },
]);
