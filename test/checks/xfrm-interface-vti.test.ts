import { check } from '../../src/checks/xfrm-interface-vti.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const modules = '/lib/modules/6.1.0-28-amd64/modules.dep';
const withModules = { [modules]: 'kernel/net/xfrm/xfrm_interface.ko:\nkernel/net/ipv4/ip_vti.ko:\n' };
const ipsec42 = (flags: string[]) =>
  JSON.stringify([
    { ifindex: 9, ifname: 'ipsec42', flags, mtu: 1400, linkinfo: { info_kind: 'xfrm', info_data: { if_id: '0x2a' } }, addr_info: [] },
  ]);
const byId = { connections: [connection({ settings: { if_id_in: '42', if_id_out: '42' } })] };

checkCases(check, [
  { name: 'nobody uses one', host: healthyHost(), configured: { connections: [connection()] }, status: 'skip' },
  {
    name: 'there',
    host: healthyHost({ files: withModules, commands: { 'ip -d -j addr': ipsec42(['UP']) } }),
    configured: byId,
    status: ['pass', 'pass'],
  },
  {
    name: 'down',
    host: healthyHost({ files: withModules, commands: { 'ip -d -j addr': ipsec42([]) } }),
    configured: byId,
    status: ['pass', 'fail'],
    codes: ['host/xfrm-interface-vti-if-id'],
    mends: ['ip link set ipsec42 up'],
  },
  {
    name: 'none has the id',
    host: healthyHost({ files: withModules }),
    configured: byId,
    status: ['pass', 'fail'],
    codes: ['host/xfrm-interface-vti-if-id'],
    says: [/if_id 42/],
  },
  {
    name: 'made when the tunnel comes up',
    host: healthyHost({ files: withModules }),
    configured: { connections: [connection({ settings: { if_id_out: '%unique' } })] },
    status: ['pass', 'skip'],
  },
  {
    name: 'no module',
    host: healthyHost(),
    configured: { connections: [connection({ settings: { 'vti-interface': 'vti7' } })] },
    status: 'fail',
    codes: ['host/xfrm-interface-vti-missing'],
    says: [/ip_vti/],
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured: byId, status: ['unknown', 'unknown'] },
]);
