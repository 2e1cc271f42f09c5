import { expect, it } from 'vitest';
import { openvpnPath, readIpsecCredentials, readOpenvpnCredentials } from '../../../src/checks/shared/credentials.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { nssCertificateHost, swanctlCertificateHost } from '../../support/certificate-hosts.js';
import { certificateFile } from '../../support/certificates.js';
import { healthyHost } from '../../support/healthy-host.js';
import { openvpnHost, SERVER } from '../../support/openvpn-hosts.js';

it('swanctl: files below its folder, once for all children, read once for all checks', async () => {
  const facts = new HostFacts(swanctlCertificateHost({ 'x509crl/ca.crl': 'fresh.crl' }, { extra: 'revocation = strict' }));
  const credentials = await readIpsecCredentials(facts);
  expect(credentials).toMatchObject([
    {
      subject: 'gw',
      end: 'local',
      path: '/etc/swanctl/x509/gw.pem',
      keys: [{ path: '/etc/swanctl/private/gw.key', key: { ok: true } }],
      authorities: {
        certificates: [{ file: '/etc/swanctl/x509ca/ca.pem' }],
        lists: [{ path: '/etc/swanctl/x509crl/ca.crl' }],
        strict: { value: 'strict' },
      },
    },
  ]);
  expect(await readIpsecCredentials(facts)).toBe(credentials);
});

it('ipsec.conf of strongSwan: below ipsec.d, keys that ipsec.secrets names, the certificate of the peer', async () => {
  const host = healthyHost({
    files: {
      '/usr/lib/ipsec/starter': '',
      '/etc/ipsec.conf':
        'config setup\n\tstrictcrlpolicy=yes\nconn gw\n\tleft=192.0.2.1\n\tleftcert=gw.pem\n\tright=198.51.100.1\n\trightcert=/srv/peer.pem\n\tauto=add\n',
      '/etc/ipsec.secrets': ': RSA gw.key\n: RSA /srv/other.key "passphrase"\n',
      '/etc/ipsec.d/certs/gw.pem': certificateFile('gw.pem'),
      '/etc/ipsec.d/cacerts/ca.pem': certificateFile('ca.pem'),
      '/srv/peer.pem': certificateFile('client.pem'),
    },
  });
  expect(await readIpsecCredentials(new HostFacts(host))).toMatchObject([
    {
      end: 'local',
      path: '/etc/ipsec.d/certs/gw.pem',
      keys: [
        { path: '/etc/ipsec.d/private/gw.key', key: { reason: 'missing' } },
        { path: '/srv/other.key', key: { reason: 'missing' } },
      ],
      authorities: { certificates: [{ subject: 'O=Example, CN=Test CA' }], strict: { value: 'yes', line: 2 } },
    },
    { end: 'remote', path: '/srv/peer.pem', keys: [], certificates: { ok: true } },
  ]);
});

it('libreswan: a nickname in NSS', async () => {
  expect(await readIpsecCredentials(new HostFacts(nssCertificateHost()))).toMatchObject([
    { path: 'NSS /var/lib/ipsec/nss: gw', certificates: { ok: true }, nssKeys: { ok: false }, authorities: { hidden: true } },
  ]);
});

it('OpenVPN: where cd says, or beside the configuration', async () => {
  const host = new HostFacts(
    openvpnHost({ 'a.conf': [...SERVER, 'cert a.crt', 'key ./a.key'], 'b.conf': [...SERVER, 'cd /srv', 'cert b.crt'] }),
  );
  const { openvpn } = await host.configurations();
  expect(openvpn.map((config) => openvpnPath(config, './x'))).toEqual(['/etc/openvpn/x', '/srv/x']);
  expect((await readOpenvpnCredentials(host.host, openvpn)).map(({ path, keys }) => [path, keys.map((key) => key.path)])).toEqual([
    ['/etc/openvpn/a.crt', ['/etc/openvpn/a.key']],
    ['/srv/b.crt', []],
  ]);
});
