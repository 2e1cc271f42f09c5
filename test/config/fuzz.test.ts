import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check/check-config.js';
import { describeConnection } from '../../src/config/check/describe-connection.js';
import { compareEnds } from '../../src/config/compare/compare-ends.js';
import { correctionsOf } from '../../src/config/compare/corrections.js';
import { pairConnections } from '../../src/config/compare/pair-connections.js';
import { convert, targets } from '../../src/config/convert/convert.js';
import { secretHider } from '../../src/config/hide-secrets.js';
import { endOf } from '../../src/config/read-config.js';
import { cpuMilliseconds } from '../support/cpu-time.js';
import { readEnd } from './compare/compare-texts.js';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from './seed-story.js';

/** Mutations a language; VPNDOCTOR_FUZZ asks for more (100000 for all of them takes some minutes). */
const ROUNDS = Number(process.env['VPNDOCTOR_FUZZ'] ?? 4000) / 8;

const ASA9 = SEED_ASA.replace('8.2(5)', '9.8(4)').replace(
  'nat (inside) 0 access-list inside_nat0',
  'object network a\n subnet 172.20.30.0 255.255.255.0\nobject-group network g\n network-object object a\n group-object h\nnat (inside,outside) source static g g destination static a a',
);

const texts: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['ipsec.conf', { '/etc/ipsec.conf': SEED_IPSEC_CONF, '/etc/ipsec.secrets': SEED_SECRETS }],
  [
    'ipsec.conf of strongSwan',
    {
      '/etc/strongswan/ipsec.conf':
        'conn %default\n\tkeyexchange=ikev2\n\tauthby=psk\nconn a\n\talso=b\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tauto=route\nconn b\n\tleftsubnet=10.1.0.0/16,10.3.0.0/16[tcp/80]\n\trightsubnet=10.2.0.0/16\n\tike=aes256-sha256-modp2048!\n\tesp=aes128gcm16-ecp256!\n',
    },
  ],
  [
    'swanctl.conf',
    {
      'swanctl.conf':
        'connections {\n  a : defaults {\n    version = 2\n    local_addrs = 192.0.2.1\n    remote_addrs = 198.51.100.1\n    local { auth = psk\n id = "a@b" }\n    remote { auth = psk }\n    children { n { local_ts = 10.1.0.0/16\n remote_ts = 10.2.0.0/16 } }\n  }\n}\ndefaults {\n  dpd_delay = 30s\n}\nsecrets { ike-1 { secret = "made-for-tests-only-7Qx" } }\n',
    },
  ],
  ['ASA', { 'asa.txt': SEED_ASA }],
  ['ASA 9', { 'asa9.txt': ASA9 }],
  [
    'IOS',
    {
      'router.txt':
        'hostname r\ncrypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha256\n group 14\ncrypto ikev2 policy Q\n proposal P\ncrypto ikev2 keyring K\n peer a\n  address 192.0.2.10\n  pre-shared-key made-for-tests-only-7Qx\ncrypto ikev2 profile R\n match identity remote address 192.0.2.10 255.255.255.255\n identity local fqdn r.example.com\n authentication remote pre-share key made-for-tests-only-7Qx\n authentication local pre-share\n keyring local K\ncrypto isakmp policy 1\n authentication pre-share\ncrypto keyring L\n  pre-shared-key address 0.0.0.0 0.0.0.0 key made-for-tests-only-7Qx\ncrypto ipsec transform-set T esp-aes 256 esp-sha256-hmac\n mode transport\ncrypto ipsec profile S\n set transform-set T\n set ikev2-profile R\ncrypto ipsec profile U\n set transform-set T\ninterface Gi0/1\n ip address 198.51.100.20 255.255.255.0\ninterface Tunnel1\n tunnel source Gi0/1\n tunnel destination 192.0.2.10\n tunnel protection ipsec profile S\ninterface Tunnel2\n ip nhrp map 10.9.0.1 192.0.2.10\n tunnel mode ipsec ipv4\n tunnel source Gi0/1\n tunnel protection ipsec profile U\nend\n',
    },
  ],
  [
    'OpenVPN',
    {
      'a.ovpn':
        'client\ndev tun\nproto udp\nremote 192.0.2.1 1194\n<connection>\nremote vpn.example.com 443 tcp\n</connection>\ntls-auth ta.key 1\ncipher AES-256-CBC\ncomp-lzo no\n<secret>\n00\n</secret>\nroute 10.0.0.0 255.0.0.0\n',
    },
  ],
  [
    'racoon',
    {
      '/etc/racoon/racoon.conf':
        'path pre_shared_key "psk.txt";\nremote 198.51.100.1 {\n\texchange_mode main,aggressive;\n\tproposal { encryption_algorithm aes 256; hash_algorithm sha1; authentication_method pre_shared_key; dh_group modp1024; }\n}\nsainfo anonymous { pfs_group 2; encryption_algorithm aes 256, 3des; authentication_algorithm hmac_sha1; }\n',
      '/etc/racoon/setkey.conf': 'spdadd 10.1.0.0/16[any] 10.2.0.0/16[80] tcp -P out ipsec esp/tunnel/192.0.2.1-198.51.100.1/require;\n',
    },
  ],
  [
    'isakmpd',
    {
      'isakmpd.conf':
        '[General]\nListen-on= 192.0.2.1\n[Phase 1]\n198.51.100.1= peer\n[Phase 2]\nConnections= net\n[peer]\nAddress= 198.51.100.1\nAuthentication= made-for-tests-only-7Qx\n[net]\nISAKMP-peer= peer\nConfiguration= quick\nLocal-ID= l\nRemote-ID= r\n[l]\nNetwork= 10.1.0.0\nNetmask= 255.255.0.0\n[r]\nAddress= 10.2.0.1\n[quick]\nSuites= QM-ESP-AES-256-SHA2-256-PFS-GRP14-SUITE\n',
    },
  ],
];

/** Of every text above, made for tests. */
const SECRET = 'made-for-tests-only-7Qx';

/** Small, seeded, the same on every machine (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PIECES = [
  '\0',
  '\r\n',
  '\n',
  '\t',
  ' ',
  '{',
  '}',
  '"',
  '=',
  '#',
  '/',
  '%any',
  '0.0.0.0/0',
  '::/0',
  '/33',
  '255.255.255.255',
  '99999999999999999999',
  '-',
  ';',
  ':',
  '*',
  'also=a',
  'object-group g',
  'include *',
  '\u{1F600}',
  '\uFFFD',
  'x'.repeat(300),
];

/** One or two changes: a piece put in, something taken out, lines exchanged or doubled, the text cut. */
function mutated(text: string, next: () => number): string {
  let result = text;
  for (let i = 0; i <= next() * 2; i++) {
    const at = Math.floor(next() * (result.length + 1));
    const length = Math.floor(next() * 12);
    const kind = Math.floor(next() * 6);
    if (kind === 0) result = result.slice(0, at) + (PIECES[Math.floor(next() * PIECES.length)] ?? '') + result.slice(at);
    else if (kind === 1) result = result.slice(0, at) + result.slice(at + length);
    else if (kind === 2) result = result.slice(0, at);
    else if (kind === 3) result = result.slice(0, at) + String.fromCharCode(32 + Math.floor(next() * 95)) + result.slice(at + 1);
    else {
      const lines = result.split('\n');
      const [a, b] = [Math.floor(next() * lines.length), Math.floor(next() * lines.length)];
      if (kind === 4) lines.splice(a, 0, lines[b] ?? '');
      else [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
      result = lines.join('\n');
    }
  }
  return result;
}

describe('configurations with faults nobody thought of', () => {
  it.each(texts)('%s: read, checked, compared, converted without an exception', { timeout: 600_000 }, async (_, files) => {
    const next = random(20_261_121);
    const other = await readEnd({ 'asa.txt': SEED_ASA });
    let slowest = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const [victim = ''] = Object.keys(files).slice(Math.floor(next() * Object.keys(files).length));
      const broken = { ...files, [victim]: mutated(files[victim] ?? '', next) };
      const from = cpuMilliseconds();
      const printed: unknown[] = [];
      const config = await readEnd(broken);
      for (const { line, file, text } of checkConfig(config))
        expect([typeof file, Number.isInteger(line) && line >= 0, text.length < 2000]).toEqual(['string', true, true]);
      for (const { ours, theirs } of pairConnections(config.connections, other.connections).pairs) {
        const comparison = compareEnds(endOf(config, ours), endOf(other, theirs));
        printed.push(comparison.mismatches, comparison.rows);
        for (const mismatch of comparison.mismatches) printed.push(correctionsOf(comparison, mismatch));
      }
      const ends = config.connections.map((connection) => endOf(config, connection));
      for (const one of ends) printed.push(describeConnection(one));
      for (const target of targets) printed.push(convert(ends, target, 'libreswan'));
      printed.push(checkConfig(config));
      // Whatever became of the line it stands in.
      if (round % 8 === 0) {
        const shown = secretHider(Object.values(broken))(inspect(printed, { depth: 20, maxArrayLength: null, maxStringLength: null }));
        const at = shown.indexOf(SECRET);
        expect(at, `round ${round}: ${shown.slice(Math.max(0, at - 200), at + 30)}\nin ${JSON.stringify(broken)}`).toBe(-1);
      }
      slowest = Math.max(slowest, cpuMilliseconds() - from);
    }
    // No mutation makes it hang.
    expect(slowest).toBeLessThan(5000);
  });
});
