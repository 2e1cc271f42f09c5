import { check } from '../../src/checks/conf-opportunistic.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { libreswanHost } from '../support/libreswan-host.js';

const conn = 'conn gw\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=start\n';
const group =
  'conn private-or-clear\n\tleft=%defaultroute\n\tright=%opportunisticgroup\n\tauthby=null\n\tnegotiationshunt=passthrough\n\tfailureshunt=passthrough\n\tauto=ondemand\n';
const policies = '/etc/ipsec.d/policies/private-or-clear';

checkCases(check, [
  { name: 'nothing configured', host: libreswanHost(), status: 'skip' },
  {
    name: 'strongSwan has none',
    host: healthyHost({ files: { '/etc/swanctl/swanctl.conf': 'connections {\n  gw {\n  }\n}\n' } }),
    status: 'skip',
  },
  { name: 'off', host: libreswanHost({ files: { '/etc/ipsec.conf': conn } }), status: 'pass' },
  {
    name: 'Openswan, switched on',
    host: libreswanHost({
      files: { '/etc/ipsec.conf': `config setup\n\toe=yes\n${conn}` },
      commands: { 'ipsec --version': 'Linux Openswan U2.6.37/K3.2.0 (netkey)\n' },
    }),
    status: 'warn',
    codes: ['host/conf-opportunistic'],
    says: ['/etc/ipsec.conf:2 becomes:\\n\\toe=no'],
  },
  {
    name: 'groups with some networks are meant',
    host: libreswanHost({ files: { '/etc/ipsec.conf': group, [policies]: '# ours\n10.0.0.0/8\n' } }),
    status: 'pass',
  },
  {
    name: 'with everybody',
    host: libreswanHost({ files: { '/etc/ipsec.conf': group, [policies]: '# all\n0.0.0.0/0\n' } }),
    status: 'warn',
    codes: ['host/conf-opportunistic-everybody'],
    says: [policies],
  },
  { name: 'without the right to read', host: libreswanHost({ files: { '/etc/ipsec.conf': { reason: 'denied' } } }), status: 'unknown' },
]);
