import { describe, expect, it } from 'vitest';
import type { IkeMessageFacts } from '../../../src/model/ike-session.js';
import {
  copiesOf,
  distinctMessages,
  hasKeys,
  lengthOf,
  phase1Auth,
  recovered,
  trailingSilence,
} from '../../../src/rules/shared/handshake.js';
import { peersOf } from '../../../src/rules/shared/peers.js';
import { again, capture, INIT, MAIN, MAIN_TO_4, type Row, session, UP } from '../../support/facts.js';

const request: Row = { from: 'i', t: 0, x: 'INIT' };

describe('trailingSilence', () => {
  it('finds the first of the last row from one side', () => {
    const silence = trailingSilence(capture(), session([...MAIN_TO_4, { from: 'i', t: 1, x: 'MAIN' }, { from: 'i', t: 2, x: 'INFO' }]));
    expect(silence?.message.frame).toBe(5);
    expect(silence?.waited).toBe(59);
  });

  it('takes no repetition of the other side for an answer', () => {
    const five: Row = { from: 'i', t: 1, x: 'MAIN' };
    const silence = trailingSilence(
      capture(),
      session([...MAIN_TO_4, five, { ...(MAIN_TO_4[3] as Row), t: 2, retransmissionOf: 4 }, ...again(five, 5, 5)]),
    );
    expect(silence?.copies.map(({ frame }) => frame)).toEqual([5, 7]);
    expect(silence?.intervals).toEqual([4]);
  });

  it('waits ten seconds for the only copy, and a moment for the second', () => {
    expect(trailingSilence(capture({}, 9), session([request]))).toBeUndefined();
    expect(trailingSilence(capture({}, 10), session([request]))).toBeDefined();
    expect(trailingSilence(capture({}, 1), session([request, ...again(request, 1, 0.5)]))).toBeDefined();
    expect(trailingSilence(capture({}, 0.2), session([request, ...again(request, 1, 0.1)]))).toBeUndefined();
  });
});

describe('messages', () => {
  it('leaves out copies and all fragments but the one that completes', () => {
    const fragment = (number: number): Row => ({ from: 'i', t: 0.2, x: 'AUTH', length: 600, fragment: { kind: 'skf', number, total: 2 } });
    const whole = { frames: [3, 4], length: 1200 };
    const of = session([
      ...INIT,
      fragment(1),
      { ...fragment(2), whole },
      ...again(fragment(1), 3, 4),
      ...again({ ...fragment(2), whole }, 4, 4),
    ]);
    expect(distinctMessages(of).map(({ frame }) => frame)).toEqual([1, 2, 4]);
    expect(copiesOf(of, of.messages[3] as IkeMessageFacts).map(({ frame }) => frame)).toEqual([4, 6]);
    expect(lengthOf(of.messages[3] as IkeMessageFacts)).toBe(1200);
  });

  it('counts what the capture saw twice once', () => {
    const of = session([request, { ...request, t: 0.001, retransmissionOf: 1, duplicate: true }]);
    expect(copiesOf(of, of.messages[0] as IkeMessageFacts)).toHaveLength(1);
  });

  it('knows where keys begin and which messages of Main Mode authenticate', () => {
    expect(hasKeys(session(INIT))).toBe(true);
    expect(hasKeys(session(MAIN_TO_4.slice(0, 3)))).toBe(false);
    expect(phase1Auth(session(MAIN), true)?.frame).toBe(5);
    expect(phase1Auth(session(MAIN), false)?.frame).toBe(6);
  });
});

describe('recovered', () => {
  it('is so when a session that began then or later came up', () => {
    const failed = session([{ ...request, t: 10 }]);
    const up = (t: number) =>
      session(
        UP.map((row) => ({ ...row, t: row.t + t })),
        { outcome: 'established' },
      );
    const peersWith = (t: number) => {
      const [peers] = peersOf(capture({ sessions: [failed, up(t)] }));
      return peers === undefined ? undefined : recovered(peers, failed);
    };
    expect(peersWith(20)).toBe(true);
    expect(peersWith(0)).toBe(false);
  });
});
