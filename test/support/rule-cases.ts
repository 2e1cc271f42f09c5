import { describe, expect, it } from 'vitest';
import type { CaptureFacts } from '../../src/model/capture-facts.js';
import type { Finding, Severity } from '../../src/model/finding.js';
import type { Rule } from '../../src/rules/rule.js';

/** A capture, and what the rule must say of it: nothing, or a severity and words that stand in title or cause. */
export interface RuleCase {
  readonly name: string;
  readonly facts: CaptureFacts;
  readonly finds?: Severity;
  /** Must stand somewhere in title, cause, evidence or fix, all of them. */
  readonly says?: readonly (string | RegExp)[];
  readonly count?: number;
}

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

/** Runs a rule over its cases, and holds every finding to the form that all must have. */
export function ruleCases(rule: Rule, cases: readonly RuleCase[]): void {
  describe(rule.code, () => {
    it.each(cases)('$name', ({ facts, finds, says = [], count = 1 }) => {
      const findings = [...rule.evaluate(facts)];
      if (finds === undefined) {
        expect(findings).toEqual([]);
        return;
      }
      expect(findings).toHaveLength(count);
      for (const finding of findings) expectForm(rule, finding);
      expect(findings[0]?.severity).toBe(finds);
      const text = JSON.stringify(findings);
      for (const words of says) expect(text).toMatch(words);
    });
  });
}

/** One line of title, a reason, something to look up, something to do, a way to see that it is gone. */
export function expectForm(rule: Rule, finding: Finding): void {
  expect(finding.code).toBe(rule.code);
  expect(RANK[finding.severity]).toBeLessThanOrEqual(RANK[rule.severity]);
  expect(finding.confidence).toBeGreaterThan(0);
  expect(finding.confidence).toBeLessThanOrEqual(1);
  expect(finding.title).not.toMatch(/\n|undefined|NaN/);
  expect(finding.cause.length).toBeGreaterThan(40);
  expect(finding.cause).not.toMatch(/undefined|NaN/);
  expect(finding.evidence.length).toBeGreaterThan(0);
  for (const { frame, text } of finding.evidence) {
    expect(frame).toBeGreaterThan(0);
    expect(text).not.toMatch(/undefined|NaN/);
  }
  expect(finding.fix.length).toBeGreaterThan(0);
  for (const { text } of finding.fix) expect(text).not.toMatch(/undefined|NaN/);
  expect(finding.retest.length).toBeGreaterThan(10);
  expect(finding.subject).toMatch(/^\S+ - \S+$/);
}
