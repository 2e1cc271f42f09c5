import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../../src/model/finding.js';
import { diagnose } from '../../src/rules/diagnose.js';
import { finding, type Rule } from '../../src/rules/rule.js';
import { again, capture, INIT, icmp, type Row, SUBJECT, session } from '../support/facts.js';

interface Made {
  readonly severity?: Severity;
  readonly confidence?: number;
  readonly frame?: number;
  readonly subject?: string;
}

/** A rule that always says this. */
function rule(code: string, dependsOn: readonly string[] = [], ...made: readonly Made[]): Rule {
  const itself: Rule = {
    code,
    title: code,
    severity: 'error',
    refs: ['RFC 1'],
    dependsOn,
    *evaluate() {
      for (const { severity = 'error', confidence = 0.5, frame = 1, subject = 'a - b' } of made.length === 0 ? [{}] : made) {
        yield finding(itself, {
          severity,
          confidence,
          subject,
          title: code,
          cause: '',
          evidence: [{ frame, text: '' }],
          fix: [],
          retest: '',
        });
      }
    },
  };
  return itself;
}

const outline = (findings: readonly Finding[]): unknown[] =>
  findings.map(({ code, consequences }) => (consequences === undefined ? code : [code, ...outline(consequences)]));

describe('diagnose', () => {
  it('orders by severity, confidence and first packet', () => {
    const { findings } = diagnose(capture(), [
      rule('x/info', [], { severity: 'info', confidence: 1 }),
      rule('x/late', [], { frame: 9 }),
      rule('x/early', [], { frame: 2 }),
      rule('x/sure', [], { confidence: 0.9, frame: 99 }),
      rule('x/warning', [], { severity: 'warning', confidence: 1 }),
    ]);
    expect(outline(findings)).toEqual(['x/sure', 'x/early', 'x/late', 'x/warning', 'x/info']);
  });

  it('puts consequences under their root cause, over several steps', () => {
    const { findings } = diagnose(capture(), [rule('x/third', ['x/second']), rule('x/second', ['x/first']), rule('x/first')]);
    expect(outline(findings)).toEqual([['x/first', 'x/third', 'x/second']]);
  });

  it('only for the same peers', () => {
    const { findings } = diagnose(capture(), [rule('x/cause'), rule('x/effect', ['x/cause'], { subject: 'a - c' })]);
    expect(outline(findings)).toEqual(['x/cause', 'x/effect']);
  });

  it('never hides what is worse than the cause', () => {
    const { findings } = diagnose(capture(), [rule('x/cause', [], { severity: 'warning' }), rule('x/effect', ['x/cause'])]);
    expect(outline(findings)).toEqual(['x/effect', 'x/cause']);
  });

  it('keeps the twenty most important of a code and counts the rest', () => {
    const made = Array.from(
      { length: 50 },
      (_, i): Made => ({ severity: i === 49 ? 'error' : 'warning', frame: i + 1, subject: `a - ${i}` }),
    );
    const { findings, omitted } = diagnose(capture(), [rule('x/many', [], ...made)]);
    expect(findings).toHaveLength(20);
    expect(findings[0]?.subject).toBe('a - 49');
    expect(findings[1]?.evidence[0]?.frame).toBe(1);
    expect(omitted).toEqual([{ code: 'x/many', count: 30 }]);
  });

  it('runs all rules of the registry by default', () => {
    const request: Row = { ...(INIT[0] as Row) };
    const { findings } = diagnose(capture({ sessions: [session([request, ...again(request, 1, 4, 11)])], icmpErrors: [icmp(3, 3, 1)] }));
    expect(outline(findings)).toEqual([['path/port-unreachable', 'ike/peer-silent']]);
    expect(findings[0]?.subject).toBe(SUBJECT);
  });

  it('finds nothing in nothing', () => {
    expect(diagnose(capture())).toEqual({ findings: [], omitted: [] });
  });
});
