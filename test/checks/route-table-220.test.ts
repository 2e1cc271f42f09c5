import { check } from '../../src/checks/route-table-220.js';
import { checkCases } from '../support/check-cases.js';
import { gateway } from '../support/gateway.js';

const own = { dst: '10.2.0.0/24', gateway: '192.0.2.254', dev: 'eth0', prefsrc: '10.1.0.1', table: '220', flags: [] };
const state = (routes: readonly unknown[], rule: boolean, policy = '') => ({
  'ip -j -4 route show table all': JSON.stringify([{ dst: 'default', gateway: '192.0.2.254', dev: 'eth0', flags: [] }, ...routes]),
  'ip -j -4 rule': JSON.stringify([
    { priority: 0, src: 'all', table: 'local' },
    ...(rule ? [{ priority: 220, src: 'all', table: '220' }] : []),
    { priority: 32766, src: 'all', table: 'main' },
  ]),
  'ip xfrm policy': policy,
});
const policy =
  'src 10.1.0.0/24 dst 10.2.0.0/24 \n\tdir out priority 375423 ptype main \n\ttmpl src 192.0.2.1 dst 198.51.100.2\n\t\tproto esp spi 0xc1 reqid 1 mode tunnel\n';
const stopped = { '/proc/700/stat': undefined, '/proc/700/cmdline': undefined };

checkCases(check, [
  { name: 'nothing up', host: gateway({ commands: state([], true) }), status: 'pass', says: ['empty'] },
  { name: 'a route with its policy', host: gateway({ commands: state([own], true, policy) }), status: 'pass', says: ['1 route'] },
  {
    name: 'the rule is gone',
    host: gateway({ commands: state([own], false, policy) }),
    status: 'fail',
    codes: ['host/route-table-220-rule-missing'],
    mends: ['ip rule add priority 220 lookup 220'],
  },
  {
    name: 'a route whose policy is gone',
    host: gateway({ commands: state([own], true) }),
    status: 'warn',
    codes: ['host/route-table-220-stale'],
    mends: ['ip route del 10.2.0.0/24 via 192.0.2.254 dev eth0 src 10.1.0.1 table 220'],
  },
  {
    name: 'strongSwan is gone, its route is not',
    host: gateway({ commands: state([own], true, policy), files: stopped }),
    status: 'warn',
    codes: ['host/route-table-220-no-daemon'],
    mends: ['ip route del'],
  },
  { name: 'strongSwan does not run', host: gateway({ commands: state([], false), files: stopped }), status: 'skip' },
  {
    name: 'switched off',
    host: gateway({ commands: state([], false), files: { '/etc/strongswan.d/charon.conf': 'charon {\n  install_routes = no\n}\n' } }),
    status: 'skip',
  },
  { name: 'no ip', host: gateway({ commands: { 'ip -j -4 route show table all': undefined } }), status: 'unknown' },
]);
