import { describe, expect, it } from 'vitest';
import { correctionsOf } from '../../../src/config/compare/corrections.js';
import { convert } from '../../../src/config/convert/convert.js';
import { endOf } from '../../../src/config/read-config.js';
import { compareTexts, type EndFiles, mended, problems, readEnd } from './compare-texts.js';

const SERVER = `port 1194
proto udp
dev tun
topology subnet
server 10.8.0.0 255.255.255.0
ca ca.crt
cert server.crt
key server.key
dh none
tls-auth ta.key 0
data-ciphers AES-256-GCM:AES-128-GCM
auth SHA256
keepalive 10 60
`;

const CLIENT = `client
dev tun
proto udp
remote vpn.example.com 1194
nobind
ca ca.crt
cert client.crt
key client.key
remote-cert-tls server
tls-auth ta.key 1
data-ciphers AES-256-GCM
auth SHA256
`;

const PEER_A = `dev tun
proto udp
remote 198.51.100.1
local 192.0.2.1
ifconfig 10.9.0.1 10.9.0.2
secret static.key 0
cipher AES-256-CBC
auth SHA256
keepalive 10 60
`;

const PEER_B = `dev tun
proto udp
remote 192.0.2.1
local 198.51.100.1
ifconfig 10.9.0.2 10.9.0.1
secret static.key 1
cipher AES-256-CBC
auth SHA256
keepalive 10 60
`;

const tls: readonly [EndFiles, EndFiles] = [{ 'client.conf': CLIENT }, { 'server.conf': SERVER }];
const peers: readonly [EndFiles, EndFiles] = [{ 'a.conf': PEER_A }, { 'b.conf': PEER_B }];
// Made for tests: no key of anybody.
const KEY = (last: string) => `-----BEGIN OpenVPN Static key V1-----\n${'00'.repeat(16)}\n${last}\n-----END OpenVPN Static key V1-----`;

type Fault = readonly [
  pair: readonly [EndFiles, EndFiles],
  side: 'ours' | 'theirs',
  from: string | RegExp,
  to: string,
  finding: string,
  mendedAt?: 'both' | 'ours' | 'theirs' | 'none',
];

const faults: readonly Fault[] = [
  [tls, 'ours', 'remote vpn.example.com 1194', 'remote vpn.example.com 1195', 'error config/openvpn-port'],
  [tls, 'theirs', 'port 1194', 'port 443', 'error config/openvpn-port'],
  [tls, 'ours', 'proto udp', 'proto tcp-client', 'error config/openvpn-proto'],
  [tls, 'theirs', 'proto udp', 'proto tcp-server', 'error config/openvpn-proto'],
  [tls, 'ours', 'dev tun', 'dev tap', 'error config/openvpn-device'],
  [tls, 'theirs', 'data-ciphers AES-256-GCM:AES-128-GCM', 'data-ciphers CHACHA20-POLY1305', 'error config/openvpn-cipher'],
  [tls, 'ours', 'data-ciphers AES-256-GCM', 'data-ciphers AES-256-CBC', 'error config/openvpn-cipher'],
  [tls, 'ours', 'auth SHA256', 'auth SHA512', 'error config/openvpn-auth'],
  [tls, 'theirs', 'auth SHA256\n', '', 'error config/openvpn-auth'],
  [tls, 'ours', 'tls-auth ta.key 1', 'tls-auth ta.key 0', 'error config/openvpn-key-direction'],
  [tls, 'theirs', 'tls-auth ta.key 0', 'tls-auth ta.key', 'error config/openvpn-key-direction'],
  [tls, 'ours', 'tls-auth ta.key 1\n', '', 'error config/openvpn-control-channel'],
  [tls, 'ours', 'tls-auth ta.key 1', 'tls-crypt ta.key', 'error config/openvpn-control-channel'],
  [tls, 'ours', 'auth SHA256', 'auth SHA256\ncomp-lzo', 'error config/openvpn-compression'],
  [tls, 'theirs', 'auth SHA256', 'auth SHA256\ncompress lz4-v2', 'error config/openvpn-compression'],
  [
    tls,
    'theirs',
    'auth SHA256',
    'auth SHA256\ncompress lz4-v2\npush "compress lz4-v2"',
    'warning config/openvpn-pushed-compression',
    'ours',
  ],
  [tls, 'ours', 'auth SHA256', 'auth SHA256\nfragment 1400', 'error config/openvpn-fragment'],
  [tls, 'theirs', 'auth SHA256', 'auth SHA256\ntun-mtu 1400', 'warning config/openvpn-tun-mtu'],
  [tls, 'theirs', 'auth SHA256', 'auth SHA256\nauth-user-pass-verify /bin/check via-env', 'error config/openvpn-user-pass', 'ours'],
  [tls, 'ours', 'auth SHA256', 'auth SHA256\ntls-version-max 1.1', 'error config/openvpn-tls-version', 'ours'],
  [tls, 'ours', 'client\n', 'tls-client\n', 'error config/openvpn-role', 'ours'],
  [tls, 'ours', 'client\n', 'tls-server\n', 'error config/openvpn-role', 'none'],
  [tls, 'ours', 'remote-cert-tls server', 'frobnicate', 'error config/unknown-keyword', 'none'],
  [peers, 'ours', 'ifconfig 10.9.0.1 10.9.0.2', 'ifconfig 10.9.0.2 10.9.0.1', 'error config/openvpn-ifconfig'],
  [peers, 'theirs', 'ifconfig 10.9.0.2 10.9.0.1', 'ifconfig 10.9.0.2 10.9.0.3', 'error config/openvpn-ifconfig'],
  [peers, 'ours', 'secret static.key 0', 'secret static.key 1', 'error config/openvpn-key-direction'],
  [peers, 'theirs', 'secret static.key 1', 'secret static.key', 'error config/openvpn-key-direction'],
  [peers, 'ours', 'cipher AES-256-CBC', 'cipher AES-128-CBC', 'error config/openvpn-cipher'],
  [peers, 'theirs', 'cipher AES-256-CBC', 'cipher BF-CBC', 'error config/openvpn-cipher'],
  [peers, 'ours', 'auth SHA256', 'auth SHA1', 'error config/openvpn-auth'],
  [peers, 'ours', 'dev tun', 'dev tap', 'error config/openvpn-device', 'ours'],
  [peers, 'theirs', 'local 198.51.100.1', 'local 198.51.100.2', 'warning config/peer-address', 'ours'],
  [peers, 'ours', 'auth SHA256', 'auth SHA256\nport 1195', 'error config/openvpn-port', 'both'],
];

describe('two OpenVPN ends', () => {
  it.each([
    ['client and server', tls],
    ['two peers with a static key', peers],
  ])('%s fit', async (_, [ours, theirs]) => {
    const comparison = await compareTexts(ours, theirs);
    expect(problems(comparison)).toEqual([]);
    expect(comparison.verdict).toEqual({ comesUp: 'yes', staysUp: 'yes', passesTraffic: 'yes' });
  });

  it.each(faults.map(([pair, side, from, to, finding, where = 'both'], i) => [i, side, from, to, finding, where, pair] as const))(
    '%i: %s: %s -> %s: %s',
    async (_, side, from, to, finding, where, [ours, theirs]) => {
      const changed = (files: EndFiles) => Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace(from, to)]));
      const files = { ours: side === 'ours' ? changed(ours) : ours, theirs: side === 'theirs' ? changed(theirs) : theirs };
      expect(files).not.toEqual({ ours, theirs });
      const broken = await compareTexts(files.ours, files.theirs);
      expect(problems(broken)[0]).toBe(finding);
      for (const who of ['ours', 'theirs'] as const) {
        let text = mended(broken, who, files[who], '');
        expect(text !== undefined, `corrected lines for ${who}`).toBe(where === 'both' || where === who);
        if (text === undefined) continue;
        let again = await compareTexts(who === 'ours' ? text : files.ours, who === 'theirs' ? text : files.theirs);
        // What a first correction brings to light: with another device, other addresses.
        const more = mended(again, who, text, '');
        if (more !== undefined) {
          text = more;
          again = await compareTexts(who === 'ours' ? text : files.ours, who === 'theirs' ? text : files.theirs);
        }
        expect(problems(again), Object.values(text).join()).toEqual([]);
      }
    },
  );

  it('compares inline keys and shows none', async () => {
    const inline = (text: string, last: string) =>
      text.replace(/^secret .*$/m, `key-direction ${text === PEER_A ? 0 : 1}\n<secret>\n${KEY(last)}\n</secret>`);
    const same = await compareTexts({ 'a.conf': inline(PEER_A, '11'.repeat(16)) }, { 'b.conf': inline(PEER_B, '11'.repeat(16)) });
    expect(problems(same)).toEqual([]);
    const other = await compareTexts({ 'a.conf': inline(PEER_A, '11'.repeat(16)) }, { 'b.conf': inline(PEER_B, '12'.repeat(16)) });
    expect(problems(other)).toEqual(['error config/openvpn-key-differs']);
    expect(JSON.stringify(other.mismatches)).not.toContain('1111');
  });

  it('is told from IPsec', async () => {
    const comparison = await compareTexts(tls[0], { '/etc/ipsec.conf': 'conn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n' });
    expect(problems(comparison)).toEqual(['error config/another-protocol']);
  });

  it.each([
    ['server', { 'server.conf': SERVER.replace('port', 'local 192.0.2.1\nport') }],
    ['client', { 'client.conf': CLIENT }],
    ['peer', { 'a.conf': PEER_A }],
    [
      'peer with TLS',
      {
        'a.conf': PEER_A.replace(
          'secret static.key 0',
          'tls-server\ndh none\nca a\ncert b\nkey c\ntls-auth ta.key 0\ndata-ciphers AES-256-GCM',
        ),
      },
    ],
  ])('converts a %s into one that fits', async (_, files: EndFiles) => {
    const config = await readEnd(files);
    const result = convert(
      config.connections.map((connection) => endOf(config, connection)),
      'openvpn',
      'libreswan',
    );
    const [file] = result?.files ?? [];
    expect(problems(await compareTexts(files, { 'other.conf': file?.text ?? '' })), file?.text).toEqual([]);
  });
});

describe('versions of TLS', () => {
  it.each<[string, string, 'both' | 'ours' | 'theirs']>([
    // The server's line says what is so without it, too.
    ['tls-version-max 1.1', 'tls-version-min 1.2', 'ours'],
    ['tls-version-min 1.0\ntls-version-max 1.1', 'tls-version-min 1.2', 'ours'],
    ['tls-version-max 1.2', 'tls-version-min 1.3', 'both'],
    ['tls-version-min 1.3', 'tls-version-max 1.2', 'both'],
    ['tls-version-min 1.2', 'tls-version-max 1.1', 'theirs'],
  ])('%j against %j: mended at %s', async (mine, yours, where) => {
    const pair = [{ 'client.conf': `${CLIENT}${mine}\n` }, { 'server.conf': `${SERVER}${yours}\n` }] as const;
    const broken = await compareTexts(...pair);
    expect(problems(broken)).toEqual(['error config/openvpn-tls-version']);
    for (const who of ['ours', 'theirs'] as const) {
      const files = mended(broken, who, pair[who === 'ours' ? 0 : 1], '');
      expect(files !== undefined, `corrected lines for ${who}`).toBe(where === 'both' || where === who);
      if (files === undefined) continue;
      expect(problems(await (who === 'ours' ? compareTexts(files, pair[1]) : compareTexts(pair[0], files)))).toEqual([]);
      // A line that does not stand in the way stays.
      if (/min 1\.0/.test(mine)) expect(files['client.conf']).toContain('tls-version-min 1.0');
    }
  });
});

describe('pings', () => {
  const peer = (text: string, lines: string): EndFiles => ({ 'peer.conf': text.replace('keepalive 10 60\n', lines) });

  it.each<[string, EndFiles, EndFiles, readonly string[]]>([
    ['from both', peer(PEER_A, 'ping 15\nping-restart 45\n'), peer(PEER_B, 'keepalive 10 60\n'), []],
    ['from nobody, and nobody waits', peer(PEER_A, ''), peer(PEER_B, ''), []],
    ['from the one that waits alone', peer(PEER_A, 'ping 15\nping-restart 45\n'), peer(PEER_B, ''), ['warning config/openvpn-ping']],
    ['of one that waits for ever', peer(PEER_A, 'ping 15\nping-restart 0\n'), peer(PEER_B, ''), []],
    ['from a server that has them pushed', { 'client.conf': CLIENT }, { 'server.conf': SERVER }, []],
    [
      'not from a server, for a client that waits',
      { 'client.conf': `${CLIENT}keepalive 10 60\n` },
      { 'server.conf': SERVER.replace('keepalive 10 60\n', '') },
      ['warning config/openvpn-ping'],
    ],
  ])('%s', async (_, ours, theirs, expected) => {
    for (const [a, b, quiet] of [
      [ours, theirs, 'theirs'],
      [theirs, ours, 'ours'],
    ] as const) {
      const found = await compareTexts(a, b);
      expect(problems(found)).toEqual(expected);
      if (expected.length === 0) continue;
      expect(found.verdict).toEqual({ comesUp: 'yes', staysUp: 'perhaps', passesTraffic: 'yes' });
      const files = mended(found, quiet, quiet === 'theirs' ? b : a, '') ?? {};
      expect(problems(await (quiet === 'theirs' ? compareTexts(a, files) : compareTexts(files, b)))).toEqual([]);
    }
  });

  it('are those of the end that is converted', async () => {
    const config = await readEnd(peer(PEER_A, 'ping 15\nping-restart 45\n'));
    const text = convert(
      config.connections.map((connection) => endOf(config, connection)),
      'openvpn',
      'libreswan',
    )?.files[0]?.text;
    expect(text).toMatch(/^ping 15\nping-restart 45$/m);
  });
});

it('shows the lines that are to be others, which name a key and hold none', async () => {
  const broken: EndFiles = { 'client.conf': CLIENT.replace('ta.key 1', 'ta.key 0') };
  const found = await compareTexts(broken, { 'server.conf': SERVER });
  const [mismatch] = found.mismatches;
  const edits = mismatch === undefined ? [] : correctionsOf(found, mismatch).flatMap((one) => one.edits);
  expect(edits.map(({ before, text }) => [before, text])).toEqual([
    ['tls-auth ta.key 0', 'tls-auth ta.key 1'],
    ['tls-auth ta.key 0', 'tls-auth ta.key 1'],
  ]);
});

describe('data ciphers by release', () => {
  const server = (line: string): EndFiles => ({ 'server.conf': SERVER.replace('data-ciphers AES-256-GCM:AES-128-GCM', line) });
  const client = (line: string): EndFiles => ({ 'client.conf': CLIENT.replace('data-ciphers AES-256-GCM', line) });
  const CBC = 'cipher AES-256-CBC';

  it.each<
    [
      what: string,
      ours: string,
      theirs: string,
      ourVersion: string | undefined,
      theirVersion: string | undefined,
      chosen: string | undefined,
    ]
  >([
    ['cipher counts for nothing since 2.6', CBC, 'data-ciphers AES-256-CBC', undefined, undefined, undefined],
    ['and did in 2.5', CBC, 'data-ciphers AES-256-CBC', '2.5.1', undefined, 'AES-256-CBC'],
    ['and does with compat-mode', `${CBC}\ncompat-mode 2.5.0`, 'data-ciphers AES-256-CBC', '2.6.14', undefined, 'AES-256-CBC'],
    [
      'a fallback is for who negotiates nothing',
      'data-ciphers-fallback AES-256-CBC',
      'data-ciphers AES-256-CBC',
      undefined,
      undefined,
      undefined,
    ],
    ['such a one', 'data-ciphers-fallback AES-256-CBC', CBC, '2.6.14', '2.3.10', 'AES-256-CBC'],
    ['before 2.4 cipher alone counts', CBC, 'cipher AES-128-CBC', '2.3.2', '2.3.10', undefined],
    ['it is BF-CBC where nothing is said', 'tls-server', 'cipher BF-CBC', '2.3.2', '2.3.10', 'BF-CBC'],
    ['a new server knows nothing of BF-CBC', 'tls-server', 'cipher BF-CBC', '2.6.14', '2.3.10', undefined],
    ['2.4 falls back to cipher', CBC, CBC, '2.4.7', '2.3.10', 'AES-256-CBC'],
    ['ncp-disable', `${CBC}\nncp-disable`, CBC, '2.4.7', '2.6.14', undefined],
    ['no ChaCha20 before 2.6', 'tls-server', 'data-ciphers CHACHA20-POLY1305', '2.5.1', undefined, undefined],
    [
      'the server chooses',
      'data-ciphers AES-128-GCM:AES-256-GCM',
      'data-ciphers AES-256-GCM:AES-128-GCM',
      undefined,
      undefined,
      'AES-128-GCM',
    ],
  ])('%s', async (_, ours, theirs, ourVersion, theirVersion, chosen) => {
    const facts = (version: string | undefined) => (version === undefined ? {} : { version });
    const pair = [server(ours), client(theirs)] as const;
    const result = await compareTexts(...pair, facts(ourVersion), facts(theirVersion));
    expect(problems(result)).toEqual(chosen === undefined ? ['error config/openvpn-cipher'] : []);
    expect(result.rows.map(({ label }) => label)).toContain(chosen === undefined ? 'data ciphers' : `data ciphers (${chosen})`);
    for (const who of ['ours', 'theirs'] as const) {
      const files = chosen === undefined ? mended(result, who, pair[who === 'ours' ? 0 : 1], '') : undefined;
      if (files === undefined) continue;
      const again = who === 'ours' ? ([files, pair[1]] as const) : ([pair[0], files] as const);
      expect(problems(await compareTexts(...again, facts(ourVersion), facts(theirVersion))), who).toEqual([]);
    }
  });
});
