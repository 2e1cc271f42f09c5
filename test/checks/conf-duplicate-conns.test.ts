import { check } from '../../src/checks/conf-duplicate-conns.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = (name: string, ...rest: string[]) =>
  `${[`conn ${name}`, 'left=192.0.2.1', 'right=198.51.100.1', 'leftsubnet=10.1.0.0/24', 'auto=start', ...rest].join('\n\t')}\n`;
const host = (...conns: string[]) => libreswanHost({ files: { '/etc/ipsec.conf': conns.join('\n') } });

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  {
    name: 'different networks',
    host: host(conn('one', 'rightsubnet=10.2.0.0/24'), conn('two', 'rightsubnet=10.3.0.0/24')),
    status: 'pass',
  },
  {
    name: 'the same ends and networks',
    host: host(conn('one', 'rightsubnet=10.2.0.0/24'), conn('two', 'rightsubnet=10.2.0.0/24')),
    status: 'warn',
    codes: ['host/conf-duplicate-conns-twins'],
    says: ['one and two'],
  },
  {
    name: 'twins in a swanctl.conf, which knows no auto=ignore',
    host: healthyHost({
      files: {
        '/etc/swanctl/swanctl.conf': `connections {\n${['a', 'b'].map((name) => `${name} {\n remote_addrs = 198.51.100.1\n children {\n c {\n local_ts = 10.1.0.0/24\n remote_ts = 10.2.0.0/24\n }\n }\n }\n`).join('')}}\n`,
      },
    }),
    status: 'warn',
    codes: ['host/conf-duplicate-conns-twins'],
    says: ['"take one of the two out"'],
  },
  {
    name: 'told apart by a mark',
    host: host(conn('one', 'mark=1/0xffffffff'), conn('two', 'mark=2/0xffffffff')),
    status: 'pass',
  },
  {
    name: 'one of them switched off',
    host: host(conn('one'), conn('two').replace('auto=start', 'auto=ignore')),
    status: 'pass',
  },
  {
    name: 'a name twice',
    host: host(conn('one', 'rightsubnet=10.2.0.0/24'), conn('one', 'rightsubnet=10.3.0.0/24')),
    status: 'warn',
    codes: ['host/conf-duplicate-conns'],
    says: ['the later one replaces it'],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
