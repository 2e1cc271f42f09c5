import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSniff, sniffJson } from '../support/run-sniff.js';

/**
 * Scenarios of the lab played anew: real daemons, a real fault, and what `sniff` says of the fresh capture. All that need
 * namespaces only, and of those that need a guest with kernel ESP the few named here (VPNDOCTOR_LAB_VM=all: every one).
 */
const SOME_GUESTS = ['kernel-esp-libreswan-ikev2', 'kernel-ah-ikev1', 'kernel-esp-proto50-blocked'];

const recorder = fileURLToPath(new URL('../../scripts/lab/record.sh', import.meta.url));
const missing = ['ip', 'nft', 'tcpdump', 'tshark', 'swanctl', 'charon-systemd', 'openvpn', 'gcc'].filter(
  (tool) => spawnSync('which', [tool]).status !== 0,
);
const reason = process.getuid?.() !== 0 ? 'needs root' : missing.length > 0 ? `needs ${missing.join(', ')}: scripts/lab/install.sh` : '';
const guests = ['qemu-system-x86_64', 'debootstrap', 'cpio'].every((tool) => spawnSync('which', [tool]).status === 0);

interface Expected {
  readonly healthy: boolean;
  readonly finding: string | null;
  readonly finding_with_keys?: string;
  readonly wire_can_tell: boolean;
  readonly outcome: string;
}

function listed(): { kind: string; slug: string }[] {
  const { stdout } = spawnSync('bash', [recorder, '--list'], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/))
    .map(([kind = '', slug = '']) => ({ kind, slug }));
}

const all = listed();
const inGuests = all.filter(({ kind, slug }) => kind === 'vm' && (process.env['VPNDOCTOR_LAB_VM'] === 'all' || SOME_GUESTS.includes(slug)));
const slugs = [...all.filter(({ kind }) => kind === 'netns'), ...(guests ? inGuests : [])].map(({ slug }) => slug);

describe.skipIf(reason !== '')(`scenarios with real peers${reason === '' ? '' : ` (skipped: ${reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-lab-'));
  let output = '';

  beforeAll(async () => {
    const run = spawn('bash', [recorder, '--out', folder, ...slugs], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk) => (output += chunk));
    await new Promise((resolve) => run.once('close', resolve));
  }, 1_500_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.skipIf(guests)('guests with kernel ESP (skipped: qemu-system-x86_64, debootstrap or cpio is missing)', () => {});

  for (const slug of slugs) {
    it(slug, async () => {
      const at = (file: string) => join(folder, slug, file);
      expect(existsSync(at('expect.json')), `recording failed:\n${output.slice(-3000)}`).toBe(true);
      const expected = JSON.parse(readFileSync(at('expect.json'), 'utf8')) as Expected;
      const keys = existsSync(at('keys.json')) ? ['-k', at('keys.json')] : [];
      for (const given of keys.length > 0 ? [[], keys] : [[]]) {
        const records = await sniffJson(['-r', at('capture.pcap'), ...given]);
        const findings = records.filter(({ type }) => type === 'finding');
        if (expected.healthy) {
          expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        } else if (expected.wire_can_tell) {
          expect(findings[0]?.['code']).toBe(given.length > 0 ? (expected.finding_with_keys ?? expected.finding) : expected.finding);
        }
      }
      const { status } = await runSniff(['--summary', '-r', at('capture.pcap')]);
      if (expected.wire_can_tell) expect(status).toBe(expected.healthy ? 0 : 1);
    });
  }

  it('leaves no namespace behind', () => {
    const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
    expect(stdout.split('\n').filter((name) => name.startsWith(`vd-`) && name.includes('-i'))).toEqual([]);
  });
});
