import { check } from '../../src/checks/route-source.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';

const uplink = { dst: 'default', gateway: '192.0.2.254', dev: 'eth0', flags: [] };
const withRoute = (route: Readonly<Record<string, unknown>>) => ({
  'ip -j -4 route show table all': JSON.stringify([uplink, { flags: [], ...route }]),
  'ip -j -4 rule': JSON.stringify(
    [0, 220, 32766].map((priority) => ({ priority, src: 'all', table: priority === 0 ? 'local' : priority === 220 ? '220' : 'main' })),
  ),
});
const libreswan = (more: string) => ({
  '/etc/ipsec.conf': `conn net-net\n\tleft=192.0.2.1\n\tleftsubnet=10.1.0.0/24\n\t${more}\n\tright=198.51.100.2\n\trightsubnet=10.2.0.0/24\n\tauthby=secret\n\tauto=start\n`,
});

checkCases(check, [
  { name: 'the gateway itself stays outside', host: gateway(), status: 'skip', says: ['leftsourceip'] },
  {
    name: "strongSwan's route has a source in the selector",
    host: gateway({ commands: withRoute({ dst: '10.2.0.0/24', gateway: '192.0.2.254', dev: 'eth0', prefsrc: '10.1.0.1', table: '220' }) }),
    status: 'pass',
  },
  {
    name: 'the route has another source',
    host: gateway({ commands: withRoute({ dst: '10.2.0.0/24', gateway: '192.0.2.254', dev: 'eth0', prefsrc: '192.0.2.1' }) }),
    status: 'fail',
    codes: ['host/route-source'],
    says: ['10.2.0.0/24 via 192.0.2.254 dev eth0 src 192.0.2.1', 'ip route change 10.2.0.0/24 via 192.0.2.254 dev eth0 src'],
  },
  {
    name: 'leftsourceip in the selector',
    host: gateway({ swanctl: '', files: libreswan('leftsourceip=10.1.0.1') }),
    status: 'pass',
    says: [/10\.1\.0\.1, as net-net asks: its route comes with the tunnel/],
  },
  {
    name: 'leftsourceip outside the selector',
    host: gateway({ swanctl: '', files: libreswan('leftsourceip=10.9.0.1') }),
    status: 'fail',
    codes: ['host/route-source-outside-selector'],
    says: ['leftsourceip=10.1.0.1'],
  },
  {
    name: 'a client with an address from its server',
    host: gateway({ swanctl: connection({ localTs: '', more: 'vips = 0.0.0.0' }) }),
    status: 'skip',
    says: ['the peer gives the address'],
  },
  { name: 'no connection', host: gateway({ swanctl: '' }), status: 'skip' },
  { name: 'no ip', host: gateway({ commands: { 'ip -j -4 route show table all': undefined } }), status: 'unknown' },
]);
