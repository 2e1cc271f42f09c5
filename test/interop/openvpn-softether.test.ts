import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoted } from './support/ikev2-scene.js';
import { lackingForPeers, PeerLab, type RunResult } from './support/peer-lab.js';

/**
 * SoftEther's server of OpenVPN (Debian's 5.01), of no other's descent than OpenVPN's protocol: `probe peer` through all steps over UDP and
 * TCP, tun and tap, with what its virtual host answers inside; what it does not take is named. `sniff` reads what the probe has written.
 */
const lacking = lackingForPeers();
const skipped = lacking === '' ? '' : ` (skipped: ${lacking})`;
const script = fileURLToPath(new URL('support/softether.sh', import.meta.url));
/** The virtual host. */
const INSIDE = '192.168.30.1';

interface Row {
  readonly name: string;
  readonly lines: readonly string[];
  /** Findings of the probe; without them everything passes. */
  readonly codes?: readonly string[];
  /** What its output has in it. */
  readonly says: RegExp;
  /** Nobody answers what it does not like: seconds to wait. */
  readonly patience?: number;
}

const cipher = (name: string, auth = 'SHA1'): readonly string[] => [`data-ciphers ${name}`, `cipher ${name}`, `auth ${auth}`];
/** With an address that the virtual host gives to nobody; another for each, because its switch remembers who had one. */
const tap = (host: number): readonly string[] => ['dev tap', `ifconfig 192.168.30.${host} 255.255.255.0`];

const isTap = (n: number) => rows[n]?.lines.includes('dev tap') === true;

const rows: readonly Row[] = [
  ...['AES-256-GCM', 'AES-128-GCM', 'CHACHA20-POLY1305'].map((name) => ({
    name: `UDP, tun, ${name}`,
    lines: cipher(name),
    says: new RegExp(`${name}, no compression framing`),
  })),
  { name: 'UDP, tun, AES-128-CBC, SHA512', lines: cipher('AES-128-CBC', 'SHA512'), says: /AES-128-CBC, SHA512/ },
  { name: 'UDP, tun, DES-EDE3-CBC, SHA256', lines: cipher('DES-EDE3-CBC', 'SHA256'), says: /DES-EDE3-CBC, SHA256/ },
  { name: 'TCP, tun, AES-256-GCM', lines: ['proto tcp', ...cipher('AES-256-GCM')], says: /AES-256-GCM/ },
  { name: 'UDP, tap, AES-256-GCM', lines: [...tap(5), ...cipher('AES-256-GCM')], says: /AES-256-GCM/ },
  { name: 'TCP, tap, AES-128-CBC', lines: ['proto tcp', ...tap(6), ...cipher('AES-128-CBC')], says: /AES-128-CBC, SHA1/ },
  {
    name: 'framing that adds nothing',
    lines: [...cipher('AES-256-GCM'), 'compress stub-v2'],
    says: /differ only in what is negotiated or does not matter: comp-lzo/,
  },
  {
    name: 'cipher without data-ciphers',
    lines: ['cipher AES-256-CBC'],
    codes: ['openvpn/cipher-without-data-ciphers'],
    says: /OpenVPN 2\.6 and later do not connect so/,
  },
  {
    name: 'no cipher named',
    lines: [],
    codes: ['openvpn/cipher-mismatch'],
    says: /theirs: AES-128-CBC/,
  },
  {
    name: 'a cipher that it does not have',
    lines: cipher('BF-CBC'),
    codes: ['openvpn/refused-after-tls'],
    says: /does not answer key method 2[\s\S]*a cipher or digest among our options/,
    patience: 4,
  },
  {
    name: 'comp-lzo, which it does not have',
    lines: [...cipher('AES-256-GCM'), 'comp-lzo no'],
    codes: ['openvpn/compression-mismatch'],
    says: /theirs no compression/,
  },
  {
    name: 'another password',
    lines: ['auth-user-pass @/wrong', ...cipher('AES-256-GCM')],
    codes: ['openvpn/auth-failed'],
    says: /AUTH_FAILED/,
  },
];

/** Runs of vpndoctor at a time: there are two processors. */
const AT_ONCE = 3;
const ABSENT = "Debian's package softether-vpnserver cannot be had";

interface Probed {
  readonly steps: readonly { readonly id: string; readonly status: string }[];
  readonly findings: readonly { readonly code: string }[];
}

interface Record {
  readonly type: string;
  readonly code?: string;
  readonly outcome?: string;
}

describe.skipIf(lacking !== '')(`OpenVPN with SoftEther${skipped}`, () => {
  let lab: PeerLab;
  let here = false;
  const runs: RunResult[] = [];
  const matrix: string[] = [];
  const capture = (n: number) => `${lab.folder}/se${n}.pcap`;

  beforeAll(async () => {
    lab = await PeerLab.open();
    here = (await lab.sh(`. ${quoted(script)}; softether_here && echo here || true`)).includes('here');
    if (!here) return;
    const { folder } = lab;
    await lab.sh('softether_openvpn anna secret');
    await writeFile(`${folder}/login`, 'anna\nsecret\n');
    await writeFile(`${folder}/wrong`, 'anna\nwrong\n');
    const common = [
      'client',
      'dev tun',
      'remote 203.0.113.2 1194',
      'ca @/softether.crt',
      'remote-cert-tls server',
      'auth-user-pass @/login',
    ];
    for (const [n, { lines }] of rows.entries())
      await writeFile(`${folder}/se${n}.ovpn`, `${[...common, ...lines].join('\n').replaceAll('@', folder)}\n`);
    const run = async (n: number) => {
      const args = ['--ping', INSIDE, '--timeout', String(rows[n]?.patience ?? 15), '-w', capture(n), '--json'];
      runs[n] = await lab.vpndoctor(['probe', 'peer', `${folder}/se${n}.ovpn`, ...args], 90);
    };
    // The virtual switch sends frames astray for a while when two bridges come at the same time.
    const [alone, waiting] = [[...rows.keys()].filter(isTap), [...rows.keys()].filter((n) => !isTap(n)).values()];
    const worker = async () => {
      for (const n of waiting) await run(n);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const n of alone) await run(n);
  });
  afterAll(async () => {
    console.log(`\n${matrix.join('\n')}\n`);
    await lab?.close();
  });

  it.for(rows.map((row, n) => ({ ...row, n })))('probe peer: $name', async ({ name, n, codes = [], says }, { skip }) => {
    if (!here) return skip(ABSENT);
    const { stdout = '', stderr = '', status } = runs[n] ?? {};
    const { steps, findings } = JSON.parse(stdout) as Probed;
    const context = `${stdout}\n${stderr}`;
    const course = steps.filter((step) => step.status !== 'skip' && step.status !== 'unreached').map((step) => `${step.id} ${step.status}`);
    matrix.push(`SoftEther   ${name.padEnd(34)} ${codes.length > 0 ? codes.join(', ') : course.slice(3).join(', ')}`);
    expect(findings.map(({ code }) => code).sort(), context).toEqual([...codes].sort());
    expect(stdout).toMatch(says);
    expect(status, context).toBe(codes.length === 0 ? 0 : 1);
    if (codes.length > 0) return;
    const passed = [
      'reset',
      'tls',
      'options',
      'credentials',
      'push',
      'data',
      'echo',
      'inner-path-mtu',
      'keepalive',
      'renegotiation',
      'exit',
    ];
    expect(
      passed.filter((id) => !course.includes(`${id} pass`)),
      context,
    ).toEqual([]);
  });

  it.for(rows.flatMap((row, n) => (row.codes === undefined ? [{ ...row, n }] : [])))('sniff: $name', async ({ n }, { skip }) => {
    if (!here) return skip(ABSENT);
    const { stdout, status } = await lab.vpndoctor(['sniff', '--json', '-r', capture(n)]);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record);
    expect(records.filter(({ type }) => type === 'finding')).toEqual([]);
    expect(records.filter(({ type }) => type === 'session').map(({ outcome }) => outcome)).toEqual(['established']);
    // Both keys are read: the renegotiation is wrapped in nothing.
    expect(stdout).not.toMatch(/"bad":[1-9]|"malformed":\{/);
    expect(status).toBe(0);
  });
});
