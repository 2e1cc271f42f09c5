import { describe, expect, it } from 'vitest';
import { xfrmCounters } from '../../src/checks/shared/xfrm-counters.js';
import { check } from '../../src/checks/xfrm-stat.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases, expectForm, factsOf } from '../support/check-cases.js';
import { healthyHost } from '../support/healthy-host.js';

const stat = (text: string) => healthyHost({ files: { '/proc/net/xfrm_stat': text } });

checkCases(check, [
  { name: 'all zero', host: healthyHost(), status: 'pass' },
  {
    name: 'a few since the start',
    host: stat('XfrmInNoStates \t40\nXfrmInStateProtoError \t3\n'),
    status: ['pass', 'pass'],
    says: [/rekey or restart/],
  },
  {
    name: 'many since the start',
    host: stat('XfrmInStateProtoError \t50000\n'),
    status: 'warn',
    codes: ['host/xfrm-stat'],
    says: [/ICV is wrong/],
  },
  {
    name: 'a counter of tomorrow',
    host: stat('XfrmInMoonPhase \t5000\n'),
    status: 'warn',
    codes: ['host/xfrm-stat'],
    says: [/newer than the table/],
  },
  { name: 'no statistics in this kernel', host: new FakeHost(), status: 'unknown' },
]);

describe('what rose between two looks', () => {
  const change = async (before: string, after: string) => {
    const facts = await Promise.all([before, after].map((text) => check.facts(factsOf({ host: stat(text) }))));
    const lines = check.judgeChange?.(facts[0] as never, facts[1] as never, 10) ?? [];
    expectForm(check, lines);
    return lines.map(({ status, label, detail }) => `${status} ${label} ${detail.split(':')[0]}`);
  };

  it.each([
    ['nothing', 'XfrmInNoStates 9000\n', 'XfrmInNoStates 9000\n', ['pass xfrm_stat no counter rose in 10 s']],
    ['what happens now and then', 'XfrmOutNoStates 1\n', 'XfrmOutNoStates 4\n', ['warn XfrmOutNoStates +3 in 10 s']],
    ['what never happens in health', 'XfrmInStateProtoError 0\n', 'XfrmInStateProtoError 12\n', ['fail XfrmInStateProtoError +12 in 10 s']],
    ['one that was not there before', '', 'XfrmInNoPols 2\n', ['fail XfrmInNoPols +2 in 10 s']],
  ])('%s', async (_, before, after, lines) => {
    expect(await change(before, after)).toEqual(lines);
  });
});

describe('the table of counters', () => {
  it.each(Object.entries(xfrmCounters))('%s', (name, { meaning, cause, fix }) => {
    expect(name).toMatch(/^Xfrm(In|Out|Fwd|Acquire)/);
    for (const text of [meaning, fix]) expect(text.length).toBeGreaterThan(10);
    expect(cause).toMatch(/\.$/);
  });
});
