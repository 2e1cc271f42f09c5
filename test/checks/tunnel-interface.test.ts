import { check } from '../../src/checks/tunnel-interface.js';
import { checkCases } from '../support/check-cases.js';
import { gateway } from '../support/gateway.js';

const state = (ifId: string) =>
  `src 192.0.2.1 dst 198.51.100.2\n\tproto esp spi 0xc0000001 reqid 1 mode tunnel\n\treplay-window 0 flag af-unspec\n\tenc cbc(aes) 0x00\n\tif_id ${ifId}\n`;
const links = (kind: string, data: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify([
    { ifindex: 2, ifname: 'eth0', flags: ['UP'], mtu: 1500, addr_info: [] },
    { ifindex: 7, ifname: `${kind}0`, flags: ['UP'], mtu: 1400, linkinfo: { info_kind: kind, info_data: data }, addr_info: [] },
  ]);
const setting = '/proc/sys/net/ipv4/conf/vti0/disable_policy';

checkCases(check, [
  { name: 'none', host: gateway(), status: 'skip' },
  {
    name: 'an interface with the id of the SA',
    host: gateway({ commands: { 'ip -d -j addr': links('xfrm', { if_id: '0x2a' }), 'ip -s xfrm state': state('0x2a') } }),
    status: 'pass',
  },
  {
    name: 'another id',
    host: gateway({ commands: { 'ip -d -j addr': links('xfrm', { if_id: '0x2a' }), 'ip -s xfrm state': state('0x2b') } }),
    status: 'fail',
    codes: ['host/tunnel-interface-if-id'],
    says: ['xfrm0 has 42'],
    mends: ['ip link add ipsec43 type xfrm dev lo if_id 43'],
  },
  {
    name: 'no interface at all',
    host: gateway({ commands: { 'ip -s xfrm state': state('0x1') } }),
    status: 'fail',
    codes: ['host/tunnel-interface-if-id'],
    mends: ['if_id 1 '],
  },
  { name: 'a VTI', host: gateway({ commands: { 'ip -d -j addr': links('vti') }, files: { [setting]: '1\n' } }), status: 'pass' },
  {
    name: 'a VTI that looks up policies twice',
    host: gateway({ commands: { 'ip -d -j addr': links('vti') }, files: { [setting]: '0\n' } }),
    status: 'warn',
    codes: ['host/tunnel-interface-disable-policy'],
    mends: ['sysctl -w net.ipv4.conf.vti0.disable_policy=1'],
  },
  {
    name: 'a VTI, SAs not seen',
    host: gateway({
      isRoot: false,
      commands: { 'ip -d -j addr': links('vti'), 'ip -s xfrm state': { reason: 'denied' } },
      files: { [setting]: '1\n' },
    }),
    status: 'unknown',
  },
]);
