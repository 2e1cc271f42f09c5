import { describe, expect, it } from 'vitest';
import type { IkeSession } from '../../src/model/ike-session.js';
import { chooseSessions } from '../../src/report/session-choice.js';
import { INIT, session } from '../support/facts.js';

const of = (outcome: IkeSession['outcome'], id: number) => session(INIT, { outcome, id });
const ids = (sessions: readonly IkeSession[]) => sessions.map(({ id }) => id);

describe('chooseSessions', () => {
  it('leaves all when they are few', () => {
    const all = [of('established', 1), of('failed', 2)];
    expect(chooseSessions(all, 'IKE session', 2)).toEqual({ shown: all, rest: undefined });
  });

  it('takes the failed first, then the unfinished, in the order of the capture', () => {
    const all = [of('established', 1), of('incomplete', 2), of('established', 3), of('failed', 4), of('incomplete', 5)];
    const { shown, rest } = chooseSessions(all, 'IKE session', 3);
    expect(ids(shown)).toEqual([2, 4, 5]);
    expect(rest).toContain('2 more IKE sessions not drawn (2 established)');
    expect(rest).toMatch(/-v .*--host .*--json/);
  });

  it('says which are left out, and counts one as one', () => {
    const all = [of('failed', 1), of('failed', 2), of('established', 3)];
    expect(chooseSessions(all, 'IKE session', 1).rest).toContain('(1 failed, 1 established)');
    expect(chooseSessions(all, 'IKE session', 2).rest).toContain('1 more IKE session not drawn');
  });

  it('counts what a probe asked besides; what is nothing but questions, or few, is drawn', () => {
    const asked = (id: number) => session(INIT, { outcome: 'incomplete', id, question: true });
    const questions = [2, 3, 4, 5].map(asked);
    const { shown, rest } = chooseSessions([of('failed', 1), ...questions], 'OpenVPN session');
    expect([ids(shown), rest]).toEqual([[1], '4 more are only questions of vpndoctor, not drawn: -v draws all, --json has every one.']);
    expect(chooseSessions(questions, 'IKE session').shown).toEqual(questions);
    expect(chooseSessions([of('failed', 1), asked(2)], 'IKE session')).toMatchObject({ shown: [{ id: 1 }, { id: 2 }], rest: undefined });
    const both = chooseSessions([of('failed', 1), of('established', 9), ...questions], 'IKE session', 1);
    expect([ids(both.shown), both.rest]).toEqual([
      [1],
      expect.stringMatching(/^1 more IKE session not drawn .* 4 more are only questions/),
    ]);
  });

  it('draws fifty unless told otherwise', () => {
    const all = Array.from({ length: 1000 }, (_, i) => of('established', i));
    expect(chooseSessions(all, 'IKE session').shown).toHaveLength(50);
    expect(chooseSessions(all, 'IKE session').rest).toContain('950 more IKE sessions');
  });
});
