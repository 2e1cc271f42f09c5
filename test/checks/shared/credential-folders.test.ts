import { expect, it } from 'vitest';
import { foldersOf } from '../../../src/checks/shared/credential-folders.js';
import { readTunnels } from '../../../src/checks/shared/tunnels.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { healthyHost } from '../../support/healthy-host.js';

const swanctl = (section: string, more = '') => ({
  '/etc/swanctl/swanctl.conf': `connections {\n  gw {\n    ${section}\n    remote_addrs = 198.51.100.2\n    local {\n      auth = pubkey\n      certs = gw.pem\n    }\n  }\n}\n${more}`,
});
const ipsecConf = (more: string) => ({
  '/usr/lib/ipsec/starter': '',
  '/etc/ipsec.conf': `config setup\n\tstrictcrlpolicy=yes\nconn gw\n\tleft=192.0.2.1\n\tleftcert=gw.pem\n\tright=198.51.100.2\n\tauto=add\n${more}`,
});

it.each<[string, Readonly<Record<string, string>>, object]>([
  ['swanctl', swanctl(''), { certificates: '/etc/swanctl/x509', authorities: ['/etc/swanctl/x509ca'], lists: '/etc/swanctl/x509crl' }],
  [
    'swanctl, with a pool for the peers',
    swanctl('pools = p4', 'pools {\n  p4 {\n    addrs = 10.88.0.0/24\n  }\n}\n'),
    { certificates: '/etc/swanctl/x509' },
  ],
  [
    'swanctl, authorities by file',
    swanctl('', 'authorities {\n  a {\n    cacert = a.pem\n  }\n  b {\n    cacert = /srv/b.pem\n  }\n}\n'),
    { authorityFiles: ['/etc/swanctl/x509ca/a.pem', '/srv/b.pem'] },
  ],
  ['swanctl, a token', swanctl('', 'secrets {\n  token-1 {\n    pin = 1234\n    handle = 01\n  }\n}\n'), { onToken: true }],
  [
    'ipsec.conf of strongSwan',
    { ...ipsecConf(''), '/etc/ipsec.secrets': ': RSA gw.key\n' },
    {
      certificates: '/etc/ipsec.d/certs',
      authorities: ['/etc/ipsec.d/cacerts'],
      keyFiles: ['/etc/ipsec.d/private/gw.key'],
      onToken: false,
      strict: { value: 'yes', line: 2 },
    },
  ],
])('%s', async (_, files, expected) => {
  const host = new HostFacts(healthyHost({ files: { '/etc/swanctl/swanctl.conf': undefined, ...files } }));
  const [tunnels, configurations] = [await readTunnels(host), await host.configurations()];
  expect(tunnels.ipsec.map((connection) => foldersOf(connection, configurations))).toMatchObject([expected]);
});
