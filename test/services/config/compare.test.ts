import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { type ConfigCompareFlags, configCompare } from '../../../src/services/config/compare.js';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from '../../config/seed-story.js';
import { runConfig } from '../../support/run-config.js';

const FILES = { '/a/ipsec.conf': SEED_IPSEC_CONF, '/a/ipsec.secrets': SEED_SECRETS, '/b/show-run.txt': SEED_ASA };
const FLAGS: ConfigCompareFlags = { local: ['192.0.2.10'], product: 'openswan', productVersion: '2.6.37', color: false };

const compare = (
  files: Readonly<Record<string, string>> = FILES,
  flags: Partial<ConfigCompareFlags> = {},
  paths = ['/a/ipsec.conf', '/b/show-run.txt'],
  stdin = '',
) => runConfig((io) => configCompare(paths[0] ?? '', paths[1] ?? '', { ...FLAGS, ...flags }, io), files, stdin);

const BROKEN = {
  ...FILES,
  '/b/show-run.txt': SEED_ASA.replace(' hash md5', ' hash sha').replace('pre-shared-key made', 'pre-shared-key Made'),
};

describe('config compare', () => {
  it('says that two ends fit, with the line of every value', async () => {
    const { status, text, warnings } = await compare();
    expect({ status, warnings }).toEqual({ status: 0, warnings: [] });
    expect(text).toMatch(
      /^ours {4}asa {2}\/a\/ipsec\.conf:9 {2}Openswan 2\.6\.37\ntheirs {2}outside_map 1 {2}\/b\/show-run\.txt:30 {2}Cisco ASA 8\.2\(5\)\n\nWill it come up\? +yes\n/,
    );
    expect(text).toMatch(/^ {2}IKE proposals +3DES, MD5, MODP_1024 +3DES, MD5, MODP_1024\n +\(group 2\) :21 +\(group 2\) :35$/m);
    expect(text).toMatch(/^ {2}preshared key +set :1 +set :44$/m);
    expect(text).not.toMatch(/7Qx|^!/m);
  });

  it('gives the verdict first, then the table, then what is wrong, then corrected lines for each end', async () => {
    const { status, text } = await compare(BROKEN);
    expect(status).toBe(1);
    const places = [
      /^Will it come up\? +no/m,
      /^! IKE proposals/m,
      /^\[ERROR\] config\/ike-proposals/m,
      /^Corrected lines for config\/ike-proposals, at one end or at the other$/m,
    ].map((pattern) => text.search(pattern));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain('our end (Openswan)\n  /a/ipsec.conf:21\n  - \tike=3des-md5;modp1024\n  + \tike=3des-sha1;modp1024\n');
    expect(text).toContain(
      'the other end (Cisco ASA)\n  /b/show-run.txt:40, behind it\n  + crypto isakmp policy 20\n  +  authentication pre-share\n',
    );
    // The secret is spoken of and not shown, neither ours nor theirs.
    expect(text).toContain('[ERROR] config/psk-differs');
    expect(text).not.toMatch(/7Qx/);
    for (const line of text.split('\n')) if (!/^ {2}[-+]|^\s*\/b|access-list/.test(line)) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('prints one JSON object', async () => {
    const { status, text } = await compare(BROKEN, { json: true });
    const record = JSON.parse(text) as Record<string, never> & {
      findings: { code: string; fix: { end: string }[] }[];
      tunnels: { verdict: object; corrections: { code: string; end: string }[] }[];
    };
    expect(status).toBe(1);
    expect(record).toMatchObject({
      schema: 'vpndoctor/config-compare/1',
      ours: {
        file: '/a/ipsec.conf',
        language: 'ipsec.conf',
        product: 'openswan',
        version: '2.6.37',
        files: ['/a/ipsec.conf', '/a/ipsec.secrets'],
      },
      theirs: { file: '/b/show-run.txt', language: 'cisco', product: 'asa', version: '8.2(5)' },
      unpaired: { ours: [], theirs: [] },
    });
    expect(record.tunnels[0]?.verdict).toEqual({ comes_up: 'no', stays_up: 'no', passes_traffic: 'no' });
    expect(record.findings.map(({ code, fix }) => [code, fix.map(({ end }) => end)])).toEqual([
      ['config/ike-proposals', ['ours', 'theirs']],
      ['config/psk-differs', ['ours', 'theirs']],
    ]);
    expect(text).not.toMatch(/7Qx/);
  });

  it('pairs connections by address and names those that have none', async () => {
    const conn = (name: string, right: string, net: string) =>
      `conn ${name}\n\tleft=192.0.2.10\n\tright=${right}\n\tleftsubnet=10.0.0.0/24\n\trightsubnet=${net}\n\tauthby=secret\n\tauto=start\n`;
    const swanctl =
      'connections {\n  two {\n    version = 2\n    local_addrs = 203.0.113.2\n    remote_addrs = 192.0.2.10\n    local { auth = psk\n    }\n    remote { auth = psk\n    }\n    children {\n      n {\n        local_ts = 10.2.0.0/24\n        remote_ts = 10.0.0.0/24\n        esp_proposals = aes256-sha256-modp2048\n      }\n    }\n  }\n}\n';
    const { text } = await compare(
      {
        '/a/ipsec.conf': conn('one', '203.0.113.1', '10.1.0.0/24') + conn('two', '203.0.113.2', '10.2.0.0/24'),
        '/b/swanctl.conf': swanctl,
      },
      { product: 'libreswan', productVersion: '4.10', json: true },
      ['/a/ipsec.conf', '/b/swanctl.conf'],
    );
    const record = JSON.parse(text) as {
      tunnels: { ours: { name: string }; theirs: { name: string } }[];
      unpaired: { ours: { name: string }[] };
    };
    expect(record.tunnels.map(({ ours, theirs }) => [ours.name, theirs.name])).toEqual([['two', 'two/n']]);
    expect(record.unpaired.ours.map(({ name }) => name)).toEqual(['one']);
  });

  it('turns an ipsec.conf round that both ends have', async () => {
    const shared =
      'conn net\n\tleft=192.0.2.1\n\tleftsubnet=10.1.0.0/24\n\tright=198.51.100.1\n\trightsubnet=10.2.0.0/24\n\tauthby=secret\n\tikev2=insist\n\tauto=start\n';
    const { text, status } = await compare(
      { '/a.conf': shared, '/b.conf': shared },
      { local: [], product: 'libreswan', productVersion: '4.10', theirProduct: 'libreswan', theirProductVersion: '4.10' },
      ['/a.conf', '/b.conf'],
    );
    expect(text).toMatch(/^Will it come up\? +yes/m);
    expect(status).toBe(0);
  });

  it('reads the other end from standard input', async () => {
    const { status } = await compare(
      { '/a/ipsec.conf': SEED_IPSEC_CONF, '/a/ipsec.secrets': SEED_SECRETS },
      {},
      ['/a/ipsec.conf', '-'],
      SEED_ASA,
    );
    expect(status).toBe(0);
  });

  it.each<[string, Readonly<Record<string, string>>, Partial<ConfigCompareFlags>, string[]]>([
    ['no such file', {}, {}, ['/a/ipsec.conf', '/b/show-run.txt']],
    ['holds no connection', { ...FILES, '/b/show-run.txt': 'hello\n' }, {}, ['/a/ipsec.conf', '/b/show-run.txt']],
    ['has no connection nope', FILES, { conn: 'nope' }, ['/a/ipsec.conf', '/b/show-run.txt']],
    ['only one of the two', FILES, {}, ['-', '-']],
  ])('refuses: %s', async (message, files, flags, paths) => {
    await expect(compare(files, flags, paths)).rejects.toThrow(new RegExp(message));
    await expect(compare(files, flags, paths)).rejects.toBeInstanceOf(UsageError);
  });
});
