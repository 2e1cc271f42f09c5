import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { Served } from './ikev2-scene.js';
import { PeerLab, type RunResult } from './peer-lab.js';

/** One tunnel: what both ends have in their configurations, and what the probe says it has. */
export interface TlsRow {
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
  /** What is in its output besides. */
  readonly says?: RegExp;
  /** What is in the log of the peer. */
  readonly logs?: RegExp;
}

export const LEGACY = 'providers legacy default';
export const USERS = ['username-as-common-name', 'script-security 2', 'auth-user-pass-verify @/users.sh via-file'];
export const LOGIN = ['auth-user-pass @/login'];
export const dataCipher = (name: string, theirs: readonly string[] = []): TlsRow => ({
  name: `data cipher ${name}`,
  both: [`data-ciphers ${name}`],
  server: theirs,
  expected: { cipher: name },
});
export const framed = (line: string, framing: string): TlsRow => ({
  name: line,
  both: [line, 'allow-compression yes'],
  expected: { compression: framing },
});

/** In both roles, with every release that has them. */
export const commonRows: readonly TlsRow[] = [
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

export interface TlsSceneOptions {
  /** OpenVPN, whatever release. */
  readonly program?: string;
  /** In front of it: what its environment has; `@` is the folder of the lab. */
  readonly environment?: readonly string[];
  /** What its log may say of tunnels in which nothing is wrong. */
  readonly ignored?: RegExp;
  /** Against its server, and its client against ours. */
  readonly probed: readonly TlsRow[];
  readonly served: readonly TlsRow[];
}

/** Many tunnels of one lab, each with a port and a network of its own, with `probe peer` and `serve --openvpn` at our end. */
export class OpenvpnTlsScene {
  readonly matrix: string[] = [];
  readonly lab: PeerLab;
  readonly #runs: RunResult[] = [];
  readonly #options: TlsSceneOptions;
  #servers: readonly ChildProcess[] = [];

  private constructor(lab: PeerLab, options: TlsSceneOptions) {
    this.lab = lab;
    this.#options = options;
  }

  /** Writes all configurations and starts all servers of the peer. */
  static async open(options: TlsSceneOptions): Promise<OpenvpnTlsScene> {
    const scene = new OpenvpnTlsScene(await PeerLab.open(), options);
    await scene.#write();
    const { length } = options.probed;
    await scene.lab.sh(
      `${scene.#start(length, 's', 'conf')}
      for n in $(seq 0 ${length - 1}); do wait_for 30 grep -qE 'Initialization Sequence Completed|Listening for incoming|link remote: .AF_UNSPEC' "$TMP/openvpn-s$n.out" || { cat "$TMP/openvpn-s$n.out"; exit 1; }; done`,
      120,
    );
    return scene;
  }

  async close(): Promise<void> {
    console.log(`\n${this.matrix.join('\n')}\n`);
    for (const server of this.#servers) server.kill('SIGTERM');
    await this.lab.close();
  }

  log(name: string): Promise<string> {
    return readFile(`${this.lab.folder}/openvpn-${name}.out`, 'utf8');
  }

  async tail(name: string): Promise<string> {
    return (await this.log(name)).split('\n').slice(-25).join('\n');
  }

  /** Shell: starts one of the peer's ends under this name. */
  command(name: string, args: string): string {
    const { program = 'openvpn', environment = [] } = this.#options;
    const words = environment.map((word) => `'${word.replaceAll('@', this.lab.folder)}'`).join(' ');
    return `bg openvpn-${name} env ${words} ip netns exec "$NS-r" '${program}' ${args} --suppress-timestamps`;
  }

  /** Probes every row; the answers are judged one by one. */
  async probe(): Promise<void> {
    const waiting = this.#options.probed.map((_, n) => n);
    const { folder } = this.lab;
    const worker = async () => {
      for (let n = waiting.shift(); n !== undefined; n = waiting.shift())
        this.#runs[n] = await this.lab.vpndoctor(['probe', 'peer', `${folder}/p${n}.ovpn`, '--json', '--timeout', '15'], 90);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  /** Every step passes, and what was negotiated is what was wanted. */
  async judgeProbe(n: number): Promise<void> {
    const { name, expected = {}, pair = false, client = [], says, logs } = this.#options.probed[n] as TlsRow;
    const run = this.#runs[n];
    const context = `${run?.stdout}\n${run?.stderr}\n${await this.tail(`s${n}`)}`;
    const { steps, negotiated } = JSON.parse(run?.stdout ?? '{}') as Probed;
    const ended = (id: string) => steps.find((step) => step.id === id)?.status;
    const wanted = ['reset', 'tls', 'options', 'data', 'echo', 'inner-path-mtu', 'renegotiation', 'exit', ...(pair ? [] : ['push'])];
    this.matrix.push(
      `probe peer  ${name.padEnd(46)} ${steps
        .map(({ id, status }) => (status === 'skip' ? '' : `${id} ${status}`))
        .filter(Boolean)
        .join(', ')}`,
    );
    expect(Object.fromEntries(wanted.map((id) => [id, ended(id)])), context).toEqual(Object.fromEntries(wanted.map((id) => [id, 'pass'])));
    if (client === LOGIN) expect(ended('credentials'), context).toBe('pass');
    expect(negotiated, context).toMatchObject(expected);
    if (says !== undefined) expect(run?.stdout, context).toMatch(says);
    expect(run?.status, context).toBe(0);
    await this.#judgeLog(`s${n}`, logs);
  }

  /** Starts our servers, and behind them all clients of the peer. */
  async serve(): Promise<void> {
    const { length } = this.#options.served;
    this.#servers = this.#options.served.map((_, n) =>
      this.lab.start(['serve', '--openvpn', `${this.lab.folder}/o${n}.conf`, '--listen', OURS]),
    );
    await Promise.all(this.#servers.map((server) => new Served(server).says(/waiting for/)));
    await this.lab.sh(
      `${this.#start(length, 'c', 'ovpn')}
      for n in $(seq 0 ${length - 1}); do wait_for 30 grep -q 'Initialization Sequence Completed' "$TMP/openvpn-c$n.out"; done; true`,
      180,
    );
  }

  /** The client is up and we answer inside, also behind a renegotiation of its own. */
  async judgeServed(n: number): Promise<void> {
    const { name, client = [], logs } = this.#options.served[n] as TlsRow;
    const context = await this.tail(`c${n}`);
    expect(await this.log(`c${n}`), context).toContain('Initialization Sequence Completed');
    const said = await this.lab.sh(`wait_for 20 ns r ping -n -q -c 1 -s 700 -W 1 10.40.${n}.1 && echo answers; true`, 40);
    this.matrix.push(`serve       ${name.padEnd(46)} echo ${said.includes('answers') ? 'pass' : 'fail'}`);
    expect(said, context).toContain('answers');
    if (client.includes('reneg-sec 2')) {
      // Keys of three negotiations, and traffic on the last.
      await this.lab.sh(`wait_for 30 sh -c '[ "$(grep -c "Control Channel: TLS" ${this.lab.folder}/openvpn-c${n}.out)" -ge 3 ]'`, 60);
      expect(await this.lab.sh(`wait_for 20 ns r ping -n -q -c 1 -W 1 10.40.${n}.1 && echo answers; true`)).toContain('answers');
    }
    await this.#judgeLog(`c${n}`, logs);
  }

  async #judgeLog(name: string, wanted = /^/): Promise<void> {
    const log = await this.log(name);
    expect(log).toMatch(wanted);
    const { ignored } = this.#options;
    expect(ignored === undefined ? log : log.replace(ignored, '')).not.toMatch(BAD_LOG);
  }

  #start(length: number, end: 's' | 'c', suffix: string): string {
    return `for n in $(seq 0 ${length - 1}); do ${this.command(`${end}$n`, `--config "$TMP/${end}$n.${suffix}"`)}; done`;
  }

  async #write(): Promise<void> {
    const { lab } = this;
    const { folder } = lab;
    await lab.sh(
      `ovpn_pki; ovpn_secret ta; openvpn --genkey tls-crypt-v2-server "$TMP/v2s.key"; openvpn --tls-crypt-v2 "$TMP/v2s.key" --genkey tls-crypt-v2-client "$TMP/v2c.key"
      printf 'anna\\nsecret\\n' >"$TMP/login"; cp "$TMP/login" "$TMP/users"
      printf 'openssl_conf=o\\n[o]\\nproviders=p\\n[p]\\ndefault=a\\nlegacy=a\\n[a]\\nactivate=1\\n' >"$TMP/legacy.cnf"
      printf '#!/bin/sh\\n[ "$(head -n 1 "$1")" = anna ] && [ "$(tail -n 1 "$1")" = secret ]\\n' >"$TMP/users.sh"; chmod 755 "$TMP/users.sh"`,
    );
    const print = async (end: string) =>
      (await lab.sh(`openssl x509 -in "$TMP/${end}/peer.crt" -noout -fingerprint -sha256`)).trim().replace(/.*=/, '');
    const prints: Readonly<Record<string, string>> = { i: await print('i'), r: await print('r') };
    const finish = (text: string) => text.replace(/@@([ir])/g, (_, end: string) => prints[end] ?? '').replaceAll('@', folder);
    for (const [n, row] of this.#options.probed.entries()) {
      const network = `10.30.${n}`;
      const port = PROBE_PORT + n;
      await writeFile(`${folder}/s${n}.conf`, finish(configuration(row, 'server', network, OURS, port, `vs${n}`)));
      await writeFile(`${folder}/p${n}.ovpn`, finish(configuration(row, 'client', network, PEER, port, 'tun')));
    }
    for (const [n, row] of this.#options.served.entries()) {
      const network = `10.40.${n}`;
      const port = SERVE_PORT + n;
      await writeFile(`${folder}/o${n}.conf`, finish(configuration(row, 'server', network, PEER, port, 'tun')));
      await writeFile(`${folder}/c${n}.ovpn`, finish(configuration(row, 'client', network, OURS, port, `vc${n}`)));
    }
  }
}

const BAD_LOG = /used inconsistently|Authenticate\/Decrypt packet error|Bad LZO/;

/** Lines of one end; `@` is the folder of the lab. */
function configuration(row: TlsRow, end: 'server' | 'client', network: string, remote: string, port: number, dev: string): string {
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
}
