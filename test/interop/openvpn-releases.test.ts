import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOption } from '../../src/config/openvpn/options.js';
import { compareVersions } from '../../src/config/versions.js';
import { commonRows, dataCipher, framed, LOGIN, OpenvpnTlsScene, type TlsRow, USERS } from './support/openvpn-tls-scene.js';

/**
 * OpenVPN before and after the release that Debian has, in both roles: 2.7 with its epoch keys, 2.4 with and without negotiation, static
 * keys, and what each makes of options that came or went. They are built by whoever wants them as peers and named in the environment.
 */
const PROGRAMS = { '2.7': process.env['VPNDOCTOR_OPENVPN27'], '2.4': process.env['VPNDOCTOR_OPENVPN24'] } as const;

function lackingFor(release: keyof typeof PROGRAMS): string {
  const program = PROGRAMS[release];
  if (program === undefined || program === '')
    return ` (skipped: VPNDOCTOR_OPENVPN${release.replace('.', '')} names no OpenVPN ${release})`;
  const missing = [program, '/usr/sbin/openvpn', '/dev/net/tun'].filter((file) => !existsSync(file));
  return missing.length === 0 && process.getuid?.() === 0 ? '' : ` (skipped: ${[...missing, 'root'].join(', ')} not here)`;
}

const PEER = '203.0.113.2';
/** As the probe says it, and as OpenVPN does. */
const EPOCHS = { says: /epoch keys/, logs: /aead-epoch|epoch=1/ } as const;
const aead = ({ name }: TlsRow) => !/CBC|BF/.test(name);
/** What goes by another name there, or is not there yet. */
const without = (rows: readonly TlsRow[], ...words: readonly RegExp[]) => rows.filter(({ name }) => !words.some((word) => word.test(name)));

const newest: readonly TlsRow[] = [
  ...commonRows.map((row) => (aead(row) ? { ...row, ...EPOCHS } : row)),
  { ...dataCipher('AES-192-GCM'), ...EPOCHS },
  { name: 'user name and password', server: USERS, client: LOGIN, ...EPOCHS },
  { ...framed('compress lz4', 'lz4'), ...EPOCHS },
  { name: 'topology net30, keepalive seen', server: ['topology net30', 'keepalive 1 20'], ...EPOCHS },
];

/** Names of 2.4: no `data-ciphers`, no `allow-compression`. */
const ncp = (name: string, ...client: readonly string[]): TlsRow => ({
  name: `data cipher ${name}`,
  server: [`ncp-ciphers ${name}`],
  client,
  expected: { cipher: name },
});
const classic = (name: string, auth = 'SHA1'): TlsRow => ({
  name: `no negotiation, ${name}, ${auth}`,
  both: ['ncp-disable', `cipher ${name}`, `auth ${auth}`],
  expected: { cipher: name, digest: auth },
});
const packed = (line: string, framing: string): TlsRow => ({ name: line, both: [line], expected: { compression: framing } });
const oldest: readonly TlsRow[] = [
  ...without(commonRows, /v2/, /fingerprint/, /data cipher/, /comp-lzo/, /nothing pushed/),
  ncp('AES-128-GCM'),
  ncp('AES-256-CBC', 'ncp-ciphers AES-256-GCM:AES-128-GCM:AES-256-CBC'),
  classic('AES-256-CBC'),
  classic('AES-128-CBC', 'SHA256'),
  classic('BF-CBC'),
  classic('DES-EDE3-CBC', 'MD5'),
  packed('comp-lzo yes', 'lzo'),
  packed('comp-lzo adaptive', 'lzo'),
  packed('comp-lzo no', 'lzo'),
  packed('compress lz4', 'lz4'),
  packed('compress lz4-v2', 'lz4-v2'),
  {
    name: 'the recipe of ten years ago',
    both: ['ncp-disable', 'cipher BF-CBC', 'comp-lzo'],
    server: ['tls-auth @/ta.key 0'],
    client: ['tls-auth @/ta.key 1'],
    expected: { cipher: 'BF-CBC', compression: 'lzo' },
  },
  { name: 'the same over tap and TCP', both: ['ncp-disable', 'cipher BF-CBC', 'comp-lzo'], dev: 'tap', tcp: true },
];

const peers = [
  { release: '2.7', environment: [], ignored: undefined, probed: newest, served: without(newest, /user name/, /keepalive/) },
  // OpenSSL 3 has Blowfish with its legacy provider only, of which 2.4 knows nothing.
  {
    release: '2.4',
    environment: ['OPENSSL_CONF=@/legacy.cnf'],
    // What it counts otherwise: 32 bytes more with tap, one more with lz4-v2.
    ignored: /'(?:tun|link)-mtu' is used inconsistently/g,
    probed: [...oldest, { name: 'user name and password', server: USERS, client: LOGIN }],
    served: [...oldest, { name: 'user name and password', server: ['auth-user-pass @/users'], client: LOGIN }],
  },
] as const;

/** Static keys: lines of both ends. */
const statics: readonly { readonly name: string; readonly lines: readonly string[]; readonly only?: string }[] = [
  { name: 'BF-CBC, as without cipher', lines: [], only: '2.4' },
  { name: 'AES-256-CBC, SHA256', lines: ['cipher AES-256-CBC', 'auth SHA256'] },
  { name: 'AES-128-CBC, comp-lzo', lines: ['cipher AES-128-CBC', 'comp-lzo yes'] },
];

for (const { release, environment, ignored, probed, served } of peers) {
  const lacking = lackingFor(release);
  const program = PROGRAMS[release] ?? '';
  describe.skipIf(lacking !== '')(`OpenVPN ${release}${lacking}`, () => {
    let scene: OpenvpnTlsScene;

    beforeAll(async () => {
      scene = await OpenvpnTlsScene.open({ program, environment, probed, served, ...(ignored && { ignored }) });
      await scene.probe();
    });
    afterAll(() => scene?.close());

    it.each(probed.map(({ name }, n) => ({ name, n })))('probe peer: $name', ({ n }) => scene.judgeProbe(n));

    it.runIf(release === '2.7')('sniff opens packets with epochs, and follows their numbers', async () => {
      const { lab } = scene;
      const capture = `${lab.folder}/epochs.pcapng`;
      await lab.vpndoctor(['probe', 'peer', `${lab.folder}/p0.ovpn`, '-w', capture], 60);
      const { stdout } = await lab.vpndoctor(['sniff', '--json', '-r', capture]);
      const records = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
      const sent = { cipher: 'AES-256-GCM', decrypted: { good: expect.any(Number), bad: 0 }, sequence: { lost: 0, duplicates: 0 } };
      expect(records.find(({ type }) => type === 'session')).toMatchObject({
        outcome: 'established',
        data: { client: sent, server: sent },
      });
      expect(records.filter(({ type }) => type === 'finding')).toEqual([]);
    });

    it('serves its clients', () => scene.serve());

    it.each(served.map(({ name }, n) => ({ name, n })))('serve: $name', ({ n }) => scene.judgeServed(n));

    it.each(statics.filter(({ only = release }) => only === release).map((row, n) => ({ ...row, n })))(
      'static key, $name',
      async ({ name, lines, n }) => {
        const { lab } = scene;
        const flag = release === '2.7' ? ['allow-deprecated-insecure-static-crypto', 'allow-compression asym'] : [];
        const ends = (address: readonly string[], more: readonly string[]) =>
          ['secret @/ta.key', `ifconfig ${address.join(' ')}`, ...lines, ...more, ''].join('\n').replaceAll('@', lab.folder);
        const addresses = [`10.45.${n}.1`, `10.45.${n}.2`];
        writeFileSync(
          `${lab.folder}/sr${n}.conf`,
          ends(addresses, [`dev vx${n}`, 'dev-type tun', `port ${16_000 + n}`, 'verb 4', ...flag]),
        );
        writeFileSync(`${lab.folder}/si${n}.conf`, ends([...addresses].reverse(), ['dev tun', `remote ${PEER} ${16_000 + n}`]));
        await lab.sh(
          `${scene.command(`sr${n}`, `--config "$TMP/sr${n}.conf"`)}; wait_for 20 grep -q 'link remote' "$TMP/openvpn-sr${n}.out"`,
          40,
        );
        const { stdout, status } = await lab.vpndoctor(['probe', 'peer', `${lab.folder}/si${n}.conf`], 60);
        const context = `${stdout}\n${await scene.tail(`sr${n}`)}`;
        expect(status, context).toBe(0);
        expect(stdout, context).toMatch(/data channel both ways \.+ \[OK\][\s\S]*echo through the tunnel \.+ \[OK\]/);
        scene.matrix.push(`static key  ${name.padEnd(46)} echo pass`);
      },
    );
  });
}

/** What a release says of an option in a configuration of its own, and what our table has. */
const options: readonly { readonly line: string; readonly says: RegExp; readonly life: 'refused' | 'taken' }[] = [
  { line: 'memstats x', says: /Unrecognized option.*memstats \(2\.7/, life: 'refused' },
  { line: 'no-replay', says: /--no-replay was removed in OpenVPN 2\.7/, life: 'refused' },
  { line: 'ncp-disable', says: /Unrecognized option.*ncp-disable/, life: 'refused' },
  { line: 'keysize 128', says: /Unrecognized option.*keysize/, life: 'refused' },
  { line: 'key-method 2', says: /Unrecognized option.*key-method/, life: 'refused' },
  { line: 'no-iv', says: /Unrecognized option.*no-iv/, life: 'refused' },
  { line: 'tls-remote x', says: /Unrecognized option.*tls-remote/, life: 'refused' },
  { line: 'persist-key', says: /--persist-key option ignored/, life: 'taken' },
  { line: 'fast-io', says: /--fast-io option ignored/, life: 'taken' },
  { line: 'opt-verify', says: /--opt-verify was removed in OpenVPN 2\.7/, life: 'taken' },
  { line: 'max-routes 5', says: /--max-routes option ignored/, life: 'taken' },
  { line: 'prng SHA1 16', says: /--prng option ignored/, life: 'taken' },
  { line: 'tun-ipv6', says: /tun-ipv6 is ignored/, life: 'taken' },
  { line: 'allow-compression yes', says: /"--allow-compression yes" has been removed.*"asym"/, life: 'taken' },
  { line: 'comp-lzo', says: /Compression for receiving enabled/, life: 'taken' },
  { line: 'comp-noadapt', says: /ended/, life: 'taken' },
  { line: 'cipher BF-CBC', says: /--cipher set to 'BF-CBC' but missing in --data-ciphers/, life: 'taken' },
  { line: 'ncp-ciphers AES-256-GCM', says: /ended/, life: 'taken' },
];

const lacking27 = lackingFor('2.7');
describe.skipIf(lacking27 !== '')(`options of OpenVPN 2.7${lacking27}`, () => {
  const folder = lacking27 === '' ? mkdtempSync(join(tmpdir(), 'vpndoctor-options-')) : '';
  const table: string[] = [];
  afterAll(() => {
    console.log(table.join('\n'));
    if (folder !== '') rmSync(folder, { recursive: true });
  });
  /** Whatever it says until it ends: nobody is there, and its device is none. */
  const said = async (lines: readonly string[]): Promise<string> => {
    writeFileSync(join(folder, 'one.conf'), `${lines.join('\n')}\n`);
    const { stdout } = await promisify(execFile)(
      PROGRAMS['2.7'] ?? '',
      ['--cd', folder, '--config', 'one.conf', '--verb', '4', '--suppress-timestamps', '--dev', 'null'],
      { timeout: 10_000 },
    ).catch((error: { stdout: string }) => error);
    return `${stdout}\nended`;
  };

  it.each(options)('$line: $life', async ({ line, says, life }) => {
    const text = await said(['client', 'remote 127.0.0.1 9', 'ca no-such-file', line]);
    const word = text.split('\n').find((one) => says.test(one)) ?? '';
    table.push(`OpenVPN 2.7  ${line.padEnd(24)} ${life.padEnd(8)} ${word}`);
    expect(text).toMatch(says);
    expect(/Unrecognized option|was removed in OpenVPN 2\.7\. Update/.test(text)).toBe(life === 'refused');
    const { removed } = findOption(line.split(' ', 1)[0] ?? '') ?? {};
    expect(removed !== undefined && compareVersions('2.7', removed) >= 0).toBe(life === 'refused');
  });

  it('a static key: refused without the flag, in the words that we know', async () => {
    const text = await said(['remote 127.0.0.1 9', 'ifconfig 10.0.0.1 10.0.0.2', 'secret no-such-file']);
    expect(text).toMatch(/Options error: DEPRECATION: No tls-client or tls-server option in configuration detected/);
    expect(text).toMatch(/OpenVPN 2\.8 will remove the functionality to run a VPN without TLS/);
    const allowed = await said([
      'remote 127.0.0.1 9',
      'ifconfig 10.0.0.1 10.0.0.2',
      'secret no-such-file',
      'allow-deprecated-insecure-static-crypto',
    ]);
    expect(allowed).not.toMatch(/Options error: DEPRECATION/);
  });
});
