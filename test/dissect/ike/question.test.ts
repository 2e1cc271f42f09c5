import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { diagnose } from '../../../src/rules/diagnose.js';
import { questionMark } from '../../../src/wire/ike/question-mark.js';
import { capture } from '../../support/facts.js';
import { I, init, initError, lastAt, mm2, mm5, N, NONE, playOne, R, refusalV1, type Sent, saV1, send, v1, vendor } from './script.js';

const mark = vendor(toHex(questionMark()));
const question = v1({ spiR: NONE }, [saV1(), mark]);
const silent: readonly Sent[] = [0, 2, 6, 14, 30].map((at) => send(question, at));

describe('a session that only asks', () => {
  it.each<[string, readonly Sent[]]>([
    ['answered', [send(question, 0), send(mm2(), 0.1, R, I)]],
    ['refused', [send(question, 0), send(refusalV1(), 0.1, R, I)]],
    ['ended by who asked', [send(question, 0), send(mm2(), 0.1, R, I), send(refusalV1(), 0.2)]],
    ['not answered', silent],
    ['of IKEv2, refused', [send(init(14, [{ ...mark, type: 43 } as never]), 0), send(initError(N.NO_PROPOSAL_CHOSEN), 0.1, R, I)]],
  ])('%s: it has not failed, and nothing is wrong with it', (_, script) => {
    const session = playOne(script, lastAt(60));
    expect(session).toMatchObject({ question: true, outcome: 'incomplete', stoppedAt: 'only a question of vpndoctor' });
    expect(diagnose(capture({ sessions: [session] })).findings).toEqual([]);
  });

  it('who goes on in spite of the mark is no question', () => {
    const script = [send(question, 0), send(mm2(), 0.1, R, I), send(mm5(), 0.2)];
    expect(playOne(script, lastAt(60)).question).toBeUndefined();
  });

  it('the same without the mark has failed', () => {
    const script = [send(v1({ spiR: NONE }, [saV1()]), 0), send(refusalV1(), 0.1, R, I)];
    const session = playOne(script, lastAt(60));
    expect(session.outcome).toBe('failed');
    expect(diagnose(capture({ sessions: [session] })).findings.map(({ code }) => code)).toContain('ike/no-proposal-chosen');
  });
});
