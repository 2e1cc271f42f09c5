import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../src/capture/file.js';
import { readCapture } from '../../src/capture/read.js';
import { Analyser } from '../../src/dissect/analyser.js';
import { diagnose } from '../../src/rules/diagnose.js';
import { rules } from '../../src/rules/index.js';
import type { Rule } from '../../src/rules/rule.js';
import { loadKeys } from '../../src/services/sniff/load-keys.js';
import { expectForm } from '../support/rule-cases.js';

/** Findings on captures of real peers: the right one first on a failing one, on a healthy one nothing to act on. */

interface Expected {
  readonly slug: string;
  readonly healthy: boolean;
  readonly finding: string | null;
  readonly wire_can_tell: boolean;
  /** What keys change: an encrypted notify gets its name, and with it a more precise rule. */
  readonly finding_with_keys?: string;
}

const byCode = new Map<string, Rule>(rules.map((rule) => [rule.code, rule]));
const scenarios = readdirSync('captures')
  .filter((slug) => existsSync(`captures/${slug}/expect.json`))
  .map((slug): Expected => JSON.parse(readFileSync(`captures/${slug}/expect.json`, 'utf8')));
const healthy = scenarios.filter((scenario) => scenario.healthy);
const failing = scenarios.filter((scenario) => !scenario.healthy);

async function findingsOf(path: string, keyFile?: string) {
  const analyser = new Analyser(keyFile === undefined ? {} : { keys: await loadKeys([keyFile], []) });
  await readCapture(fileSource(path), (view) => {
    analyser.observe(view);
    return true;
  });
  const facts = analyser.facts();
  return diagnose(facts).findings;
}

/** With and without keys, where there are keys. */
function keyFilesOf(slug: string): readonly (string | undefined)[] {
  const keys = `captures/${slug}/keys.json`;
  return existsSync(keys) ? [undefined, keys] : [undefined];
}

describe('captures of real peers', () => {
  it('are many enough to mean something', () => {
    expect(healthy.length).toBeGreaterThanOrEqual(12);
    expect(failing.length).toBeGreaterThanOrEqual(15);
  });

  it.each(healthy)('$slug is healthy: nothing but what is worth knowing', async ({ slug }) => {
    for (const keys of keyFilesOf(slug)) {
      const findings = await findingsOf(`captures/${slug}/capture.pcap`, keys);
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    }
  });

  it.each(failing)('$slug fails: $finding comes first where the wire can tell', async (scenario) => {
    const { slug, finding, wire_can_tell: canTell } = scenario;
    for (const keys of keyFilesOf(slug)) {
      const findings = await findingsOf(`captures/${slug}/capture.pcap`, keys);
      const wanted = keys === undefined ? finding : (scenario.finding_with_keys ?? finding);
      if (canTell) expect(findings.map(({ code }) => code)[0]).toBe(wanted);
      for (const found of findings) expectForm(byCode.get(found.code) as Rule, found);
    }
  });
});
