import { describe, expect, it } from 'vitest';
import type { Check, CheckLine } from '../../src/checks/check.js';
import type { Configurations } from '../../src/host/configurations.js';
import type { Host } from '../../src/host/host.js';
import { HostFacts, type HostFactsOptions } from '../../src/host/host-facts.js';
import type { Finding } from '../../src/model/finding.js';
import type { Status } from '../../src/model/status.js';
import { ConfiguredFacts } from './configured-facts.js';

/** A host, and what a check must say of it. */
export interface CheckCase {
  readonly name: string;
  readonly host: Host;
  readonly options?: HostFactsOptions;
  /** What its files configure, instead of what the host's files hold. */
  readonly configured?: Partial<Configurations>;
  /** Of every line, in order; a single one stands for a single line. */
  readonly status: Status | readonly Status[];
  /** Codes of the findings, each once, in order. */
  readonly codes?: readonly string[];
  /** Must stand somewhere in the lines, all of them. */
  readonly says?: readonly (string | RegExp)[];
  /** Must stand in the commands of the fix script. */
  readonly mends?: readonly (string | RegExp)[];
}

export type LooksAt = Pick<CheckCase, 'host' | 'options' | 'configured'>;

export async function linesOf(check: Check, looksAt: LooksAt): Promise<readonly CheckLine[]> {
  return check.judge(await check.facts(factsOf(looksAt)));
}

export function factsOf({ host, options = {}, configured }: LooksAt): HostFacts {
  return configured === undefined ? new HostFacts(host, options) : new ConfiguredFacts(host, configured, options);
}

/** Runs a check over its cases, and holds every line and finding to the form that all must have. */
export function checkCases(check: Check, cases: readonly CheckCase[]): void {
  describe(check.id, () => {
    it.each(cases)('$name', async ({ status, codes = [], says = [], mends, ...looksAt }) => {
      const lines = await linesOf(check, looksAt);
      const expected = typeof status === 'string' ? [status] : status;
      expect(lines.map((line) => `${line.status} ${line.label}: ${line.detail}`)).toEqual(
        lines.map((line, index) => `${expected[index]} ${line.label}: ${line.detail}`),
      );
      expect(lines).toHaveLength(expected.length);
      expectForm(check, lines);
      expect([...findingsIn(lines)].map(({ code }) => code)).toEqual(codes);
      const text = JSON.stringify(lines);
      for (const words of says) expect(text).toMatch(words);
      const script = lines.flatMap(({ mend }) => mend ?? []);
      if (mends === undefined) expect(script).toEqual([]);
      for (const words of mends ?? []) expect(script.map(({ apply }) => apply).join('\n')).toMatch(words);
    });
  });
}

export function findingsIn(lines: readonly CheckLine[]): ReadonlySet<Finding> {
  return new Set(lines.flatMap(({ finding }) => (finding === undefined ? [] : [finding])));
}

/** Every line says what and why; problems, and only they, come with a finding that can be looked up and acted on. */
export function expectForm(check: Check, lines: readonly CheckLine[]): void {
  expect(lines.length).toBeGreaterThan(0);
  for (const { status, label, detail, finding, mend = [] } of lines) {
    expect(label).not.toBe('');
    expect(detail).not.toBe('');
    expect(label + detail).not.toMatch(/undefined|NaN|\[object|\n/);
    expect(finding !== undefined).toBe(status === 'fail' || status === 'warn');
    if (finding !== undefined) expectFinding(check, finding, status);
    for (const { comment, apply, undo } of mend) for (const text of [comment, apply, undo]) expect(text).not.toMatch(/undefined|NaN|^$|\n/);
  }
}

function expectFinding(check: Check, finding: Finding, status: Status): void {
  expect(finding.code.replace('host/', '')).toMatch(new RegExp(`^${check.id}(-[a-z0-9-]+)?$`));
  if (status === 'fail') expect(finding.severity).toBe('error');
  expect(finding.severity).not.toBe('info');
  expect(finding.title).not.toMatch(/\n|undefined|NaN/);
  expect(finding.cause.length).toBeGreaterThan(40);
  expect(finding.cause).not.toMatch(/undefined|NaN/);
  expect(finding.evidence.length).toBeGreaterThan(0);
  expect(finding.fix.length).toBeGreaterThan(0);
  for (const { text } of [...finding.evidence, ...finding.fix]) expect(text).not.toMatch(/undefined|NaN|^$/);
  expect(finding.retest).toMatch(/vpndoctor|ip |ping|openssl/);
  expect(finding.refs.length).toBeGreaterThan(0);
  expect(finding.confidence).toBeGreaterThan(0);
}
