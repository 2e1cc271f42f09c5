import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checks } from '../../src/checks/index.js';
import { findingsOf, runChecks } from '../../src/checks/run-checks.js';
import { HostFacts } from '../../src/host/host-facts.js';
import { collectRecord } from '../../src/report/collect-report.js';
import { checkListRecord, verifyRecord } from '../../src/report/verify-json.js';
import { libreswanHost } from '../support/libreswan-host.js';

const folder = new URL('../../src/report/', import.meta.url);
const documented = new Set(
  ['README.md', 'VERIFY.md'].flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/`(\w+)`/g)].map(([, word]) => word),
  ),
);

function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, within]) => [key, ...keysOf(within)]) : [];
}

it('every field of verify --json, --list and collect is documented', async () => {
  const facts = new HostFacts(
    libreswanHost({ files: { '/etc/ipsec.conf': 'conn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n\tnonsense\n' } }),
  );
  const results = await runChecks(checks, facts);
  const host = { name: 'gw', kernel: 'Linux', source: 'live', time: new Date(0), root: true };
  const records = [
    verifyRecord({ host, results, findings: findingsOf(results) }),
    checkListRecord(checks),
    collectRecord({
      file: 'x',
      bytes: 1,
      redactions: [{ source: '/etc/ipsec.secrets', line: 1, kind: 'preshared key', length: 9 }],
      replaced: [{ from: 'a', to: 'b' }],
      leftOut: 1,
      answers: { files: {}, directories: {}, links: {}, stats: {}, commands: {} },
      captures: [],
      isRoot: true,
    }),
  ];
  const printed = new Set(keysOf(records));
  expect([...printed].filter((key) => !documented.has(key))).toEqual([]);
  expect(printed.has('evidence')).toBe(true);
});
