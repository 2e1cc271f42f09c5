import { check } from '../../src/checks/route-overlap.js';
import { checkCases } from '../support/check-cases.js';
import { connection, gateway } from '../support/gateway.js';
import { libreswanHost } from '../support/libreswan-host.js';

checkCases(check, [
  ...['left=%any\n\tright=198.51.100.2', 'left=198.51.100.2\n\tright=%any'].flatMap((ends) =>
    ['leftsubnet', 'rightsubnet'].map((key) => ({
      name: `ipsec.conf: neither end is ours, so no network is the remote one: ${ends.replace('\n\t', ' ')} ${key}`,
      host: libreswanHost({ files: { '/etc/ipsec.conf': `conn net-net\n\t${ends}\n\t${key}=10.1.0.0/24\n\tauto=add\n` } }),
      status: 'pass' as const,
    })),
  ),
  { name: 'apart', host: gateway(), status: 'pass', says: ['2 local networks'] },
  {
    name: 'the remote network is ours',
    host: gateway({ swanctl: connection({ remoteTs: '10.1.0.0/24', localTs: '10.9.0.0/24' }) }),
    status: 'fail',
    codes: ['host/route-overlap'],
    says: ['10.1.0.1/24 on eth1'],
  },
  {
    name: 'part of ours',
    host: gateway({ swanctl: connection({ remoteTs: '192.0.2.128/25' }) }),
    status: 'fail',
    codes: ['host/route-overlap'],
  },
  {
    name: 'a star: wider than ours, and ours is a selector',
    host: gateway({ swanctl: connection({ remoteTs: '10.0.0.0/8' }) }),
    status: 'warn',
    codes: ['host/route-overlap-covers-local'],
    says: ['type=passthrough'],
  },
  {
    name: 'a star with a bypass',
    host: gateway({
      swanctl: connection({ remoteTs: '10.0.0.0/8' }),
      commands: { 'ip xfrm policy': 'src 10.1.0.0/24 dst 10.1.0.0/24 \n\tdir out priority 175423 ptype main \n' },
    }),
    status: 'pass',
  },
  {
    name: 'a part of the remote network is here, and what is behind us sends to it',
    host: gateway({ swanctl: connection({ localTs: '192.0.2.0/25', remoteTs: '10.1.0.0/16', local: '203.0.113.1' }) }),
    status: 'warn',
    codes: ['host/route-overlap-between'],
    says: ['192.0.2.0/25 sends to our own network 10.1.0.1/24 on eth1', '\\n\\trightsubnet=10.1.0.0/24\\n'],
  },
  {
    name: 'a part of it is here, but nothing of ours goes into that tunnel from here',
    host: gateway({ swanctl: connection({ localTs: '10.9.0.0/24', remoteTs: '10.1.0.0/16' }) }),
    status: 'pass',
  },
  {
    name: 'the outer network is within the remote one: no fault',
    host: gateway({ swanctl: connection({ remoteTs: '192.0.0.0/16' }) }),
    status: 'pass',
  },
  {
    name: 'everything through the tunnel, for an address of our own',
    host: gateway({ swanctl: connection({ remoteTs: '0.0.0.0/0', localTs: '10.77.0.1/32' }) }),
    status: 'pass',
  },
  {
    name: 'the same at both ends',
    host: gateway({ swanctl: connection({ localTs: '10.5.0.0/24', remoteTs: '10.5.0.0/24' }) }),
    status: 'fail',
    codes: ['host/route-overlap-same-selectors'],
  },
  {
    name: 'the same at both ends, and ours: one fault',
    host: gateway({ swanctl: connection({ localTs: '10.1.0.0/24', remoteTs: '10.1.0.0/24' }) }),
    status: 'fail',
    codes: ['host/route-overlap-same-selectors'],
  },
  { name: 'no connection', host: gateway({ swanctl: '' }), status: 'skip' },
  { name: 'interfaces not seen', host: gateway({ commands: { 'ip -d -j addr': undefined }, files: {} }), status: 'unknown' },
]);
