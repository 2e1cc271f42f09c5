import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TunnelAnswer, TunnelOrder } from './support/openvpn-agent.js';
import { OpenvpnAgent } from './support/openvpn-agent-process.js';
import { PeerLab } from './support/peer-lab.js';

/**
 * Static keys with OpenVPN 2.6: every cipher, digest, direction, compression framing, fragments, tun and tap, UDP and TCP, with echo from us
 * to it and from it to us; and what we find where the two ends differ. All tunnels are up at once, each with its own ports.
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
  readonly ours?: readonly string[];
  readonly theirs?: readonly string[];
  readonly directions?: readonly [ours: string, theirs: string];
  readonly dev?: 'tun' | 'tap';
  readonly tcp?: boolean;
  readonly v6?: boolean;
}

const LEGACY = 'providers legacy default';
const row = (...lines: readonly string[]): Row => ({ name: lines.join(', '), both: lines });
const cipher = (name: string, legacy = false): Row => ({ ...row(`cipher ${name}`), ...(legacy ? { theirs: [LEGACY] } : {}) });
const compressed = (line: string): Row => ({ ...row(line), theirs: ['allow-compression yes'], ours: ['allow-compression yes'] });

const rows: readonly Row[] = [
  ...['AES-128-CBC', 'AES-192-CBC', 'AES-256-CBC', 'DES-EDE3-CBC', 'CAMELLIA-128-CBC', 'CAMELLIA-256-CBC', 'none'].map((name) =>
    cipher(name),
  ),
  ...['BF-CBC', 'CAST5-CBC', 'DES-CBC'].map((name) => cipher(name, true)),
  ...['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA3-256', 'BLAKE2b512', 'RIPEMD160', 'none'].map((name) =>
    row(`auth ${name}`),
  ),
  { name: 'direction 0 and 1', directions: ['0', '1'] },
  { name: 'direction 1 and 0', directions: ['1', '0'] },
  ...['comp-lzo yes', 'comp-lzo no', 'comp-lzo adaptive', 'compress lzo', 'compress lz4', 'compress lz4-v2'].map(compressed),
  ...['compress', 'compress stub', 'compress stub-v2'].map((line) => row(line)),
  row('fragment 500', 'mssfix'),
  row('fragment 300', 'comp-lzo no', 'cipher DES-EDE3-CBC', 'auth SHA512'),
  { name: 'tap', dev: 'tap' },
  { ...compressed('comp-lzo yes'), name: 'tap, comp-lzo yes', dev: 'tap' },
  { name: 'IPv6 over tun', v6: true },
  { name: 'IPv6 over tap', v6: true, dev: 'tap' },
  { name: 'TCP', tcp: true },
  {
    ...row('cipher BF-CBC', 'auth SHA1', 'comp-lzo yes'),
    name: 'TCP, the oldest recipe',
    theirs: [LEGACY],
    tcp: true,
    directions: ['1', '0'],
  },
  { name: 'TCP, tap', tcp: true, dev: 'tap' },
];

/** What the ends have different, and what our packets say of it. */
const faults: readonly (Row & { readonly expected: readonly string[] })[] = [
  { name: 'direction', directions: ['1', '1'], expected: ['direction: 1 | 1'] },
  { name: 'no direction there', directions: ['0', ''], expected: ['direction: 0 | 0 or none'] },
  { name: 'cipher', ours: ['cipher AES-128-CBC'], theirs: ['cipher AES-256-CBC'], expected: ['cipher: AES-128-CBC | AES-256-CBC'] },
  { name: 'auth', ours: ['auth SHA1'], theirs: ['auth SHA512'], expected: ['auth: SHA1 | SHA512'] },
  { name: 'comp-lzo only there', theirs: ['comp-lzo yes', 'allow-compression yes'], expected: ['compression: no compression | comp-lzo'] },
  { name: 'comp-lzo only here', ours: ['comp-lzo no'], expected: ['compression: comp-lzo | no compression'] },
  { name: 'fragment only there', theirs: ['fragment 500'], expected: ['fragment: no fragment | fragment'] },
];

/** For the command itself. */
const commands: readonly Row[] = [
  { name: 'UDP' },
  { ...compressed('comp-lzo yes'), name: 'tap, comp-lzo, direction', dev: 'tap', directions: ['1', '0'] },
  { name: 'TCP', tcp: true },
  { name: 'IPv6', v6: true },
];

/** The same with us as the end that is called. */
const served: readonly Row[] = [
  { name: 'UDP', directions: ['1', '0'] },
  { ...compressed('comp-lzo yes'), name: 'tap, comp-lzo', dev: 'tap' },
  { name: 'TCP', tcp: true },
];

const OURS = '198.51.100.1';
const PEER = '203.0.113.2';
const FIRST_PORT = 12_000;

/** Both configurations, and what to ask for. @param calls whether it is the peer who calls */
async function write(one: Row, number: number, folder: string, calls = false): Promise<TunnelOrder> {
  const port = FIRST_PORT + number;
  const { dev = 'tun', directions: [our, their] = ['', ''], both = [], tcp = false, v6 = false } = one;
  const [ours, theirs] = v6 ? [`fd00:8:${number}::2`, `fd00:8:${number}::1`] : [`10.8.${number}.2`, `10.8.${number}.1`];
  const ifconfig = (from: string, to: string) =>
    v6 ? `ifconfig-ipv6 ${from}/64 ${to}` : `ifconfig ${from} ${dev === 'tap' ? '255.255.255.0' : to}`;
  const common = [`auth SHA256`, `cipher AES-256-CBC`, ...both];
  const secret = (direction: string) => `secret ${folder}/static.key ${direction}`.trimEnd();
  const proto = (caller: boolean) => `proto ${tcp ? (caller ? 'tcp-client' : 'tcp-server') : 'udp'}`;
  const calling = (address: string) => [`remote ${address} ${port}`, ...(tcp ? [] : [`lport ${port}`])];
  const client = [`dev ${dev}`, proto(!calls), ...(calls ? [`lport ${port}`] : calling(PEER))];
  const listening = [`lport ${port}`, ...(tcp ? [] : [`remote ${OURS}`, `rport ${port}`])];
  const peer = [`dev vd${number}`, `dev-type ${dev}`, proto(calls), ...(calls ? calling(OURS) : listening), 'ping 1', 'verb 7'];
  const file = `${folder}/i/${number}.conf`;
  await writeFile(file, [...client, ifconfig(ours, theirs), secret(our), ...common, ...(one.ours ?? []), ''].join('\n'));
  await writeFile(
    `${folder}/r/${number}.conf`,
    [...peer, ifconfig(theirs, ours), secret(their), ...common, ...(one.theirs ?? []), ''].join('\n'),
  );
  return { name: one.name, file, inner: [ours, theirs], length: 900 };
}

describe.skipIf(lacking !== '')(`OpenVPN with a static key${skipped}`, () => {
  let lab: PeerLab;
  let agent: OpenvpnAgent;
  let answers: ReadonlyMap<string, TunnelAnswer>;
  let pinged: readonly string[];
  let orders: readonly TunnelOrder[];
  const all: readonly Row[] = [...rows, ...faults, ...commands];
  const log = (one: Row) => readFile(`${lab.folder}/openvpn-${all.indexOf(one)}.out`, 'utf8');
  /** The end of it, for a test that fails. */
  const tail = async (one: Row) => (await log(one)).split('\n').slice(-30).join('\n');

  beforeAll(async () => {
    lab = await PeerLab.open();
    await mkdir(`${lab.folder}/i`, { recursive: true });
    await lab.sh('ovpn_secret static; ns r sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0');
    orders = await Promise.all(all.map((one, number) => write(one, number, lab.folder)));
    await lab.sh(
      `for n in $(seq 0 ${all.length - 1}); do bg openvpn-$n ip netns exec "$NS-r" openvpn --config "$TMP/r/$n.conf" --suppress-timestamps; done`,
    );
    await lab.sh(`for n in $(seq 0 ${all.length - 1}); do wait_for 60 grep -qE 'Listening|link remote' "$TMP/openvpn-$n.out"; done`, 150);
    agent = await OpenvpnAgent.start(lab);
    answers = await agent.bringUp(orders.slice(0, rows.length + faults.length));
    const targets = orders.slice(0, rows.length).map(({ inner: [ours] }) => ours);
    // A device of the peer's may have its address only now: each is asked until it answers.
    const said = await lab.sh(
      `for a in ${targets.join(' ')}; do { wait_for 30 ns r ping -n -q -c 1 -s 700 -W 1 $a && echo "$a answers"; } & done; wait; true`,
      150,
    );
    pinged = targets.map((address) => (said.includes(`${address} answers`) ? 'answers' : 'silent'));
  });
  afterAll(async () => {
    agent?.close();
    await lab?.close();
  });

  it.each(rows)('$name', async (one) => {
    const answer = answers.get(one.name);
    const context = `${answer?.text}\n${await tail(one)}`;
    expect(answer?.received, context).toBeGreaterThan(0);
    expect(pinged[rows.indexOf(one)], context).toBe('answers');
    // What each says of its options is what the other expects.
    expect(answer?.options, context).toEqual([]);
    const theirs = await log(one);
    expect(theirs).not.toMatch(/used inconsistently|is present in (local|remote)/);
    expect(theirs).not.toMatch(/Authenticate\/Decrypt packet error|bad packet ID|Bad compression|FRAG_IN error/i);
  });

  it('printed', () => {
    const head = `${'static key with OpenVPN 2.6'.padEnd(68)} us to it   it to us   options`;
    const lines = rows.map(({ name }, number) => {
      const { received = 0, options } = answers.get(name) ?? {};
      return `${name.padEnd(68)} ${(received > 0 ? 'echo' : '-').padEnd(10)} ${(pinged[number] === 'answers' ? 'echo' : '-').padEnd(10)} ${options?.length === 0 ? 'the same' : (options?.join('; ') ?? '-')}`;
    });
    console.log([head, ...lines].join('\n'));
  });

  it('what is compressed is smaller, both ways', async () => {
    const smaller = rows.filter(({ name }) => /comp-lzo (yes|adaptive)|compress l/.test(name));
    expect(smaller).toHaveLength(6);
    // Statistics go into its log.
    await lab.sh(
      `for n in ${smaller.map((one) => all.indexOf(one)).join(' ')}; do kill -USR2 $(pid_of openvpn-$n); wait_for 30 grep -q 'post-decompress bytes' "$TMP/openvpn-$n.out"; done`,
      120,
    );
    for (const one of smaller) {
      const text = await log(one);
      const bytes = (what: string) => Number(new RegExp(`^${what} bytes,(\\d+)`, 'm').exec(text)?.[1]);
      expect(bytes('post-compress'), one.name).toBeLessThan(bytes('pre-compress'));
      expect(bytes('pre-decompress'), one.name).toBeLessThan(bytes('post-decompress'));
    }
  });

  it.each(faults)('$name at odds: $expected', async (one) => {
    const answer = answers.get(one.name);
    expect(answer?.differences, `${answer?.text}\n${await tail(one)}`).toEqual(one.expected);
  });

  it.each(commands)('vpndoctor probe peer FILE: $name', async (one) => {
    const { file } = orders[all.indexOf(one)] ?? { file: '' };
    const { status, stdout, stderr } = await lab.vpndoctor(['probe', 'peer', file, '--json']);
    const context = `${stdout}${stderr}\n${await tail(one)}`;
    const { steps } = JSON.parse(stdout) as { readonly steps: readonly { readonly id: string; readonly status: string }[] };
    const ended = (id: string) => steps.find((step) => step.id === id)?.status;
    expect([ended('data'), ended('echo'), ended('inner-path-mtu')], context).toEqual(['pass', 'pass', 'pass']);
    expect(status, context).toBe(0);
  });

  it.each(served)('vpndoctor serve --openvpn FILE: $name', async (one) => {
    const number = all.length + served.indexOf(one);
    const { file, inner } = await write(one, number, lab.folder, true);
    const child = lab.start(['serve', '--openvpn', file]);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const closed = once(child, 'close');
    for (let left = 1500; !said.includes('waiting for'); left--) {
      if (left === 0 || child.exitCode !== null) throw new TypeError(`serve: ${said}`);
      await setTimeout(20);
    }
    await lab.sh(
      `bg openvpn-${number} ip netns exec "$NS-r" openvpn --config "$TMP/r/${number}.conf" --suppress-timestamps
      wait_for 30 ns r ping -n -q -c 1 -s 700 -W 1 ${inner[0]} || { tail -n 30 "$TMP/openvpn-${number}.out"; false; }`,
      120,
    );
    child.kill('SIGINT');
    const [status] = (await closed) as [number | null];
    expect(said).toMatch(new RegExp(`up: ${one.dev ?? 'tun'}, AES-256-CBC`));
    expect(status, said).toBe(0);
  });
});
