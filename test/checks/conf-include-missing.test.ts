import { check } from '../../src/checks/conf-include-missing.js';
import { checkCases } from '../support/check-cases.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=start\n';

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  {
    name: 'in order, a pattern that matches nothing included',
    host: libreswanHost({
      files: { '/etc/ipsec.conf': 'include /etc/ipsec.d/gw.conf\ninclude /etc/ipsec.d/x-*.conf\n', '/etc/ipsec.d/gw.conf': conn },
    }),
    status: 'pass',
    says: ['/etc/ipsec.d/gw.conf'],
  },
  {
    name: 'a file that is not there',
    host: libreswanHost({ files: { '/etc/ipsec.conf': `${conn}include /etc/ipsec.d/lost.conf\n` } }),
    status: 'warn',
    codes: ['host/conf-include-missing'],
    says: ['/etc/ipsec.conf:5', 'lost.conf'],
  },
  {
    name: 'one that may not be read',
    host: libreswanHost({
      files: { '/etc/ipsec.conf': `${conn}include /etc/ipsec.d/shut.conf\n`, '/etc/ipsec.d/shut.conf': { reason: 'denied' } },
    }),
    status: 'unknown',
  },
]);
