import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/bytes/secret.js';
import { type Check, groups } from '../../src/checks/check.js';
import { checks } from '../../src/checks/index.js';
import { runChecks } from '../../src/checks/run-checks.js';
import type { SecretEntry } from '../../src/config/secret-entry.js';
import { FakeHost } from '../../src/host/fake.js';
import { HostFacts } from '../../src/host/host-facts.js';
import { expectForm, linesOf } from '../support/check-cases.js';
import { ConfiguredFacts, connection, openvpnServer } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const all: readonly Check[] = checks;

/** What is configured and not there is what they look for: an implementation, /dev/net/tun. */
const CONFIGURED_EXCEPTIONS: ReadonlySet<string> = new Set(['installed-stacks', 'openvpn-tun-device']);

/** For any peer. */
const SECRET: SecretEntry = {
  dialect: 'swanctl',
  file: '/etc/swanctl/swanctl.conf',
  line: 20,
  kind: 'psk',
  keyword: 'ike-1',
  selectors: [],
  secret: new Secret(Buffer.from('vaeL4ahmoo7aeng4eiBiech3')),
  strength: { bytes: 24, entropyBits: 140, grade: 'strong', reasons: [] },
};

const HEALTHY_TOOLS = { 'ip -V': 'ip utility, iproute2-6.1.0\n', 'nft --version': 'nftables v1.0.6\n' };

describe('the registry of checks', () => {
  it('has every file with a check, each under the name of its id', () => {
    const files = readdirSync('src/checks').filter(
      (file) => file.endsWith('.ts') && /^export const check\b/m.test(readFileSync(`src/checks/${file}`, 'utf8')),
    );
    expect(files.sort()).toEqual(all.map(({ id }) => `${id}.ts`).sort());
  });

  it.each(all)('$id says what it is, what it reads and where that stands', ({ id, group, title, reads, refs }) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(groups).toContain(group);
    // No group has the name of a check: --only takes both.
    expect(groups).not.toContain(id);
    expect(title).not.toMatch(/^$|[.\n]$/);
    expect(reads.length).toBeGreaterThan(0);
    expect(refs.length).toBeGreaterThan(0);
    for (const text of [...reads, ...refs]) expect(text).not.toBe('');
  });

  it.each(all)('$id names checks and groups that there are, where it says how to test again', ({ id }) => {
    const known = new Set<string>([...groups, ...all.map((check) => check.id)]);
    const text = readFileSync(`src/checks/${id}.ts`, 'utf8');
    for (const [, words = ''] of text.matchAll(/verify --only ((?:[a-z0-9-]+ ?)+)/g)) {
      for (const word of words
        .trim()
        .split(' ')
        .filter((each) => !each.startsWith('--') && !/^\d+$/.test(each)))
        expect(known).toContain(word);
    }
  });

  it.each(all)('$id depends on findings of checks that there are', ({ id }) => {
    const text = readFileSync(`src/checks/${id}.ts`, 'utf8');
    for (const [, code = ''] of text.matchAll(/'host\/([a-z0-9-]+)'/g)) {
      expect(all.some((other) => code === other.id || code.startsWith(`${other.id}-`))).toBe(true);
    }
  });

  it.each(all)('$id has a test', ({ id }) => {
    expect(existsSync(`test/checks/${id}.test.ts`)).toBe(true);
  });

  // A host that answers nothing is no evidence for anything.
  it.each(all)('$id accuses nobody on a host of which nothing is seen', async (check) => {
    const lines = await linesOf(check, { host: new FakeHost() });
    expectForm(check, lines);
    for (const { status } of lines) expect(['skip', 'unknown']).toContain(status);
  });

  // What is configured there cannot be told from what is missing, save that nothing serves it.
  it.each(all.filter(({ id }) => !CONFIGURED_EXCEPTIONS.has(id)))(
    '$id accuses nobody where only the configuration is seen',
    async (check) => {
      const facts = new ConfiguredFacts(new FakeHost(), { connections: [connection()], openvpn: [openvpnServer()], secrets: [SECRET] });
      const lines = check.judge(await check.facts(facts));
      expectForm(check, lines);
      for (const { status } of lines) expect(['skip', 'unknown', 'pass']).toContain(status);
    },
  );

  it.each(['denied', 'timeout', 'binary', 'too-large', 'failed'] as const)('stands a host where everything is %s', async (reason) => {
    const refuse = { ok: false, reason, message: reason } as const;
    const host = {
      readFile: async () => refuse,
      readDir: async () => refuse,
      readLink: async () => refuse,
      stat: async () => refuse,
      run: async () => refuse,
      isRoot: false,
      now: new Date('2026-01-02T03:04:05Z'),
    };
    for (const { check, lines } of await runChecks(all, new HostFacts(host))) {
      expectForm(check, lines);
      for (const { status } of lines) expect(['skip', 'unknown']).toContain(status);
      for (const { detail } of lines) expect(detail).not.toMatch(/fault of vpndoctor/);
    }
  });

  it('has nothing to say against a healthy gateway', async () => {
    const results = await runChecks(
      all,
      new ConfiguredFacts(healthyHost({ commands: HEALTHY_TOOLS }), { connections: [connection()], secrets: [SECRET] }),
    );
    const said = results.flatMap(({ check, lines }) =>
      lines
        .filter(({ status }) => status === 'fail' || status === 'warn')
        .map(({ status, label, detail }) => `${check.id}: ${status} ${label}: ${detail}`),
    );
    expect(said).toEqual([]);
  });
});
