import { describe, expect, it } from 'vitest';
import { type ConfigurationOptions, readConfigurations } from '../../src/host/configurations.js';
import { type FakeAnswers, FakeHost } from '../../src/host/fake.js';

function read(answers: FakeAnswers, options: Partial<ConfigurationOptions> = {}) {
  return readConfigurations(new FakeHost(answers), { addresses: ['192.0.2.1'], ...options });
}

const TUNNEL = 'conn t\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauthby=secret\n\tauto=start\n';

describe('readConfigurations', () => {
  it('finds nothing on an empty host', async () => {
    expect(await read({})).toEqual({ files: [], ipsecConfs: [], swanctl: [], openvpn: [], connections: [], secrets: [], remarks: [] });
  });

  it('reads ipsec.conf and ipsec.secrets with their includes, modes and owners', async () => {
    const { files, connections, secrets, remarks, ipsecConfs } = await read(
      {
        files: {
          '/etc/ipsec.conf': 'config setup\n\tuniqueids=yes\ninclude /etc/ipsec.d/*.conf\n',
          '/etc/ipsec.d/t.conf': TUNNEL,
          '/etc/ipsec.secrets': 'include /etc/ipsec.d/*.secrets\n',
          '/etc/ipsec.d/t.secrets': '192.0.2.1 198.51.100.1 : PSK "Zb8rLkq0TnV4yXh2PcWm"\n',
        },
        stats: { '/etc/ipsec.d/t.secrets': { mode: 0o644, uid: 7 } },
      },
      { product: { name: 'libreswan', version: '4.10' } },
    );
    expect(remarks).toEqual([]);
    expect(ipsecConfs).toMatchObject([{ product: 'libreswan', productVersion: '4.10' }]);
    expect(files.map(({ path, role, includedFrom }) => `${path} ${role} ${includedFrom ?? ''}`)).toEqual([
      '/etc/ipsec.conf ipsec.conf ',
      '/etc/ipsec.d/t.conf ipsec.conf /etc/ipsec.conf',
      '/etc/ipsec.secrets ipsec.secrets ',
      '/etc/ipsec.d/t.secrets ipsec.secrets /etc/ipsec.secrets',
    ]);
    expect(files[3]?.stat).toMatchObject({ mode: 0o644, uid: 7 });
    expect(connections).toMatchObject([{ name: 't', side: 'known', localSide: 'left', file: '/etc/ipsec.d/t.conf', line: 1 }]);
    expect(secrets).toMatchObject([{ kind: 'psk', file: '/etc/ipsec.d/t.secrets', line: 1, strength: { grade: 'strong' } }]);
  });

  it('reads the secrets from where config setup says', async () => {
    const { secrets } = await read({
      files: {
        '/etc/ipsec.conf': `config setup\n\tsecretsfile=/etc/keys\n${TUNNEL}`,
        '/etc/keys': '@a : PSK "abcdefgh"\n',
        '/etc/ipsec.secrets': '@b : PSK "abcdefgh"\n',
      },
    });
    expect(secrets.map(({ file }) => file)).toEqual(['/etc/keys']);
  });

  it.each([
    [{ '/etc/ipsec.conf': TUNNEL, '/usr/lib/ipsec/starter': '' }, 'strongswan'],
    [{ '/etc/ipsec.conf': TUNNEL, '/usr/libexec/ipsec/pluto': '' }, 'libreswan'],
    [{ '/etc/ipsec.conf': `config setup\n\tcharondebug="ike 2"\n${TUNNEL}` }, 'strongswan'],
    [{ '/etc/ipsec.conf': `version 2.0\nconfig setup\n\tnat_traversal=yes\n\toe=off\n${TUNNEL}` }, 'openswan'],
    [{ '/etc/ipsec.conf': TUNNEL }, 'libreswan'],
    [{ '/etc/strongswan/ipsec.conf': TUNNEL }, 'strongswan'],
  ])('%j is of %s', async (files, product) => {
    expect((await read({ files: files as Record<string, string> })).ipsecConfs.map((conf) => conf.product)).toEqual([product]);
  });

  it('takes the version of whoever it is, where several are installed and none runs', async () => {
    const versions = new Map([['strongswan', '5.9.8'] as const, ['libreswan', '4.10'] as const]);
    const { ipsecConfs } = await read({ files: { '/etc/ipsec.conf': TUNNEL, '/usr/libexec/ipsec/pluto': '' } }, { versions });
    expect(ipsecConfs).toMatchObject([{ product: 'libreswan', productVersion: '4.10' }]);
  });

  it('reads swanctl.conf and OpenVPN', async () => {
    const { connections, secrets, openvpn, swanctl } = await read({
      files: {
        '/etc/swanctl/swanctl.conf': 'include conf.d/*.conf\n',
        '/etc/swanctl/conf.d/a.conf': 'connections { a { children { n { } } } }\nsecrets { ike { secret = abcdefgh } }\n',
        '/etc/openvpn/server/s.conf': 'dev tun\nserver 10.8.0.0 255.255.255.0\ndh none\ntopology subnet\n',
        '/etc/openvpn/c.ovpn': 'client\nremote x\ndev tun\n',
        '/etc/openvpn/update-resolv-conf': '#!/bin/bash\n',
      },
    });
    expect(connections.map(({ name, dialect }) => `${dialect} ${name}`)).toEqual(['swanctl a/n', 'openvpn c', 'openvpn s']);
    expect(secrets.map(({ kind, file }) => `${kind} ${file}`)).toEqual(['psk /etc/swanctl/conf.d/a.conf']);
    expect([openvpn.length, swanctl[0]?.files.length]).toEqual([2, 2]);
  });

  const RACOON = {
    '/etc/racoon/racoon.conf': `path pre_shared_key "/etc/racoon/psk.txt";
remote 198.51.100.1 {
	exchange_mode main;
	proposal { encryption_algorithm aes 256; hash_algorithm sha1; authentication_method pre_shared_key; dh_group 14; }
}
sainfo anonymous { encryption_algorithm aes 256; authentication_algorithm hmac_sha1; }
`,
    '/etc/racoon/psk.txt': '198.51.100.1 made-for-tests-only-7Qx\n',
    '/etc/ipsec-tools.conf': 'spdadd 10.1.0.0/16 10.2.0.0/16 any -P out ipsec esp/tunnel/192.0.2.1-198.51.100.1/require;\n',
  };

  it('reads racoon.conf with psk.txt and what setkey loads; an ipsec.conf beside it stays what it is', async () => {
    const { files, connections, secrets, remarks } = await read(
      { files: { ...RACOON, '/etc/ipsec.conf': TUNNEL } },
      { product: { name: 'libreswan' } },
    );
    expect(files.map(({ path, role }) => `${path} ${role}`)).toEqual([
      '/etc/ipsec.conf ipsec.conf',
      '/etc/racoon/racoon.conf racoon.conf',
      '/etc/racoon/psk.txt psk.txt',
      '/etc/ipsec-tools.conf racoon.conf',
    ]);
    expect(connections.map(({ dialect, name }) => `${dialect} ${name}`)).toEqual([
      'libreswan t',
      'racoon 198.51.100.1 10.1.0.0/16-10.2.0.0/16',
    ]);
    expect(secrets).toMatchObject([{ dialect: 'racoon', file: '/etc/racoon/psk.txt', line: 1 }]);
    expect(remarks).toEqual([]);
  });

  it('says of a psk.txt that it may not be read', async () => {
    const { files, secrets } = await read({ files: { ...RACOON, '/etc/racoon/psk.txt': { reason: 'denied' } } });
    expect(files.find(({ role }) => role === 'psk.txt')).toMatchObject({ unread: { reason: 'denied' } });
    expect(secrets).toEqual([]);
  });

  it('reads isakmpd.conf, named or where it belongs', async () => {
    const text =
      '[Phase 1]\n198.51.100.1= peer\n[Phase 2]\nConnections= net\n[peer]\nAddress= 198.51.100.1\nAuthentication= made-for-tests-only-7Qx\n[net]\nISAKMP-peer= peer\nConfiguration= quick\nLocal-ID= l\nRemote-ID= r\n[l]\nNetwork= 10.1.0.0\nNetmask= 255.255.0.0\n[r]\nNetwork= 10.2.0.0\nNetmask= 255.255.0.0\n[quick]\nSuites= QM-ESP-AES-SHA-SUITE\n';
    for (const [path, options] of [
      ['/etc/isakmpd/isakmpd.conf', {}],
      ['/root/copy', { files: ['/root/copy'] }],
    ] as const) {
      const { files, connections, secrets } = await read({ files: { [path]: text } }, options);
      expect(files.map(({ role }) => role)).toEqual(['isakmpd.conf']);
      expect([connections.map(({ name }) => name), secrets.length]).toEqual([['net'], 1]);
    }
  });

  it('refuses the configuration of a Cisco box by its name', async () => {
    const { files, remarks } = await read(
      { files: { '/root/show-run': 'crypto map m 1 set peer 192.0.2.1\n' } },
      { files: ['/root/show-run'] },
    );
    expect([files.length, remarks.map(({ code, text }) => `${code}: ${text}`)]).toEqual([
      1,
      ['unreadable: it is the configuration of a Cisco box, which "vpndoctor config check" reads'],
    ]);
  });

  it('says what it could not read', async () => {
    const { files, remarks } = await read({
      files: {
        '/etc/ipsec.conf': 'include /etc/ipsec.d/*.conf\n',
        '/etc/ipsec.d/a.conf': { reason: 'denied' },
        '/etc/ipsec.secrets': { reason: 'denied' },
        '/etc/swanctl/swanctl.conf': { reason: 'too-large' },
      },
      dirs: { '/etc/openvpn': { reason: 'denied' } },
    });
    expect(files.filter(({ unread }) => unread !== undefined).map(({ path, unread }) => `${path} ${unread?.reason}`)).toEqual([
      '/etc/ipsec.d/a.conf denied',
      '/etc/ipsec.secrets denied',
      '/etc/swanctl/swanctl.conf too-large',
      '/etc/openvpn denied',
    ]);
    expect(remarks).toMatchObject([{ file: '/etc/ipsec.conf', line: 1, code: 'unreadable-include' }]);
  });

  it.each([
    ['/tmp/my.conf', TUNNEL, 'ipsec.conf'],
    ['/tmp/my.conf', 'connections {\n}\n', 'swanctl.conf'],
    ['/tmp/my.conf', '# x\nclient\nremote x\n', 'openvpn'],
    ['/tmp/my.txt', '@a @b : PSK "abcdefgh"\n', 'ipsec.secrets'],
    ['/tmp/site.secrets', '', 'ipsec.secrets'],
    ['/tmp/my.conf', '', 'ipsec.conf'],
  ])('takes %s with %j for %s', async (path, text, role) => {
    const { files } = await read({ files: { [path]: text, '/etc/ipsec.conf': TUNNEL } }, { files: [path] });
    expect(files.map((file) => `${file.path} ${file.role}`)).toEqual([`${path} ${role}`]);
  });

  it('quotes no secret in a remark, wherever it got', async () => {
    const { remarks } = await read({ files: { '/etc/ipsec.conf': 'conn a\n\tleft=192.0.2.1\n@a @b : PSK "made-for-tests-7Qx"\n' } });
    expect(remarks.map(({ text }) => text).join()).toContain('PSK "(not shown)"');
    expect(JSON.stringify(remarks)).not.toContain('7Qx');
  });

  it('remarks on a named file that is not there', async () => {
    expect((await read({}, { files: ['/tmp/none.conf'] })).remarks).toMatchObject([
      { file: '/tmp/none.conf', severity: 'error', code: 'unreadable' },
    ]);
  });
});
