import { check } from '../../src/checks/conf-unknown-keywords.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=start\n';

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  { name: 'in order', host: libreswanHost({ files: { '/etc/ipsec.conf': conn } }), status: 'pass' },
  {
    name: 'a slip, which makes libreswan refuse the file',
    host: libreswanHost({ files: { '/etc/ipsec.conf': `${conn}\tleftsubent=10.1.0.0/24\n` } }),
    status: 'fail',
    codes: ['host/conf-unknown-keywords'],
    says: ['leftsubent', 'line 5 of /etc/ipsec.conf becomes', 'leftsubnet=10.1.0.0/24'],
  },
  {
    name: 'a keyword of another product, which strongSwan passes over',
    host: healthyHost({
      files: { '/etc/ipsec.conf': `${conn}\tphase2alg=aes256-sha2_256\n`, '/usr/lib/ipsec/starter': '' },
    }),
    status: 'warn',
    codes: ['host/conf-unknown-keywords'],
    says: ['phase2alg'],
  },
  {
    name: 'an option that OpenVPN does not have',
    host: healthyHost({ files: { '/etc/openvpn/a.conf': 'dev tun\nclinet\n' } }),
    status: 'fail',
    codes: ['host/conf-unknown-keywords'],
    says: ['clinet'],
  },
  {
    name: 'a word that racoon does not have',
    host: healthyHost({ files: { '/etc/racoon/racoon.conf': 'remote 198.51.100.1 {\n\texchnge_mode main;\n}\n' } }),
    status: 'fail',
    codes: ['host/conf-unknown-keywords'],
    says: ['exchnge_mode', '/etc/racoon/racoon.conf'],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
