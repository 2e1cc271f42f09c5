import { check } from '../../src/checks/conf-not-loaded.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = (name: string, ...rest: string[]) => `${[`conn ${name}`, 'left=192.0.2.1', ...rest].join('\n\t')}\n`;
const host = (...conns: string[]) => libreswanHost({ files: { '/etc/ipsec.conf': conns.join('\n') } });

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  {
    name: 'swanctl loads all',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'connections {\n  gw {\n    remote_addrs = 198.51.100.1\n  }\n}\n' } }),
    status: 'skip',
  },
  { name: 'loaded', host: host(conn('gw', 'right=198.51.100.1', 'auto=start')), status: 'pass' },
  {
    name: 'switched off on purpose',
    host: host(conn('gw', 'right=198.51.100.1', 'auto=start'), conn('old', 'right=198.51.100.2', 'auto=ignore')),
    status: ['pass', 'skip'],
    says: ['old'],
  },
  { name: 'all switched off', host: host(conn('old', 'right=198.51.100.2', 'auto=ignore')), status: 'skip', says: ['old'] },
  {
    name: 'what another one takes in with also= need not be loaded itself',
    host: host(conn('gw', 'also=base', 'auto=start'), conn('base', 'right=198.51.100.1')),
    status: 'pass',
  },
  {
    name: 'without auto=',
    host: host(conn('gw', 'right=198.51.100.1')),
    status: 'warn',
    codes: ['host/conf-not-loaded'],
    says: ['below /etc/ipsec.conf:1:\\n\\tauto=start'],
  },
  {
    name: 'without auto=, for anybody: there is nobody to call',
    host: host(conn('road', 'right=%any')),
    status: 'warn',
    codes: ['host/conf-not-loaded'],
    says: ['auto=add'],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
