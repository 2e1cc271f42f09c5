import { expect, it } from 'vitest';
import { check } from '../../src/checks/openvpn-inline-problems.js';
import { HostFacts } from '../../src/host/host-facts.js';
import { certificateFile } from '../support/certificates.js';
import { checkCases } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';
import { openvpnHost, SERVER } from '../support/openvpn-hosts.js';

const block = (name: string, content: string) => [`<${name}>`, content.trimEnd(), `</${name}>`];
const client = (...lines: string[]) => openvpnHost({ 'c.ovpn': ['client', 'dev tun', 'remote 198.51.100.1', ...lines] });

checkCases(check, [
  { name: 'no OpenVPN', host: healthyHost(), status: 'skip' },
  { name: 'needs none', host: openvpnHost({ 'server.conf': SERVER }), status: 'skip' },
  {
    name: 'all there',
    host: openvpnHost(
      { 'server.conf': [...SERVER, 'ca ca.crt', 'key keys/server.key'] },
      { files: { '/etc/openvpn/ca.crt': 'c', '/etc/openvpn/keys/server.key': 'k' } },
    ),
    status: 'pass',
    says: ['2 files'],
  },
  {
    name: 'a file that is not there',
    host: openvpnHost({ 'server.conf': [...SERVER, 'ca lost.crt'] }),
    status: 'fail',
    codes: ['host/openvpn-inline-problems-missing'],
    says: ['/etc/openvpn/lost.crt', 'server.conf:7'],
  },
  {
    name: 'looked for where cd says',
    host: openvpnHost({ 'server.conf': [...SERVER, 'cd /srv/vpn', 'ca ca.crt'] }, { files: { '/srv/vpn/ca.crt': 'c' } }),
    status: 'pass',
  },
  {
    name: 'an empty file',
    host: openvpnHost({ 'server.conf': [...SERVER, 'ca ca.crt'] }, { files: { '/etc/openvpn/ca.crt': '' } }),
    status: 'fail',
    codes: ['host/openvpn-inline-problems-empty'],
  },
  {
    name: 'programs: one that is not there, one that may not be run, one in order',
    host: openvpnHost(
      {
        'server.conf': [...SERVER, 'up /etc/openvpn/update-resolv-conf', 'down "down.sh tun0 again"', 'route-up "/etc/openvpn/route.sh"'],
      },
      {
        files: { '/etc/openvpn/down.sh': '#!/bin/sh\n', '/etc/openvpn/route.sh': '#!/bin/sh\n' },
        stats: {
          '/etc/openvpn/down.sh': { kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 10 },
          '/etc/openvpn/route.sh': { kind: 'file', mode: 0o755, uid: 0, gid: 0, size: 10 },
        },
      },
    ),
    status: ['fail', 'fail'],
    codes: ['host/openvpn-inline-problems-missing', 'host/openvpn-inline-problems-not-executable'],
    says: ["--up script fails with '/etc/openvpn/update-resolv-conf'", 'chmod +x /etc/openvpn/down.sh'],
  },
  {
    name: 'good blocks',
    host: client(
      ...block('ca', certificateFile('ca.pem')),
      ...block('key', certificateFile('encrypted.key')),
      ...block('tls-crypt', '-----BEGIN OpenVPN Static key V1-----\n00\n-----END OpenVPN Static key V1-----'),
    ),
    status: 'pass',
    says: ['3 blocks'],
  },
  {
    name: 'damaged blocks',
    host: client(...block('ca', certificateFile('ca.pem').slice(0, 200)), ...block('tls-crypt', 'abc')),
    status: ['fail', 'fail'],
    codes: ['host/openvpn-inline-problems-block', 'host/openvpn-inline-problems-block'],
    says: ['<ca> holds no certificate', '<tls-crypt> holds no static key', 'c.ovpn:4'],
  },
  { name: 'without the right to read', host: openvpnHost({ 'server.conf': { reason: 'denied' } }), status: 'unknown' },
]);

it('keeps keys out of its facts of blocks', async () => {
  const key = certificateFile('client.key');
  const { needs } = (await check.facts(new HostFacts(client(...block('key', key))))) as { needs: readonly { blocks: unknown }[] };
  expect(needs).toHaveLength(1);
  for (const line of key.split('\n').slice(1, -2)) expect(JSON.stringify(needs)).not.toContain(line);
});
