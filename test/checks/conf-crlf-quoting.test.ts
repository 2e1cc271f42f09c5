import { check } from '../../src/checks/conf-crlf-quoting.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=start\n';

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  { name: 'in order', host: libreswanHost({ files: { '/etc/ipsec.conf': conn } }), status: 'pass' },
  {
    name: 'a string that is never closed',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'secrets {\n  ike-1 {\n    secret = "abc\n  }\n}\n' } }),
    status: 'fail',
    codes: ['host/conf-crlf-quoting'],
    says: ['swanctl.conf:3', 'never closed'],
  },
  {
    name: 'a byte order mark',
    host: libreswanHost({ files: { '/etc/ipsec.conf': `\uFEFF${conn}` } }),
    status: 'fail',
    codes: ['host/conf-crlf-quoting'],
    says: ['byte order mark', 'sed -i'],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
