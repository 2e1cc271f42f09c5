import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OpenvpnFlags } from '../../../src/services/openvpn/flags.js';
import { readTunnel, type TunnelOptions } from '../../../src/services/openvpn/tunnel.js';
import { identity, keyFile, noFlags } from '../../support/openvpn-lab.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const me = identity('me', 'clientAuth');
const io = { ask: undefined, warn: () => {} };
const PRINT = 'aa'.repeat(32);

function read(lines: readonly string[], flags: Partial<OpenvpnFlags> = {}, options: Partial<TunnelOptions> = {}) {
  const file = at('some.ovpn');
  writeFileSync(file, lines.join('\n'));
  return readTunnel({ ...noFlags, ...flags }, { file, role: 'client', ...options }, io);
}

async function tlsOf(lines: readonly string[], flags: Partial<OpenvpnFlags> = {}) {
  const { settings } = await read(['client', 'dev tun', 'remote vpn.example.com', `peer-fingerprint ${PRINT}`, ...lines], flags);
  if (settings.udp.mode !== 'tls') throw new TypeError('no TLS');
  return settings.udp;
}

describe('what a configuration comes to', () => {
  it('a usual client', async () => {
    const settings = await tlsOf([
      'auth SHA512',
      'reneg-sec 60',
      'comp-lzo no',
      'verify-x509-name gw name',
      'remote-cert-tls server',
      'tls-version-min 1.3 or-highest',
      'tls-cipher TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384:TLS-DHE-RSA-WITH-AES-128-CBC-SHA',
      `<tls-auth>\n${keyFile(3)}</tls-auth>`,
      'key-direction 1',
      me.lines,
    ]);
    expect(settings).toMatchObject({
      role: 'client',
      pushes: true,
      auth: { name: 'SHA512' },
      compression: { framing: 'lzo', compressOut: false },
      keepalive: { ping: 0, timeout: 120 },
      renegotiate: 60,
      wrapping: { kind: 'tls-auth', direction: 1, digest: { name: 'SHA512' } },
      tls: {
        minVersion: 'TLSv1.3',
        ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-SHA',
        peer: { fingerprints: [PRINT], name: { value: 'gw', type: 'name' }, extendedKeyUsage: 'serverAuth', keyUsage: true },
      },
    });
    expect(settings.dataCiphers.map(({ name }) => name)).toEqual(['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305']);
    expect(settings.tls.certificates.map(({ subject }) => subject)).toEqual(['CN=me']);
  });

  it.each([
    [['tls-version-max 1.0'], 'TLSv1', 'TLSv1'],
    [['tls-version-max 1.1', 'tls-version-min 1.0'], 'TLSv1', 'TLSv1.1'],
    [['tls-version-max 1.2'], 'TLSv1.2', 'TLSv1.2'],
    [[], 'TLSv1.2', 'TLSv1.3'],
  ])('versions of TLS: %j', async (lines, minVersion, maxVersion) => {
    expect((await tlsOf(lines)).tls).toMatchObject({ minVersion, maxVersion });
  });

  it('compress migrate frames nothing by itself', async () => {
    expect((await tlsOf(['compress migrate'])).compression).toEqual({ framing: 'none', compressOut: false, migrate: true });
  });

  it('groups of TLS', async () => {
    const tunnel = await read(['client', 'dev tun', 'remote a.example', `peer-fingerprint ${PRINT}`, 'tls-groups X25519:secp256r1']);
    expect(tunnel.settings.udp).toMatchObject({ tls: { groups: 'X25519:prime256v1' } });
    expect(tunnel.notes.join()).not.toContain('tls-groups');
  });

  it('usages of the server, as OpenVPN writes them', async () => {
    const named = await tlsOf(['remote-cert-eku "TLS Web Server Authentication"', 'remote-cert-ku a0 0x88']);
    expect(named.tls.peer).toMatchObject({ extendedKeyUsage: 'serverAuth', keyUsage: true, keyUsageBits: [0xa0, 0x88] });
    expect((await tlsOf(['remote-cert-eku 1.2.3.4'])).tls.peer.extendedKeyUsage).toBe('1.2.3.4');
  });

  it.each<[readonly string[], readonly string[], string | undefined]>([
    [['cipher AES-256-CBC'], ['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305', 'AES-256-CBC'], 'AES-256-CBC'],
    [['cipher AES-256-CBC', 'data-ciphers AES-128-GCM'], ['AES-128-GCM'], undefined],
    [['cipher AES-256-GCM'], ['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305'], undefined],
    [['cipher AES-256-CBC', 'ncp-disable'], [], undefined],
  ])('%s: what is offered', async (lines, offered, added) => {
    const settings = await tlsOf(lines);
    expect(settings.dataCiphers.map(({ name }) => name)).toEqual(offered);
    expect(settings.addedCipher?.name).toBe(added);
  });

  it('the classic static key', async () => {
    const { settings, remotes, localPort, warnings } = await read([
      'remote vpn.example.com',
      'dev tun',
      'ifconfig 10.8.0.2 10.8.0.1',
      `<secret>\n${keyFile(3)}</secret>`,
    ]);
    expect(settings.udp).toMatchObject({
      mode: 'static',
      direction: undefined,
      cipher: { name: 'BF-CBC' },
      auth: { name: 'SHA1' },
      ifconfig: { local: '10.8.0.2', remoteOrNetmask: '10.8.0.1' },
    });
    expect([remotes, localPort]).toEqual([[{ host: 'vpn.example.com', port: 1194, protocol: 'udp' }], 1194]);
    expect(warnings.join('\n')).toMatch(/2\.7[\s\S]*2\.8/);
  });

  it('a server gives addresses', async () => {
    const { settings, localPort, localProtocol } = await read(
      [
        'dev tun',
        'port 443',
        'proto tcp-server',
        'server 10.9.0.0 255.255.255.0',
        'push "route 10.1.0.0 255.255.0.0"',
        `peer-fingerprint ${PRINT}`,
        me.lines,
      ],
      {},
      { role: 'server' },
    );
    expect(settings.tcp).toMatchObject({
      role: 'server',
      protocol: 'tcp',
      ifconfig: { local: '10.9.0.1', remoteOrNetmask: '10.9.0.2' },
      server: {
        pool: { first: '10.9.0.6', count: 63, netmask: '255.255.255.0' },
        push: ['route 10.1.0.0 255.255.0.0', 'route 10.9.0.1'],
        users: [],
      },
    });
    expect([localPort, localProtocol]).toEqual([443, 'tcp']);
  });

  it.each<[string, readonly string[], object, object]>([
    [
      'net30, with the way to the server',
      ['dev tun', 'topology net30', 'server 10.9.0.0 255.255.255.0'],
      { pool: { first: '10.9.0.6', count: 63 }, push: ['route 10.9.0.1'] },
      { local: '10.9.0.1', remoteOrNetmask: '10.9.0.2' },
    ],
    [
      'net30, with the way to other clients',
      ['dev tun', 'server 10.9.0.0 255.255.255.0', 'client-to-client'],
      { push: ['route 10.9.0.0 255.255.255.0'] },
      {},
    ],
    ['a subnet, which it is on', ['dev tun', 'topology subnet', 'server 10.9.0.0 255.255.255.0'], { push: [] }, { local: '10.9.0.1' }],
    [
      'a bridge',
      ['dev tap', 'server-bridge 10.9.0.4 255.255.255.0 10.9.0.128 10.9.0.254'],
      { pool: { first: '10.9.0.128', count: 127, netmask: '255.255.255.0' } },
      { local: '10.9.0.4', remoteOrNetmask: '255.255.255.0' },
    ],
    [
      'a range',
      ['dev tun', 'topology subnet', 'mode server', 'tls-server', 'ifconfig 10.9.0.1 255.255.0.0', 'ifconfig-pool 10.9.0.50 10.9.0.99'],
      { pool: { first: '10.9.0.50', count: 50, netmask: '255.255.0.0' } },
      { local: '10.9.0.1' },
    ],
    [
      'a range of net30',
      ['dev tun', 'mode server', 'tls-server', 'ifconfig 10.9.0.1 10.9.0.2', 'ifconfig-pool 10.9.0.4 10.9.0.251'],
      { pool: { first: '10.9.0.6', count: 62 } },
      { local: '10.9.0.1' },
    ],
  ])('a server gives addresses of %s', async (_name, lines, given, ifconfig) => {
    const { settings, notes } = await read([...lines, `peer-fingerprint ${PRINT}`, me.lines], {}, { role: 'server' });
    expect(settings.udp).toMatchObject({ role: 'server', server: given, ifconfig });
    expect(notes.join()).not.toContain('without meaning');
  });

  it('a bridge that leaves addresses to DHCP gives none; one that is no range is refused', async () => {
    const server = (line: string) => read(['dev tap', line, `peer-fingerprint ${PRINT}`, me.lines], {}, { role: 'server' });
    expect((await server('server-bridge')).settings.udp).not.toHaveProperty('server.pool');
    await expect(server('server-bridge 10.9.0.4 255.255.255.0 10.9.0.9 10.9.0.5')).rejects.toThrow('four addresses are wanted');
    await expect(server('mode server\nifconfig-pool 10.9.0.9')).rejects.toThrow('the first and the last address are wanted');
  });

  it('a server says what it does without', async () => {
    const lines = [
      'dev tun',
      'topology subnet',
      'server 10.9.0.0 255.255.255.0',
      'server-ipv6 fd00::/64',
      'auth-user-pass-verify x via-file',
    ];
    const { warnings } = await read([...lines, `peer-fingerprint ${PRINT}`, me.lines], {}, { role: 'server' });
    expect(warnings.join('\n')).toMatch(/server-ipv6: .*IPv4 alone[\s\S]*auth-user-pass-verify: .*every user is let in/);
  });

  it('remotes in order, each with its protocol', async () => {
    const { remotes } = await read([
      'client',
      'dev tun',
      'proto udp6',
      'remote a.example 1',
      'remote b.example',
      'remote c.example 443 tcp4-client',
      '<connection>',
      'remote d.example 5 tcp',
      '</connection>',
      `peer-fingerprint ${PRINT}`,
    ]);
    expect(remotes).toEqual([
      { host: 'a.example', port: 1, protocol: 'udp', family: 6 },
      { host: 'b.example', port: 1194, protocol: 'udp', family: 6 },
      { host: 'c.example', port: 443, protocol: 'tcp', family: 4 },
      { host: 'd.example', port: 5, protocol: 'tcp' },
    ]);
  });

  it('files are looked for beside it', async () => {
    mkdirSync(at('keys'), { recursive: true });
    writeFileSync(at('keys/ta.key'), keyFile(3));
    expect((await tlsOf(['tls-crypt keys/ta.key'])).wrapping.kind).toBe('tls-crypt');
  });

  it.each([
    [{ cipher: 'AES-128-CBC' }, { dataCiphersFallback: { name: 'AES-128-CBC' } }],
    [{ dataCiphers: 'AES-256-CBC:?NO-SUCH' }, { dataCiphers: [{ name: 'AES-256-CBC' }] }],
    [{ auth: 'none' }, { auth: undefined }],
    [{ compLzo: true as const }, { compression: { framing: 'lzo' } }],
    [{ compress: 'lz4-v2' }, { compression: { framing: 'lz4-v2' } }],
    [{ dev: 'tap' }, { device: 'tap' }],
  ])('flags win: %j', async (flags, wanted) => {
    expect(await tlsOf(['cipher BF-CBC', 'data-ciphers AES-128-GCM', 'auth SHA1', 'compress stub'], flags)).toMatchObject(wanted);
  });
});

describe('what is said of options', () => {
  it('those without meaning are named by their reason, what would matter is warned of', async () => {
    const { notes, warnings } = await read([
      'client',
      'dev tun',
      'remote a.example',
      'verb 3',
      'mute 20',
      'up script.sh',
      'redirect-gateway def1',
      'http-proxy proxy 8080',
      'persist-tun',
      `peer-fingerprint ${PRINT}`,
    ]);
    expect(notes).toContain('without meaning here: verb, mute, persist-tun (of OpenVPN as a process)');
    expect(notes).toContain('without meaning here: up (scripts and plugins are not run)');
    expect(notes.join('\n')).toContain('redirect-gateway (no interface, address or route of this host is touched');
    expect(warnings).toEqual([`${at('some.ovpn')}:8: http-proxy: no HTTP proxy is used: the probe goes straight to the server`]);
    const old = await read(['client', 'dev tun', 'remote a.example', `peer-fingerprint ${PRINT}`, 'ns-cert-type server']);
    expect(old.warnings.join()).toContain('ns-cert-type: the old Netscape type of a certificate is not looked at');
  });

  it.each<['client' | 'server', boolean]>([
    ['client', true],
    ['server', false],
  ])('where to listen, to a %s: %s', async (role, said) => {
    const { notes } = await read(['dev tun', `<secret>\n${keyFile(3)}</secret>`, 'local 127.0.0.1', 'lport 1195'], {}, { role });
    expect(notes.join('\n').includes('local, lport')).toBe(said);
  });

  it('old ones with the release that refuses them', async () => {
    const { warnings } = await read(['client', 'dev tun', 'remote a.example', 'keysize 256', 'comp-lzo', `peer-fingerprint ${PRINT}`]);
    expect(warnings.join('\n')).toMatch(/:4: keysize is refused by OpenVPN 2\.6[\s\S]*:5: comp-lzo: .*deprecated since OpenVPN 2\.4/);
  });

  it.each([
    [['cipher ROT13'], 'cipher ROT13: no such cipher'],
    [['auth CRC32'], 'auth CRC32: no such digest'],
    [['tun-mtu many'], 'tun-mtu: many is not a number'],
    [['ifconfig here there'], 'two addresses are wanted'],
    [['compress rar'], 'rar is no way to compress'],
    [['ca missing.crt'], 'missing.crt): no such file'],
    [['tls-auth ta.key', `<tls-crypt>\n${keyFile(3)}</tls-crypt>`], 'no such file'],
    [['<tls-crypt>', 'nothing', '</tls-crypt>'], 'holds no static key'],
    [['auth-user-pass'], 'nobody can be asked'],
    [['verify-x509-name gw sort-of'], 'type sort-of'],
    [['peer-fingerprint 00'], 'not a SHA-256'],
    [['remote-cert-tls both'], 'both said'],
    [['pull-filter drop "route"'], 'drop route is no filter'],
    [['remote-cert-eku serverAuth'], 'OpenVPN finds no certificate with serverAuth'],
    [['remote-cert-ku a0 many'], 'many is no hexadecimal number'],
    [['topology star'], 'topology star'],
    [['"unclosed'], 'no closing'],
    [['pkcs12 all.p12'], 'no such file'],
    [['remote a.example 99999'], 'some.ovpn:5: remote: 99999 is no port'],
    [[me.lines.replace(/<key>[\s\S]*/, '')], 'a certificate without its key'],
    [[me.lines.replace(/[\s\S]*<key>/, '<key>')], 'a key without its certificate'],
  ])('%j is refused with its line', async (lines, text) => {
    await expect(tlsOf(lines)).rejects.toThrow(text);
  });

  it('PKCS #12 is not read; what was taken out of it and named by flags is, as the message says', async () => {
    writeFileSync(at('my own.p12'), 'nothing that is looked at');
    writeFileSync(at('all.pem'), me.lines.replace(/<[^>]+>\n?/g, ''));
    const [file, all] = [at('my own.p12'), at('all.pem')];
    await expect(tlsOf([`pkcs12 "${file}"`])).rejects.toMatchObject({ hint: expect.stringContaining(`openssl pkcs12 -in '${file}' `) });
    await expect(tlsOf(['<pkcs12>', 'AAAA', '</pkcs12>'])).rejects.toMatchObject({ hint: expect.stringContaining('-in block.p12 ') });
    const { tls } = await tlsOf([`pkcs12 "${file}"`], { cert: [all], key: all });
    expect(tls.certificates.map(({ subject }) => subject)).toEqual(['CN=me']);
  });

  it('a client without anything to check the server with keeps user name and password back; a server needs it', async () => {
    const lines = ['client', 'dev tun', 'remote a.example', 'auth-user-pass'];
    // Nobody is asked for them, who could not be here.
    const { settings, notes, warnings } = await read(lines);
    expect(warnings).toEqual([]);
    expect(settings.udp).toMatchObject({ tls: { peer: { authorities: [], fingerprints: [] } } });
    expect(settings.udp).not.toHaveProperty('credentials');
    expect(notes.join()).not.toContain('auth-user-pass');
    await expect(read([...lines, `peer-fingerprint ${PRINT}`])).rejects.toThrow('no user name, and nobody can be asked');
    await expect(readTunnel(noFlags, { role: 'server' }, io)).rejects.toThrow('nothing to check the peer');
  });

  it('nothing in it is no tunnel', async () => await expect(read([' ', ''])).rejects.toThrow('is empty'));

  it('flags and a host say nothing about themselves', async () => {
    const { remotes, notes, warnings } = await readTunnel(
      { ...noFlags, peerFingerprint: PRINT },
      { role: 'client', host: 'a.example' },
      io,
    );
    expect({ remotes, notes, warnings }).toEqual({
      remotes: [{ host: 'a.example', port: 1194, protocol: 'udp' }],
      notes: [],
      warnings: [],
    });
  });

  it.each(['10.0.0.0/33', '10.0.0.0/30', 'fd00::/64'])('--pool %s', async (pool) => {
    await expect(readTunnel({ ...noFlags, secretFile: 'x' }, { role: 'server', pool: [pool] }, io)).rejects.toThrow(`--pool ${pool}`);
  });
});
