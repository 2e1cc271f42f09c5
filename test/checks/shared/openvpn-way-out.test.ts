import { expect, it } from 'vitest';
import { wayOutLines } from '../../../src/checks/shared/openvpn-way-out.js';
import { readOpenvpn } from '../../../src/config/openvpn/read-openvpn.js';
import { memoryFiles } from '../../config/memory-files.js';
import { route } from '../../support/interfaces.js';

const PRIVATE = 'server 10.8.0.0 255.255.255.0';
const ALL = 'push "redirect-gateway def1"';

it.each([
  ['all traffic of private addresses', [PRIVATE, ALL], '0.0.0.0/0', ['warn']],
  ['public addresses need no translation', ['server 203.0.113.0 255.255.255.0', ALL], '0.0.0.0/0', []],
  ['IPv6 alone is sent here', [PRIVATE, 'push "redirect-gateway ipv6 !ipv4"'], '0.0.0.0/0', []],
  ['networks alone are sent here', [PRIVATE, 'push "route 10.1.0.0 255.255.255.0"'], '0.0.0.0/0', []],
  ['no way out is known', [PRIVATE, ALL], '10.1.0.0/24', []],
  ['a client', ['client', 'remote 192.0.2.1', ALL], '0.0.0.0/0', []],
])('%s', async (_, lines, destination, expected) => {
  const config = await readOpenvpn({ file: '/etc/openvpn/a.conf', text: ['dev tun0', ...lines, ''].join('\n') }, memoryFiles({}));
  const found = wayOutLines('firewall-openvpn', 'x', config, 'tun0', { tables: [], unread: [] }, { routes: [route(destination, 'eth0')] });
  expect(found.map(({ status }) => status)).toEqual(expected);
});
