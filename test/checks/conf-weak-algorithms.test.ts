import { check } from '../../src/checks/conf-weak-algorithms.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const libreswan = (...rest: string[]) =>
  libreswanHost({
    files: { '/etc/ipsec.conf': `${['conn gw', 'left=192.0.2.1', 'right=198.51.100.1', 'auto=start', ...rest].join('\n\t')}\n` },
  });
const strongswan = (proposals: string) =>
  healthyHost({
    files: {
      '/etc/swanctl/swanctl.conf': `connections {\n  gw {\n    remote_addrs = 198.51.100.1\n    proposals = ${proposals}\n    children {\n      net {\n      }\n    }\n  }\n}\n`,
    },
  });

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  { name: 'defaults', host: libreswan(), status: 'skip' },
  { name: 'strong', host: libreswan('ike=aes256-sha2_256;modp2048', 'esp=aes_gcm256'), status: 'pass' },
  {
    name: 'old, and there',
    host: strongswan('3des-md5-modp1024'),
    status: 'warn',
    codes: ['host/conf-weak-algorithms'],
    says: ['3DES', 'MD5', 'strongswan 5.6.1', 'proposals = aes256-sha256-modp2048', 'swanctl.conf:4'],
  },
  {
    name: 'gone from the installed release',
    host: libreswan('esp=serpent256-sha2_256'),
    status: 'fail',
    codes: ['host/conf-weak-algorithms-absent'],
    says: ['libreswan 4.10', 'removed since libreswan 4.0', 'esp=aes256-sha2_256'],
  },
  {
    name: 'still there in an older one',
    host: libreswanHost({
      files: { '/etc/ipsec.conf': 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tesp=serpent256-sha2_256\n\tauto=start\n' },
      commands: { 'ipsec --version': 'Linux Libreswan 3.29 (netkey) on 5.4.0\n' },
    }),
    status: 'pass',
  },
  {
    name: 'no algorithm at all',
    host: libreswan('ike=aes256-sha2_265;modp2048'),
    status: 'fail',
    codes: ['host/conf-weak-algorithms-unknown'],
    says: ['sha2_265', '/etc/ipsec.conf:5'],
  },
  {
    name: 'one line of many connections is one finding',
    host: libreswanHost({
      files: {
        '/etc/ipsec.conf': `conn %default\n\tike=3des-sha1;modp2048\n${['a', 'b', 'c', 'd'].map((name, index) => `conn ${name}\n\tleft=192.0.2.1\n\tright=198.51.100.${index}\n\tauto=start\n`).join('')}`,
      },
    }),
    status: 'warn',
    codes: ['host/conf-weak-algorithms'],
    says: ['a, b and 2 more'],
  },
  {
    name: 'racoon, in its words',
    host: healthyHost({
      files: {
        '/etc/racoon/racoon.conf':
          'remote 198.51.100.1 {\n\texchange_mode main;\n\tproposal { encryption_algorithm 3des; hash_algorithm md5; authentication_method rsasig; dh_group 2; }\n}\nsainfo anonymous { encryption_algorithm aes 256; authentication_algorithm hmac_sha256; }\n',
      },
    }),
    status: 'warn',
    codes: ['host/conf-weak-algorithms'],
    says: ['/etc/racoon/racoon.conf, at line 3:\\nencryption_algorithm aes 256;', 'hash_algorithm sha256;\\ndh_group 14;'],
  },
  {
    name: 'isakmpd, in its words',
    host: healthyHost({
      files: {
        '/etc/isakmpd/isakmpd.conf':
          '[Phase 1]\n198.51.100.1= peer\n[Phase 2]\nConnections= net\n[peer]\nAddress= 198.51.100.1\nConfiguration= main\n[main]\nEXCHANGE_TYPE= ID_PROT\nTransforms= AES-256-SHA2-256-GRP14\n[net]\nISAKMP-peer= peer\nConfiguration= quick\nLocal-ID= l\nRemote-ID= r\n[l]\nAddress= 10.1.0.1\n[r]\nAddress= 10.2.0.1\n[quick]\nSuites= QM-ESP-3DES-SHA-SUITE\n',
      },
    }),
    status: 'warn',
    codes: ['host/conf-weak-algorithms'],
    says: ['Suites= QM-ESP-AES-256-SHA2-256-PFS-GRP14-SUITE'],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
