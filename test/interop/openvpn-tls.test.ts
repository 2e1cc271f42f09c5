import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PeerLab, type RunResult } from './support/peer-lab.js';

/**
 * TLS with OpenVPN 2.6 in both roles, all tunnels in one lab, each with a port and a network of its own: `probe peer` against its server, and
 * its client against `serve --openvpn`, with echo through the tunnel.
 */
const lacking = [
  ...(process.getuid?.() === 0 ? [] : ['it takes root']),
  ...['/usr/sbin/openvpn', '/dev/net/tun'].filter((file) => !existsSync(file)),
].join(', ');
const skipped = lacking === '' ? '' : ` (skipped: ${lacking} not here)`;

interface Row {
  readonly name: string;
  /** Lines of both configurations. */
  readonly both?: readonly string[];
  /** Lines of one alone. */
  readonly server?: readonly string[];
  readonly client?: readonly string[];
  readonly tcp?: boolean;
  readonly dev?: 'tun' | 'tap';
  /** Two ends that push nothing. */
  readonly pair?: boolean;
  /** Instead of the authority. */
  readonly fingerprint?: boolean;
  /** What the probe is to say it has, by field of `negotiated`. */
  readonly expected?: Readonly<Record<string, string>>;
}

const LEGACY = 'providers legacy default';
const USERS = ['username-as-common-name', 'script-security 2', 'auth-user-pass-verify @/users.sh via-file'];
const LOGIN = ['auth-user-pass @/login'];
const dataCipher = (name: string, theirs: readonly string[] = []): Row => ({
  name: `data cipher ${name}`,
  both: [`data-ciphers ${name}`],
  server: theirs,
  expected: { cipher: name },
});
const framed = (line: string, framing: string): Row => ({
  name: line,
  both: [line, 'allow-compression yes'],
  expected: { compression: framing },
});

/** In both roles. */
const common: readonly Row[] = [
  { name: 'UDP, nothing around control packets' },
  { name: 'TCP', tcp: true },
  { name: 'tls-auth, 0 there and 1 here', server: ['tls-auth @/ta.key 0'], client: ['tls-auth @/ta.key 1'] },
  { name: 'tls-auth, 1 there and 0 here, SHA512', both: ['auth SHA512'], server: ['tls-auth @/ta.key 1'], client: ['tls-auth @/ta.key 0'] },
  { name: 'tls-auth without direction, SHA256', both: ['auth SHA256', 'tls-auth @/ta.key'] },
  { name: 'tls-crypt', both: ['tls-crypt @/ta.key'] },
  { name: 'tls-crypt over TCP', both: ['tls-crypt @/ta.key'], tcp: true },
  { name: 'tls-crypt-v2', server: ['tls-crypt-v2 @/v2s.key'], client: ['tls-crypt-v2 @/v2c.key'] },
  { name: 'tls-crypt-v2 over TCP', server: ['tls-crypt-v2 @/v2s.key'], client: ['tls-crypt-v2 @/v2c.key'], tcp: true },
  dataCipher('AES-128-GCM'),
  dataCipher('CHACHA20-POLY1305'),
  dataCipher('AES-256-CBC'),
  framed('comp-lzo yes', 'lzo'),
  framed('compress stub-v2', 'stub-v2'),
  { name: 'tap', dev: 'tap' },
  { name: 'tap over TCP, comp-lzo', dev: 'tap', tcp: true, both: ['comp-lzo no', 'allow-compression yes'] },
  { name: 'peer-fingerprint', fingerprint: true },
  { name: 'TLS 1.2', both: ['tls-version-max 1.2'], expected: { tls_version: 'TLSv1.2' } },
  { name: 'tls-server and tls-client, nothing pushed', pair: true },
];

/** With its server only. */
const probed: readonly Row[] = [
  ...common,
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
const served: readonly Row[] = [
  ...common,
  { name: 'user name and password', server: ['auth-user-pass @/users'], client: LOGIN },
  { name: 'renegotiation begun by the client', client: ['reneg-sec 2'] },
];

const PEER = '203.0.113.2';
const OURS = '198.51.100.1';
const PROBE_PORT = 13_000;
const SERVE_PORT = 14_000;
/** Runs of vpndoctor at a time: there are two processors. */
const AT_ONCE = 3;

interface Step {
  readonly id: string;
  readonly status: string;
  readonly text: string;
}

interface Probed {
  readonly steps: readonly Step[];
  readonly negotiated: Readonly<Record<string, unknown>>;
}

describe.skipIf(lacking !== '')(`OpenVPN with TLS${skipped}`, () => {
  let lab: PeerLab;
  let servers: readonly ChildProcess[] = [];
  const runs: RunResult[] = [];
  const matrix: string[] = [];
  const log = (name: string) => readFile(`${lab.folder}/openvpn-${name}.out`, 'utf8');
  const tail = async (name: string) => (await log(name)).split('\n').slice(-25).join('\n');

  /** Lines of one end; `@` is the folder of the lab. */
  const lines = (row: Row, end: 'server' | 'client', network: string, remote: string, port: number, dev: string): string => {
    const { tcp = false, pair = false, fingerprint = false } = row;
    const who = end === 'server' ? 'r' : 'i';
    const other = end === 'server' ? 'i' : 'r';
    const proto = tcp ? `tcp-${end}` : 'udp';
    const addresses = end === 'server' ? [`${network}.1`, `${network}.2`] : [`${network}.2`, `${network}.1`];
    return [
      `dev ${dev}`,
      `dev-type ${row.dev ?? 'tun'}`,
      `proto ${proto}`,
      ...(end === 'server' ? [`port ${port}`] : [`remote ${remote} ${port}`, 'nobind']),
      ...(pair
        ? [`tls-${end}`, `ifconfig ${addresses.join(' ')}`]
        : end === 'server'
          ? [`server ${network}.0 255.255.255.0`, 'topology subnet']
          : ['client']),
      ...(end === 'server' ? ['dh none', 'keepalive 30 120'] : fingerprint ? [] : ['remote-cert-tls server']),
      ...(fingerprint ? [`peer-fingerprint @@${other}`] : ['ca @/ca.crt']),
      `cert @/${who}/peer.crt`,
      `key @/${who}/peer.key`,
      'verb 7',
      ...(row.both ?? []),
      ...(row[end] ?? []),
      '',
    ].join('\n');
  };

  beforeAll(async () => {
    lab = await PeerLab.open();
    const { folder } = lab;
    await lab.sh(
      `ovpn_pki; ovpn_secret ta; openvpn --genkey tls-crypt-v2-server "$TMP/v2s.key"; openvpn --tls-crypt-v2 "$TMP/v2s.key" --genkey tls-crypt-v2-client "$TMP/v2c.key"
      printf 'anna\\nsecret\\n' >"$TMP/login"; cp "$TMP/login" "$TMP/users"
      printf '#!/bin/sh\\n[ "$(head -n 1 "$1")" = anna ] && [ "$(tail -n 1 "$1")" = secret ]\\n' >"$TMP/users.sh"; chmod 755 "$TMP/users.sh"`,
    );
    const print = async (end: string) =>
      (await lab.sh(`openssl x509 -in "$TMP/${end}/peer.crt" -noout -fingerprint -sha256`)).trim().replace(/.*=/, '');
    const prints: Readonly<Record<string, string>> = { i: await print('i'), r: await print('r') };
    const finish = (text: string) => text.replace(/@@([ir])/g, (_, end: string) => prints[end] ?? '').replaceAll('@', folder);
    for (const [n, row] of probed.entries()) {
      const network = `10.30.${n}`;
      const port = PROBE_PORT + n;
      await writeFile(`${folder}/s${n}.conf`, finish(lines(row, 'server', network, OURS, port, `vs${n}`)));
      await writeFile(`${folder}/p${n}.ovpn`, finish(lines(row, 'client', network, PEER, port, 'tun')));
    }
    for (const [n, row] of served.entries()) {
      const network = `10.40.${n}`;
      const port = SERVE_PORT + n;
      await writeFile(`${folder}/o${n}.conf`, finish(lines(row, 'server', network, PEER, port, 'tun')));
      await writeFile(`${folder}/c${n}.ovpn`, finish(lines(row, 'client', network, OURS, port, `vc${n}`)));
    }
    await lab.sh(
      `for n in $(seq 0 ${probed.length - 1}); do bg openvpn-s$n ip netns exec "$NS-r" openvpn --config "$TMP/s$n.conf" --suppress-timestamps; done
      for n in $(seq 0 ${probed.length - 1}); do wait_for 30 grep -qE 'Initialization Sequence Completed|Listening for incoming|link remote: .AF_UNSPEC' "$TMP/openvpn-s$n.out" || { cat "$TMP/openvpn-s$n.out"; exit 1; }; done`,
      120,
    );
  });
  afterAll(async () => {
    console.log(`\n${matrix.join('\n')}\n`);
    for (const server of servers) server.kill('SIGTERM');
    await lab?.close();
  });

  it('brings up all of them', async () => {
    const waiting = probed.map((_, n) => n);
    const worker = async () => {
      for (let n = waiting.shift(); n !== undefined; n = waiting.shift())
        runs[n] = await lab.vpndoctor(['probe', 'peer', `${lab.folder}/p${n}.ovpn`, '--json', '--timeout', '15'], 90);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(runs).toHaveLength(probed.length);
  });

  it.each(probed.map((row, n) => ({ ...row, n })))('probe peer: $name', async ({ name, n, expected = {}, pair = false, client = [] }) => {
    const run = runs[n];
    const context = `${run?.stdout}\n${run?.stderr}\n${await tail(`s${n}`)}`;
    const { steps, negotiated } = JSON.parse(run?.stdout ?? '{}') as Probed;
    const ended = (id: string) => steps.find((step) => step.id === id)?.status;
    const wanted = ['reset', 'tls', 'options', 'data', 'echo', 'inner-path-mtu', 'renegotiation', 'exit', ...(pair ? [] : ['push'])];
    matrix.push(
      `probe peer  ${name.padEnd(46)} ${steps
        .map(({ id, status }) => (status === 'skip' ? '' : `${id} ${status}`))
        .filter(Boolean)
        .join(', ')}`,
    );
    expect(Object.fromEntries(wanted.map((id) => [id, ended(id)])), context).toEqual(Object.fromEntries(wanted.map((id) => [id, 'pass'])));
    if (client === LOGIN) expect(ended('credentials'), context).toBe('pass');
    expect(negotiated, context).toMatchObject(expected);
    expect(run?.status, context).toBe(0);
    expect(await log(`s${n}`)).not.toMatch(/used inconsistently|Authenticate\/Decrypt packet error|Bad LZO/);
  });

  it('the two files of the classic recipe, and what --modern makes of them', async () => {
    const { folder } = lab;
    // OpenSSL 3 has its cipher with the legacy provider only.
    await writeFile(`${folder}/classic-r.conf`, `dev vclassic\ndev-type tun\nifconfig 10.50.0.1 10.50.0.2\nsecret static.key\n${LEGACY}\n`);
    await writeFile(`${folder}/classic-i.conf`, `remote ${PEER}\ndev tun\nifconfig 10.50.0.2 10.50.0.1\nsecret static.key\n`);
    const start = (name: string) =>
      `bg openvpn-${name} ip netns exec "$NS-r" openvpn --cd "$TMP" --config "$TMP/${name}" --verb 4 --suppress-timestamps; wait_for 20 grep -q 'link remote' "$TMP/openvpn-${name}.out"`;
    await lab.sh(`ovpn_secret static; ${start('classic-r.conf')}`, 40);
    const classic = await lab.vpndoctor(['probe', 'peer', `${folder}/classic-i.conf`, '--modern', `${folder}/modern`], 60);
    expect(classic.status, classic.stdout).toBe(0);
    expect(classic.stdout).toMatch(/data channel both ways \.+ \[OK\][\s\S]*BF-CBC[\s\S]*echo through the tunnel \.+ \[OK\]/);
    expect(classic.stderr).toMatch(/refused by 2\.7[\s\S]*removed in 2\.8[\s\S]*peer-fingerprint/);
    await lab.sh(`stop openvpn-classic-r.conf; ${start('modern/other-end.conf').replaceAll('openvpn-modern/', 'openvpn-')}`, 60);
    const modern = await lab.vpndoctor(['probe', 'peer', `${folder}/modern/this-end.conf`], 60);
    expect(modern.status, `${modern.stdout}\n${await tail('other-end.conf')}`).toBe(0);
    expect(modern.stdout).toMatch(/TLS and certificate \.+ \[OK\][\s\S]*echo through the tunnel \.+ \[OK\]/);
    matrix.push(`probe peer  ${'the classic two files, and their modern ones'.padEnd(46)} pass`);
  });

  it('serves clients of OpenVPN', async () => {
    servers = served.map((_, n) => lab.start(['serve', '--openvpn', `${lab.folder}/o${n}.conf`, '--listen', OURS]));
    await Promise.all(
      servers.map(async (server) => {
        for await (const line of server.stderr ?? []) if (String(line).includes('waiting for')) return;
        await once(server, 'close');
      }),
    );
    await lab.sh(
      `for n in $(seq 0 ${served.length - 1}); do bg openvpn-c$n ip netns exec "$NS-r" openvpn --config "$TMP/c$n.ovpn" --suppress-timestamps; done
      for n in $(seq 0 ${served.length - 1}); do wait_for 30 grep -q 'Initialization Sequence Completed' "$TMP/openvpn-c$n.out"; done; true`,
      180,
    );
  });

  it.each(served.map((row, n) => ({ ...row, n })))('serve: $name', async ({ name, n, client = [] }) => {
    const context = await tail(`c${n}`);
    expect(await log(`c${n}`), context).toContain('Initialization Sequence Completed');
    const said = await lab.sh(`wait_for 20 ns r ping -n -q -c 1 -s 700 -W 1 10.40.${n}.1 && echo answers; true`, 40);
    matrix.push(`serve       ${name.padEnd(46)} echo ${said.includes('answers') ? 'pass' : 'fail'}`);
    expect(said, context).toContain('answers');
    if (client.includes('reneg-sec 2')) {
      // Keys of three negotiations, and traffic on the last.
      await lab.sh(`wait_for 30 sh -c '[ "$(grep -c "Control Channel: TLS" ${lab.folder}/openvpn-c${n}.out)" -ge 3 ]'`, 60);
      expect(await lab.sh(`ns r ping -n -q -c 1 -W 2 10.40.${n}.1 && echo answers; true`)).toContain('answers');
    }
    expect(await log(`c${n}`)).not.toMatch(/used inconsistently|Authenticate\/Decrypt packet error|Bad LZO/);
  });
});
