import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOpenvpn } from '../../../src/config/openvpn/read-openvpn.js';
import { memoryFiles } from '../memory-files.js';

const FILE = '/etc/openvpn/server/site.conf';

function read(text: string, version?: string, others: Readonly<Record<string, string>> = {}) {
  return readOpenvpn({ file: FILE, text }, memoryFiles(others), version);
}

const codes = async (text: string, version?: string) =>
  (await read(text, version)).remarks.map(({ line, severity, code }) => `${line} ${severity} ${code}`).join();

const SERVER = `# comment
port 1195
proto udp4
dev tun0
topology subnet
local 192.0.2.1
ca ca.crt
cert "server cert.crt"   ; comment
key server.key
dh none
tls-crypt [inline]
server 10.8.0.0 255.255.255.0
server-ipv6 fd00:8::/64
push "route 192.168.10.0 255.255.255.0"
route 192.168.20.0 255.255.255.0
data-ciphers AES-256-GCM:AES-128-GCM
reneg-sec 7200
user nobody
<tls-crypt>
-----BEGIN OpenVPN Static key V1-----
0123456789abcdef
-----END OpenVPN Static key V1-----
</tls-crypt>
<cert>
public
</cert>
keepalive 10 60
`;

describe('readOpenvpn', () => {
  it('reads a server', async () => {
    const config = await read(SERVER, '2.6.3');
    expect(config.remarks).toEqual([]);
    expect(config).toMatchObject({
      role: 'server',
      deviceType: 'tun',
      dev: { value: 'tun0', line: 4 },
      proto: { value: 'udp4', line: 3 },
      localPort: { value: 1195, line: 2 },
      localAddress: { value: '192.0.2.1' },
      networks: [
        { value: '10.8.0.0/24', line: 12 },
        { value: 'fd00:8::/64', line: 13 },
      ],
      pushedRoutes: [{ value: '192.168.10.0/24', line: 14 }],
      routes: [{ value: '192.168.20.0/24', line: 15 }],
      remotes: [],
    });
    expect([...config.filesNamed].map(([name, { value, line }]) => `${name} ${value}:${line}`)).toEqual([
      'ca ca.crt:7',
      'cert server cert.crt:8',
      'key server.key:9',
    ]);
    expect(config.inline).toMatchObject([
      { name: 'tls-crypt', line: 19, secret: { length: 90 } },
      { name: 'cert', line: 24, text: 'public' },
    ]);
    expect(config.directives.at(-1)).toMatchObject({ name: 'keepalive', args: ['10', '60'], line: 27 });
    expect(JSON.stringify(config)).not.toContain('0123456789abcdef');
    expect(config.connection).toMatchObject({
      name: 'site',
      dialect: 'openvpn',
      local: {
        addresses: [{ value: '192.0.2.1' }],
        subnets: [{ value: '10.8.0.0/24' }, { value: 'fd00:8::/64' }, { value: '192.168.10.0/24' }],
      },
      remote: { addresses: [{ value: '%any' }], subnets: [{ value: '192.168.20.0/24' }] },
      espProposals: [{ value: 'AES-256-GCM', line: 16 }, { value: 'AES-128-GCM' }],
      ikeLifetime: { value: 7200, line: 17 },
      pfs: { value: true },
    });
    expect(config.connection.other).toContainEqual({ key: 'user', value: { value: 'nobody', file: FILE, line: 18 } });
  });

  it('reads a client with its remotes', async () => {
    const config = await read(
      'client\ndev tun\nport 1200\nproto tcp\nremote a.example.com\nremote b.example.com 443 udp\nremote-cert-tls server\n<connection>\nremote c.example.com 1198\nproto tcp-client\n</connection>\n',
    );
    expect(config.role).toBe('client');
    expect(config.localPort).toBeUndefined();
    expect(config.remotes.map(({ host, port, proto, line }) => `${host} ${port} ${proto} ${line}`)).toEqual([
      'a.example.com 1200 tcp 5',
      'b.example.com 443 udp 6',
      'c.example.com 1198 tcp-client 9',
    ]);
    expect(config.remarks).toEqual([]);
  });

  it.each([
    ['dev tun\nsecret static.key\nifconfig 10.8.0.1 10.8.0.2\n', 'static-key', 1194],
    ['dev tun\nremote x\ntls-client\nnobind\n', 'peer-to-peer', undefined],
    ['dev tun\ntls-server\nport 1300\n', 'peer-to-peer', 1300],
    ['dev tun\nclient\nremote x\nlport 1301\nremote-cert-tls server\n', 'client', 1301],
    ['--dev tun\n--mode server\n--tls-server\n', 'server', 1194],
  ])('%j is %s on %s', async (text, role, port) => {
    const config = await read(text, '2.5.0');
    expect([config.role, config.localPort?.value]).toEqual([role, port]);
  });

  const client = 'client\ndev tun\nremote x\nremote-cert-tls server\n';
  it.each([
    ['dev tun\nsecret s.key\ncipher AES-256-CBC\n', '2.5.1', ''],
    ['dev tun\nsecret s.key\ncipher AES-256-CBC\n', '2.6.3', '2 warning deprecated-static-key'],
    ['dev tun\nsecret s.key\ncipher AES-256-CBC\n', '2.7.0', '2 error deprecated-static-key'],
    ['dev tun\nsecret s.key\ncipher AES-256-CBC\nallow-deprecated-insecure-static-crypto\n', '2.7.0', '2 warning deprecated-static-key'],
    ['dev tun\nsecret s.key\ncipher AES-256-CBC\n', '2.8.0', '2 error deprecated-static-key'],
    ['dev tun\nsecret s.key\n', '2.5.1', '2 warning weak-cipher'],
    ['dev tun\nsecret s.key\n', '2.6.14', '2 warning deprecated-static-key,2 warning weak-cipher'],
    [`${client}comp-lzo\n`, '2.6.3', '5 warning deprecated-compression'],
    [`${client}allow-compression yes\n`, '2.6.3', ''],
    [`${client}allow-compression yes\n`, '2.7.1', '5 info deprecated-keyword'],
    [`${client}allow-compression asym\n`, '2.7.1', ''],
    [`${client}compress migrate\n`, '2.6.3', ''],
    [`${client}cipher AES-256-CBC\n`, '2.6.3', '5 warning cipher-without-data-ciphers'],
    [`${client}cipher AES-256-CBC\n`, '2.4.9', ''],
    [`${client}cipher AES-256-GCM\n`, '2.6.3', ''],
    [`${client}data-ciphers AES-256-GCM:BF-CBC\ncipher BF-CBC\n`, '2.6.3', '5 warning weak-cipher,6 warning weak-cipher'],
    [`${client}auth none\n`, '2.6.3', '5 warning weak-auth'],
    [`${client}ncp-disable\n`, '2.5.3', ''],
    [`${client}ncp-disable\n`, '2.6.3', '5 error removed-keyword'],
    [`${client}ncp-disable\n`, undefined, '5 warning removed-keyword'],
    [`${client}keysize 256\nno-replay\nkey-method 2\n`, '2.6.3', '5 error removed-keyword,7 error removed-keyword'],
    [`${client}no-replay\n`, '2.7.0', '5 error removed-keyword'],
    [`${client}tls-remote gw\n`, '2.3.4', ''],
    [`${client}tls-remote gw\n`, '2.4.0', '5 error removed-keyword'],
    [`${client}ns-cert-type server\n`, '2.6.3', '5 warning deprecated-keyword'],
    [`${client}data-ciphers AES-256-GCM\n`, '2.4.9', '5 error too-new-keyword'],
    [`${client}persist-key\n`, '2.7.0', '5 info obsolete-keyword'],
    [`${client}dev-tipe tun\n`, '2.6.3', '5 error unknown-keyword'],
    [`${client}ignore-unknown-option dev-tipe\ndev-tipe tun\n`, '2.6.3', ''],
    ['client\ndev tun\nremote x\n', '2.6.3', '1 warning no-server-verification'],
    ['client\nremote x\nremote-cert-tls server\n', '2.6.3', '1 error missing-keyword'],
    ['client\ndev tun\nremote-cert-tls server\n', '2.6.3', '1 error missing-keyword'],
    ['dev tun\nserver 10.8.0.0 255.255.255.0\ntopology subnet\n', '2.6.3', '2 error missing-keyword'],
    ['dev tun\nserver 10.8.0.0 255.255.255.0\n', '2.7.0', '2 info default-changed'],
    [`${client}port 65535\nrport openvpn\n`, '2.6.3', ''],
    [`${client}remote y 99999\nlport 65536\n`, '2.6.3', '5 error bad-value,6 error bad-value'],
    [`${client}proto icmp\n`, '2.6.3', '5 error bad-value'],
    [`${client}proto tcp6-client\nremote y 1194 udp4\n`, '2.6.3', ''],
    [`${client}remote y 1194 TCP\n`, '2.6.3', '5 error bad-value'],
    [`${client}ca "x\n`, '2.6.3', '5 error quoting'],
    [`${client}ca c:\\keys\\ca.crt\n`, '2.6.3', '5 error quoting'],
    [`${client}<ca>\nx\n`, '2.6.3', '5 error syntax'],
    [`${client}<ca>\n</ca>\n`, '2.6.3', '5 error syntax'],
    [`${client}ca ${'x'.repeat(300)}\n`, '2.6.3', '5 error syntax'],
    [`${client}config none.conf\n`, '2.6.3', '5 error missing-include'],
    ['\0', '2.6.3', '1 error binary'],
    ['', '2.6.3', ''],
  ])('%j on %s: %s', async (text, version, expected) => {
    expect(await codes(text, version)).toBe(expected);
  });

  it.each([
    [`${client}cipher BF-CBC\n`, '2.6.3', Array(2).fill('data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305')],
    [`${client}cipher AES-128-CBC\n`, '2.6.3', ['data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:AES-128-CBC']],
    [`${client}cipher BF-CBC\n`, '2.4.9', ['cipher AES-256-CBC']],
    [`${client}ncp-ciphers BF-CBC:AES-128-GCM\n`, '2.4.9', ['ncp-ciphers AES-128-GCM']],
    [
      `${client}data-ciphers ?bf-cbc:AES-128-GCM\ndata-ciphers-fallback BF-CBC\n`,
      '2.6.3',
      ['data-ciphers AES-128-GCM', 'data-ciphers-fallback AES-256-CBC'],
    ],
    ['dev tun\nsecret s.key\ncipher CAST5-CBC\n', '2.5.1', ['cipher AES-256-CBC']],
  ] as const)('in place of weak ciphers, %j on %s: lines that OpenVPN takes', async (text, version, expected) => {
    const weak = ({ code }: { readonly code: string }) => ['weak-cipher', 'cipher-without-data-ciphers'].includes(code);
    expect((await read(text, version)).remarks.filter(weak).map(({ fix }) => fix)).toEqual(expected);
  });

  it.each([
    ['mode server\ntls-server\ndev tun\ndh none\ncomp-lzo\n', '2.6.3', 'compress migrate'],
    ['mode server\ntls-server\ndev tun\ndh none\ncompress lz4\n', '2.6.3', 'compress migrate'],
    ['mode server\ntls-server\ndev tun\ndh none\ncomp-lzo\n', '2.4.9', undefined],
    [`${client}comp-lzo no\n`, '2.6.3', undefined],
    [`${client}compress lzo\n`, '2.6.3', undefined],
  ] as const)('%j on %s: only a server finds out what its peers have', async (text, version, expected) => {
    expect((await read(text, version)).remarks.find(({ code }) => code === 'deprecated-compression')?.fix).toBe(expected);
  });

  it('which of the old ciphers OpenSSL 3 no longer has by itself', async () => {
    const text = async (cipher: string) => (await read(`dev tun\nsecret s.key\n${cipher}`, '2.5.1')).remarks.map((one) => one.text).join();
    expect(await text('')).toMatch(/takes BF-CBC: .*legacy provider.*"Cipher BF-CBC not supported"/);
    expect(await text('cipher CAST5-CBC\n')).toMatch(/only with the legacy provider/);
    expect(await text('cipher DES-EDE3-CBC\n')).toBe('cipher DES-EDE3-CBC: 64-bit blocks (SWEET32)');
  });

  it('mends by lines', async () => {
    const fixes = async (text: string) => (await read(text, '2.6.3')).remarks.map(({ fix }) => fix);
    expect(await fixes(`${client}cipher AES-128-CBC\n`)).toEqual(['data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:AES-128-CBC']);
    expect(await fixes(`${client}ns-cert-type server\n`)).toEqual(['remote-cert-tls server']);
    expect(await fixes('client\ndev tun\nremote x\n')).toEqual(['client\nremote-cert-tls server']);
  });

  it('reads included files', async () => {
    const { files, directives } = await read('config part.conf\n', undefined, { '/etc/openvpn/server/part.conf': 'dev tun\n' });
    expect(files).toEqual([FILE, '/etc/openvpn/server/part.conf']);
    expect(directives.at(-1)).toMatchObject({ name: 'dev', file: '/etc/openvpn/server/part.conf', line: 1 });
  });

  it('hides passwords', async () => {
    expect(
      JSON.stringify(
        await read('client\nauth-token hunter22\n<auth-user-pass>\nuser\nhunter22\n</auth-user-pass>\n<unknown>\nhunter22\n</unknown>\n'),
      ),
    ).not.toContain('hunter22');
  });

  it('takes any text', async () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'client\n',
        'remote ',
        '<ca>\n',
        '</ca>\n',
        '"',
        "'",
        '\\',
        '\n',
        '<connection>\n',
        'push "route ',
        'server ',
        '10.0.0.0 255.0.255.0',
        'config ',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 50 }), async (pieces) =>
        (await read(pieces.join(''))).remarks.every(({ line }) => line >= 1),
      ),
      { numRuns: 500 },
    );
  });
});
