import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonRows, dataCipher, framed, LEGACY, LOGIN, OpenvpnTlsScene, type TlsRow, USERS } from './support/openvpn-tls-scene.js';

/**
 * TLS with OpenVPN 2.6 in both roles, all tunnels in one lab: `probe peer` against its server, and its client against `serve --openvpn`,
 * with echo through the tunnel.
 */
const lacking = [
  ...(process.getuid?.() === 0 ? [] : ['it takes root']),
  ...['/usr/sbin/openvpn', '/dev/net/tun'].filter((file) => !existsSync(file)),
].join(', ');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking} not here)`;

/** With its server only. */
const probed: readonly TlsRow[] = [
  ...commonRows,
  { name: 'user name and password', server: USERS, client: LOGIN },
  { name: 'a token for the password', server: [...USERS, 'auth-gen-token'], client: LOGIN },
  dataCipher('AES-192-GCM'),
  dataCipher('AES-128-CBC'),
  dataCipher('DES-EDE3-CBC'),
  dataCipher('BF-CBC', [LEGACY]),
  framed('comp-lzo no', 'lzo'),
  framed('compress lz4', 'lz4'),
  framed('compress lz4-v2', 'lz4-v2'),
  framed('compress', 'stub'),
  { name: 'topology net30, keepalive seen', server: ['topology net30', 'keepalive 1 20'] },
  {
    name: 'data-ciphers-fallback, no negotiation there',
    server: ['data-ciphers AES-128-CBC'],
    client: ['data-ciphers AES-128-CBC:AES-256-GCM'],
  },
];

/** With its client only: our server has users of its own. */
const served: readonly TlsRow[] = [
  ...commonRows,
  { name: 'user name and password', server: ['auth-user-pass @/users'], client: LOGIN },
  { name: 'renegotiation begun by the client', client: ['reneg-sec 2'] },
];

describe.skipIf(lacking !== '')(`OpenVPN with TLS${skipped}`, () => {
  let scene: OpenvpnTlsScene;

  beforeAll(async () => {
    scene = await OpenvpnTlsScene.open({ probed, served });
  });
  afterAll(() => scene?.close());

  it('brings up all of them', () => scene.probe());

  it.each(probed.map(({ name }, n) => ({ name, n })))('probe peer: $name', ({ n }) => scene.judgeProbe(n));

  it('the two files of the classic recipe, and what --modern makes of them', async () => {
    const { folder } = scene.lab;
    // OpenSSL 3 has its cipher with the legacy provider only.
    await writeFile(`${folder}/classic-r.conf`, `dev vclassic\ndev-type tun\nifconfig 10.50.0.1 10.50.0.2\nsecret static.key\n${LEGACY}\n`);
    await writeFile(`${folder}/classic-i.conf`, `remote 203.0.113.2\ndev tun\nifconfig 10.50.0.2 10.50.0.1\nsecret static.key\n`);
    const start = (name: string) =>
      `bg openvpn-${name} ip netns exec "$NS-r" openvpn --cd "$TMP" --config "$TMP/${name}" --verb 4 --suppress-timestamps; wait_for 20 grep -q 'link remote' "$TMP/openvpn-${name}.out"`;
    await scene.lab.sh(`ovpn_secret static; ${start('classic-r.conf')}`, 40);
    const classic = await scene.lab.vpndoctor(['probe', 'peer', `${folder}/classic-i.conf`, '--modern', `${folder}/modern`], 60);
    expect(classic.status, classic.stdout).toBe(0);
    expect(classic.stdout).toMatch(/data channel both ways \.+ \[OK\][\s\S]*BF-CBC[\s\S]*echo through the tunnel \.+ \[OK\]/);
    expect(classic.stderr).toMatch(/refused by 2\.7[\s\S]*removed in 2\.8[\s\S]*peer-fingerprint/);
    await scene.lab.sh(`stop openvpn-classic-r.conf; ${start('modern/other-end.conf').replaceAll('openvpn-modern/', 'openvpn-')}`, 60);
    const modern = await scene.lab.vpndoctor(['probe', 'peer', `${folder}/modern/this-end.conf`], 60);
    expect(modern.status, `${modern.stdout}\n${await scene.tail('other-end.conf')}`).toBe(0);
    expect(modern.stdout).toMatch(/TLS and certificate \.+ \[OK\][\s\S]*echo through the tunnel \.+ \[OK\]/);
    scene.matrix.push(`probe peer  ${'the classic two files, and their modern ones'.padEnd(46)} pass`);
  });

  it('serves clients of OpenVPN', () => scene.serve());

  it.each(served.map(({ name }, n) => ({ name, n })))('serve: $name', ({ n }) => scene.judgeServed(n));
});
