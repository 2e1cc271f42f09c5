import { describe, expect, it } from 'vitest';
import type { Check, CheckLine } from '../../src/checks/check.js';
import { findingsOf, runChecks } from '../../src/checks/run-checks.js';
import { hostFinding, THIS_HOST } from '../../src/checks/shared/finding.js';
import { FakeHost } from '../../src/host/fake.js';
import { HostFacts } from '../../src/host/host-facts.js';

const host = new HostFacts(new FakeHost());

function fakeCheck(changes: Partial<Check<unknown>>): Check<unknown> {
  return {
    id: 'fake',
    group: 'system',
    title: 'a fake',
    reads: ['nothing'],
    refs: ['nothing'],
    facts: async () => 1,
    judge: (facts) => [{ status: 'pass', label: 'fake', detail: `saw ${facts}` }],
    ...changes,
  };
}

const finding = (what: string, severity: 'error' | 'warning' = 'error', subject: string = THIS_HOST, dependsOn: readonly string[] = []) =>
  hostFinding('fake', { what, severity, subject, dependsOn, title: what, cause: '', evidence: [], fix: [], retest: '', refs: [] });

const line = (of: ReturnType<typeof finding>): CheckLine => ({ status: 'fail', label: of.code, detail: '', finding: of });

describe('running checks', () => {
  it.each([
    ['reading', { facts: () => Promise.reject(new TypeError('oops')) }],
    ['judging', { judge: () => JSON.parse('{') as never }],
  ])('a fault in %s is a line of its own', async (_, changes) => {
    const [bad, good] = await runChecks([fakeCheck(changes), fakeCheck({})], host);
    expect(bad?.lines).toMatchObject([
      { status: 'unknown', label: 'a fake', detail: expect.stringContaining('a fault of vpndoctor itself') },
    ]);
    expect(good?.lines).toMatchObject([{ status: 'pass' }]);
  });

  it('looks again for those that judge a change, once for all of them', async () => {
    let looks = 0;
    const later = async () => {
      looks++;
      return { facts: host, seconds: 7 };
    };
    let reads = 0;
    const counting = fakeCheck({
      facts: async () => ++reads,
      judgeChange: (before, after, seconds) => [{ status: 'pass', label: 'fake', detail: `${before} to ${after} in ${seconds}` }],
    });
    const [first, , third] = await runChecks([counting, fakeCheck({ judgeChange: () => [] }), fakeCheck({})], host, later);
    expect(looks).toBe(1);
    expect(first?.lines[0]?.detail).toBe('1 to 2 in 7');
    expect(third?.lines[0]?.detail).toBe('saw 1');
  });

  it('a fault before the second look is a line of its own too', async () => {
    const bad = fakeCheck({ facts: () => Promise.reject(new TypeError('oops')), judgeChange: () => [] });
    const [result] = await runChecks([bad], host, async () => ({ facts: host, seconds: 1 }));
    expect(result?.lines[0]?.detail).toContain('oops');
  });
});

describe('the findings of a run', () => {
  const of = (...lines: CheckLine[]) => findingsOf([{ check: fakeCheck({}), lines }]);

  it('are there once, however many lines share them', () => {
    const shared = finding('shared');
    expect(of(line(shared), line(shared), { status: 'pass', label: '', detail: '' })).toEqual([shared]);
  });

  it('come worst first', () => {
    expect(of(line(finding('small', 'warning')), line(finding('large'))).map(({ title }) => title)).toEqual(['large', 'small']);
  });

  it('of one severity come in the order in which they strike', () => {
    const found = findingsOf([
      { check: fakeCheck({ id: 'ip-forward' }), lines: [line(finding('forwarding'))] },
      { check: fakeCheck({ id: 'secret-missing' }), lines: [line(finding('secret')), line(finding('weak', 'warning'))] },
      { check: fakeCheck({ id: 'udp-500' }), lines: [line(finding('socket'))] },
    ]);
    expect(found.map(({ title }) => title)).toEqual(['socket', 'secret', 'forwarding', 'weak']);
  });

  it('are not lost when each would explain the other', () => {
    const [a, b] = [finding('a', 'error', 'net-net', ['host/fake-b']), finding('b', 'error', 'net-net', ['host/fake-a'])];
    const found = of(line(a), line(b));
    expect(found).toHaveLength(1);
    expect(found[0]?.consequences).toHaveLength(1);
    expect(of(line(finding('self', 'error', 'net-net', ['host/fake-self'])))).toHaveLength(1);
  });

  it.each([
    ['of the same connection', 'net-net', 'net-net', 1],
    ['of the whole host', THIS_HOST, 'net-net', 1],
    ['of another connection', 'other', 'net-net', 2],
  ])('stand under a cause %s', (_, causeSubject, subject, count) => {
    const found = of(line(finding('effect', 'error', subject, ['host/fake-cause'])), line(finding('cause', 'error', causeSubject)));
    expect(found).toHaveLength(count);
    if (count === 1) expect(found[0]).toMatchObject({ title: 'cause', consequences: [{ title: 'effect' }] });
  });
});
