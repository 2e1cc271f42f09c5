import { expect, it } from 'vitest';
import { readPolicyFacts } from '../../../src/checks/shared/policy-facts.js';
import { FakeHost } from '../../../src/host/fake.js';
import { HostFacts, type HostFactsOptions } from '../../../src/host/host-facts.js';
import { gateway } from '../../support/gateway.js';
import { healthyHost } from '../../support/healthy-host.js';

const read = (host: FakeHost, options?: HostFactsOptions) => readPolicyFacts(new HostFacts(host, options));
const openvpn = { '/proc/700/stat': '700 (openvpn) S 1 700 700 0 -1 0\n', '/usr/sbin/charon-systemd': undefined };

it.each([
  ['a gateway', read(gateway()), { policies: 0, states: 0, ipsec: ['net-net/net-net'], daemon: true }],
  ['another stack is asked for', read(gateway(), { stack: 'libreswan' }), { policies: 0, states: 0, ipsec: [] }],
  [
    'OpenVPN alone has no policies',
    read(healthyHost({ files: openvpn, links: { '/proc/700/exe': '/usr/sbin/openvpn' } })),
    { policies: 0, states: 0, ipsec: [], daemon: false },
  ],
  [
    'one of each',
    read(
      gateway({
        commands: {
          'ip xfrm policy': 'src 2001:db8:1::/64 dst 2001:db8:2::/64 \n\tdir out priority 1 ptype main \n',
          'ip -s xfrm state': 'src 2001:db8::1 dst 2001:db8::2\n\tproto esp spi 0xc0000001 reqid 1 mode tunnel\n',
        },
      }),
    ),
    { policies: 1, states: 1 },
  ],
  ['a host that answers nothing', read(new FakeHost()), { policies: 'missing', states: 'missing', ipsec: [], daemon: false }],
])('%s', async (_, reading, expected) => {
  const { policies, states, tunnels, daemon } = await reading;
  expect({
    policies: policies.ok ? policies.value.length : policies.reason,
    states: states.ok ? states.value.length : states.reason,
    ipsec: tunnels.ipsec.map(({ name }) => name),
    daemon,
  }).toMatchObject(expected);
});
