import { describe, expect, it } from 'vitest';
import type { Check, CheckLine, Group } from '../../src/checks/check.js';
import { hostFinding } from '../../src/checks/shared/finding.js';
import type { Status } from '../../src/model/status.js';
import { createStyle } from '../../src/report/style.js';
import { type VerifyReport, verdictOf } from '../../src/report/verify-report.js';
import { changedText, checkList, verifyText } from '../../src/report/verify-text.js';

const style = createStyle({ isTTY: false, env: {} }, true);

function fakeCheck(id: string, group: Group): Check {
  return { id, group, title: `title of ${id}`, reads: ['a', 'b'], refs: [], facts: async () => 0, judge: () => [] };
}

function reportOf(results: Readonly<Record<string, readonly CheckLine[]>>, changes: Partial<VerifyReport['host']> = {}): VerifyReport {
  return {
    host: { name: 'gw', kernel: 'Linux 6.1', source: 'live', time: new Date(0), root: true, ...changes },
    results: Object.entries(results).map(([id, lines]) => ({ check: fakeCheck(id, 'system'), lines })),
    findings: Object.values(results).flatMap((lines) => lines.flatMap(({ finding }) => finding ?? [])),
  };
}

const line = (status: Status, label: string, detail = 'so'): CheckLine => ({ status, label, detail });
const bad = (subject: string): CheckLine => ({
  ...line('fail', subject),
  finding: hostFinding('a', {
    severity: 'error',
    subject,
    title: `about ${subject}`,
    cause: 'c',
    evidence: [],
    fix: [],
    retest: 'r',
    refs: [],
  }),
});
const body = (report: VerifyReport, verbose = false) => verifyText(report, style, verbose).slice(3, -2);

describe('lines', () => {
  it('are aligned, whatever their status', () => {
    const all = (['pass', 'warn', 'fail', 'skip', 'unknown'] as const).map((status) => line(status, `is ${status}`));
    expect(body(reportOf({ a: all }))).toEqual([
      '  is pass ............................ [OK]   so',
      '  is warn ............................ [WARN] so',
      '  is fail ............................ [FAIL] so',
      '  is skip ............................ [SKIP] so',
      '  is unknown ......................... [UNKNOWN] so',
    ]);
  });

  it('wrap details beside the tag, and stand below a long label', () => {
    const [first, second, third] = body(reportOf({ a: [line('pass', 'label', 'word '.repeat(12).trim()), line('pass', 'l'.repeat(40))] }));
    expect(first).toMatch(/^ {2}label \.+ \[OK\] {3}word( word)+$/);
    expect(second).toMatch(/^ {46}word/);
    expect(third).toBe(`  ${'l'.repeat(40)}`);
  });

  it('of one check, when many are alike, become one', () => {
    const many = Array.from({ length: 7 }, (_, index) => line('pass', `eth${index}`));
    expect(body(reportOf({ a: many }))).toEqual(['  title of a ......................... [OK]   7 times: so']);
    expect(body(reportOf({ a: many }), true)).toHaveLength(7);
  });

  it('of one check, when many are wrong, are the first and a number', () => {
    const text = verifyText(reportOf({ a: Array.from({ length: 9 }, (_, index) => bad(`c${index}`)) }), style, false);
    expect(text.filter((each) => each.includes('[FAIL]')).map((each) => each.trim())).toEqual([
      'c0 ................................. [FAIL] so',
      'c1 ................................. [FAIL] so',
      'c2 ................................. [FAIL] so',
      'title of a ......................... [FAIL] 6 more (-v shows them)',
    ]);
    expect(text.filter((each) => each.startsWith('[ERROR]'))).toHaveLength(3);
    expect(text).toContain('6 more of host/a (-v shows them): c3, c4, c5, c6, c7, c8');
    expect(verifyText(reportOf({ a: Array.from({ length: 9 }, (_, index) => bad(`c${index}`)) }), style, true).join('\n')).toContain(
      'about c8',
    );
  });

  it('that do not apply are one for a group', () => {
    const skips = reportOf({ a: [line('skip', 'one'), line('pass', 'two')], b: [line('skip', 'three'), line('skip', 'four')] });
    expect(body(skips).slice(0, 2)).toEqual([
      '  two ................................ [OK]   so',
      '  3 do not apply ..................... [SKIP] one, three, four',
    ]);
    expect(body(skips, true)).toHaveLength(4);
  });
});

describe('the verdict', () => {
  it.each([
    [['pass'], 'pass', 'nothing wrong found; 1 passed'],
    [['pass', 'skip', 'unknown'], 'pass', 'nothing wrong found; 1 passed, 1 does not apply, 1 could not be seen'],
    [['fail', 'warn', 'warn', 'pass'], 'fail', '1 failed, 2 warnings; 1 passed'],
    [['warn'], 'warn', '1 warning'],
    [['unknown', 'skip'], 'unknown', 'nothing could be judged; 1 does not apply, 1 could not be seen'],
    [['skip'], 'pass', 'nothing wrong found; 1 does not apply'],
  ] as const)('of %j is %s', (statuses, status, text) => {
    expect(verdictOf(reportOf({ a: statuses.map((each) => line(each, each)) }))).toMatchObject({ status, text });
  });
});

describe('around the lines', () => {
  it('a bundle is named', () => {
    expect(verifyText(reportOf({}, { source: 'gw.vpndoctor' }), style, false)[0]).toBe('gw  Linux 6.1  from gw.vpndoctor');
  });

  it('the list names what is read', () => {
    expect(checkList([fakeCheck('x', 'keys')])).toEqual(['group  id  title       reads', 'keys   x   title of x  a, b']);
  });

  it('of lines of one label those that are as they were are none', () => {
    const one = (status: Status, detail: string) => ({ ...line(status, 'x'), detail });
    const before = reportOf({ a: [one('pass', 'IPv6'), one('fail', 'IPv4'), one('unknown', 'other')] });
    const after = reportOf({ a: [one('pass', 'both'), one('unknown', 'other')] });
    expect(changedText(before, after, style)).toEqual(['  x .................................. [OK]   both  (was [FAIL])']);
    expect(changedText(before, before, style)).toEqual([]);
  });

  it('a change tells what was', () => {
    const [before, after] = [
      reportOf({ a: [line('fail', 'x'), line('pass', 'y')] }),
      reportOf({ a: [line('pass', 'x'), line('pass', 'y'), line('warn', 'z')] }),
    ];
    expect(changedText(before, after, style)).toEqual([
      '  x .................................. [OK]   so  (was [FAIL])',
      '  z .................................. [WARN] so',
    ]);
  });

  it('a line that goes with its fault is told, unless nobody could look', () => {
    const before = reportOf({ a: [line('fail', 'mode of x.key'), line('pass', 'modes')] });
    expect(changedText(before, reportOf({ a: [line('pass', 'modes')] }), style)).toEqual([
      '  mode of x.key ...................... [OK]   no longer  (was [FAIL])',
    ]);
    expect(changedText(before, reportOf({ a: [line('unknown', 'modes')] }), style).join()).not.toContain('no longer');
  });
});
