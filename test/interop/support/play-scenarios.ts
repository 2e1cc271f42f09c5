import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSniff, sniffJson } from '../../support/run-sniff.js';

/** Kinds of `record.sh --list`: namespaces alone, or guests with a kernel that has ESP. */
export type ScenarioKind = 'netns' | 'vm';

const recorder = fileURLToPath(new URL('../../../scripts/lab/record.sh', import.meta.url));
const tools = ['ip', 'nft', 'tcpdump', 'tshark', 'swanctl', 'charon-systemd', 'openvpn', 'gcc'];
const guestTools = ['qemu-system-x86_64', 'debootstrap', 'cpio'];

interface Expected {
  readonly healthy: boolean;
  readonly finding: string | null;
  readonly finding_with_keys?: string;
  readonly wire_can_tell: boolean;
  readonly outcome: string;
}

function listed(wanted: ScenarioKind): readonly string[] {
  const { stdout } = spawnSync('bash', [recorder, '--list'], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [kind, slug = ''] = line.split(/\s+/);
    return kind === wanted ? [slug] : [];
  });
}

/**
 * Plays scenarios of the lab anew: real daemons, a real fault, and what `sniff` says of the fresh capture.
 * @param chosen by slug; default: all of that kind
 */
export function playScenarios(kind: ScenarioKind, chosen?: readonly string[]): void {
  const missing = [...tools, ...(kind === 'vm' ? guestTools : [])].filter((tool) => spawnSync('which', [tool]).status !== 0);
  const reason = process.getuid?.() !== 0 ? 'needs root' : missing.length > 0 ? `needs ${missing.join(', ')}: scripts/lab/install.sh` : '';
  const slugs = listed(kind).filter((slug) => chosen?.includes(slug) ?? true);

  describe.skipIf(reason !== '')(`scenarios with real peers${reason === '' ? '' : ` (skipped: ${reason})`}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-lab-'));
    const name = `vd-play-${process.pid}`;
    let output = '';

    beforeAll(async () => {
      const env = { ...process.env, VPNDOCTOR_LAB_NAME: name };
      const run = spawn('bash', [recorder, '--out', folder, ...slugs], { stdio: ['ignore', 'pipe', 'pipe'], env });
      for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk) => (output += chunk));
      await new Promise((resolve) => run.once('close', resolve));
    }, 1_500_000);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(slugs)('%s', async (slug) => {
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

    it('leaves no namespace behind', () => {
      const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
      expect(stdout.split('\n').filter((namespace) => namespace.startsWith(`${name}-`))).toEqual([]);
    });
  });
}
