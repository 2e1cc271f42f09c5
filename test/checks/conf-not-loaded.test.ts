import { check } from '../../src/checks/conf-not-loaded.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = (name: string, ...rest: string[]) => `${[`conn ${name}`, 'left=192.0.2.1', ...rest].join('\n\t')}\n`;
const host = (...conns: string[]) => libreswanHost({ files: { '/etc/ipsec.conf': conns.join('\n') } });
const SECTION = 'connections {\n  gw {\n    remote_addrs = 198.51.100.1\n  }\n}\n';
const swanctl = (files: Readonly<Record<string, string>>, policies = '') =>
  healthyHost({
    files: { '/etc/swanctl/swanctl.conf': 'include conf.d/*.conf\n', ...files },
    commands: { 'ip xfrm policy': policies },
  });

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
  {
    name: 'swanctl: a file that the include does not take, and no connection',
    host: swanctl({ '/etc/swanctl/conf.d/README': 'put them here\n', '/etc/swanctl/conf.d/site.conf.bak': SECTION }),
    status: 'warn',
    codes: ['host/conf-not-loaded-none'],
    says: [
      'no connection is configured: nothing includes /etc/swanctl/conf.d/site.conf.bak',
      'mv /etc/swanctl/conf.d/site.conf.bak /etc/swanctl/conf.d/site.conf\\nswanctl --load-all',
    ],
  },
  {
    name: 'swanctl: a file without a suffix',
    host: swanctl({ '/etc/swanctl/conf.d/site': SECTION }),
    status: 'warn',
    codes: ['host/conf-not-loaded-none'],
    says: ['mv /etc/swanctl/conf.d/site /etc/swanctl/conf.d/site.conf'],
  },
  {
    name: 'swanctl: no include at all',
    host: swanctl({ '/etc/swanctl/swanctl.conf': '# mine\n', '/etc/swanctl/conf.d/site.conf': SECTION }),
    status: 'warn',
    codes: ['host/conf-not-loaded-none'],
    says: ['add to /etc/swanctl/swanctl.conf:\\ninclude conf.d/*.conf'],
  },
  {
    name: 'swanctl: a spare file beside a connection that is loaded',
    host: swanctl({ '/etc/swanctl/conf.d/site.conf': SECTION, '/etc/swanctl/conf.d/site.conf.bak': SECTION }),
    status: 'skip',
    says: ['swanctl loads every connection'],
  },
  {
    name: 'swanctl: loaded by somebody else, as the kernel shows',
    host: swanctl(
      { '/etc/swanctl/conf.d/site.conf.bak': SECTION },
      'src 10.1.0.0/24 dst 10.2.0.0/24 \n\tdir out priority 375423 ptype main \n\ttmpl src 192.0.2.1 dst 198.51.100.1\n\t\tproto esp reqid 1 mode tunnel\n',
    ),
    status: 'skip',
    says: ['no connection in an ipsec.conf'],
  },
  {
    name: 'swanctl: nothing configured, and nothing beside',
    host: swanctl({}),
    status: 'skip',
    says: ['runs, and no connection is configured'],
  },
  {
    name: 'libreswan: a file that the include does not take, and what NSS and logins have there',
    host: libreswanHost({
      files: {
        '/etc/ipsec.conf': 'config setup\ninclude /etc/ipsec.d/*.conf\n',
        '/etc/ipsec.d/passwd': '',
        '/etc/ipsec.d/nsspassword': '',
        '/etc/ipsec.d/cert9.db': '',
        '/etc/ipsec.d/policies/clear': '',
        '/etc/ipsec.d/site.conf.disabled': conn('gw'),
      },
    }),
    status: 'warn',
    codes: ['host/conf-not-loaded-none'],
    says: ['mv /etc/ipsec.d/site.conf.disabled /etc/ipsec.d/site.conf\\nsystemctl restart ipsec', 'no connection is configured'],
  },
  {
    name: 'libreswan: only what NSS and logins have there',
    host: libreswanHost({
      files: { '/etc/ipsec.conf': 'include /etc/ipsec.d/*.conf\n', '/etc/ipsec.d/passwd': '', '/etc/ipsec.d/policies/clear': '' },
    }),
    status: 'skip',
    says: ['pluto runs, and no connection is configured'],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
