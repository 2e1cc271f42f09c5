import { describe, expect, it } from 'vitest';
import { otherDirection, peersOf, subjectOf } from '../../../src/rules/shared/peers.js';
import { back, capture, I, icmp, R, SUBJECT, sa, session, UP } from '../../support/facts.js';

describe('peersOf', () => {
  it('puts everything about two addresses together, whoever sent it', () => {
    const facts = capture({
      sessions: [session(UP), session(UP, { i: R, r: I }), session(UP, { r: '198.51.100.7' })],
      sas: [sa(), back()],
      icmpErrors: [icmp(3, 3, 1, { reporter: '198.51.100.9' })],
      keepalives: [{ src: R, dst: I, count: 1, longestGap: 1 }],
      incompleteDatagrams: [{ frame: 1, src: R, dst: I, protocol: 50, haveFirst: true, fragments: 1 }],
    });
    const [first, second, ...rest] = peersOf(facts);
    expect(first?.subject).toBe(SUBJECT);
    expect(
      [first?.sessions, first?.sas, first?.icmpErrors, first?.keepalives, first?.incompleteDatagrams].map((list) => list?.length),
    ).toEqual([2, 2, 1, 1, 1]);
    expect(second?.subject).toBe(subjectOf(I, '198.51.100.7'));
    expect(rest).toEqual([]);
    expect(peersOf(facts)).toBe(peersOf(facts));
  });

  it('finds the other direction of a tunnel', () => {
    const [there, here] = [sa({ pairSpi: '0xbbbb0002' }), back({ pairSpi: '0xaaaa0001' })];
    const [peers] = peersOf(capture({ sas: [there, here, sa({ spi: '0xcccc0003' })] }));
    if (peers === undefined) throw new TypeError('no peers');
    expect(otherDirection(peers, there)).toBe(here);
    expect(otherDirection(peers, here)).toBe(there);
    expect(otherDirection(peers, sa())).toBeUndefined();
  });
});
