import { describe, expect, it } from 'vitest';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import { Ikev1Pair, type Ikev1PairOptions } from '../../support/ikev1-pair.js';

const sides = ['i', 'r'] as const;
const payloadsOf = (pair: Ikev1Pair, side: 'i' | 'r', exchange: string) =>
  pair.all(side, 'sent').flatMap((one) => (one.exchange === exchange ? one.payloads : []));

/** Seconds from the coming up of the first child until its initiator rekeys it. */
function rekeyedAfter(options: Ikev1PairOptions): number {
  const pair = new Ikev1Pair(options).up().run(2_000_000);
  const [first, second] = pair.all('i', 'child-up');
  if (first === undefined || second === undefined) throw new TypeError(pair.trace());
  return (second.at - first.at) / 1000;
}

describe('lifetimes of phase 2', () => {
  it.each([
    ['ours, where the peer has none', 1000, 0, 800, 900],
    ['ours, where the peer has a longer one', 1000, 5000, 800, 900],
    ["the peer's, which it tells by RESPONDER-LIFETIME", 1000, 500, 400, 450],
  ] as const)('are %s', (_, i, r, least, most) => {
    const lifetimes = (child: number) => ({ lifetimes: { ike: 0, child } });
    // The responder does not rekey by itself within that time: only one end is looked at.
    const seconds = rekeyedAfter({ initiator: lifetimes(i), responder: lifetimes(r) });
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  it('are told by the responder only where its own is shorter', () => {
    const said = (i: number, r: number) => {
      const lifetimes = (child: number) => ({ lifetimes: { ike: 0, child } });
      const pair = new Ikev1Pair({ initiator: lifetimes(i), responder: lifetimes(r) }).up();
      return payloadsOf(pair, 'r', 'Quick Mode').includes('N(RESPONDER-LIFETIME)');
    };
    expect([said(1000, 500), said(500, 1000), said(500, 500), said(500, 0)]).toEqual([true, false, false, false]);
    // 28800 s are what an initiator proposes that does not rekey.
    expect([said(0, 3600), said(0, 86_400)]).toEqual([true, false]);
  });

  it('in kilobytes are offered, and the responder has the shorter one', () => {
    const base = new Ikev1Pair();
    const child = (side: 'i' | 'r', kilobytes: number) => ({ ...(base.ends[side].settings.child as ChildSettings), kilobytes });
    const pair = new Ikev1Pair({ initiator: { child: child('i', 5000) }, responder: { child: child('r', 9000) } }).up();
    for (const side of sides) expect(pair.last(side, 'child-up')?.child.kilobytes).toBe(5000);
    expect(payloadsOf(pair, 'r', 'Quick Mode')).not.toContain('N(RESPONDER-LIFETIME)');
  });
});

describe('the lifetime of phase 1', () => {
  it('is shortened by a responder with a shorter one', () => {
    const pair = new Ikev1Pair({
      initiator: { lifetimes: { ike: 1000, child: 0 } },
      responder: { lifetimes: { ike: 200, child: 0 } },
    }).up();
    expect(payloadsOf(pair, 'r', 'Informational')).toContain('N(RESPONDER-LIFETIME)');
    const up = pair.last('i', 'ike-up')?.at ?? 0;
    pair.run(185_000);
    const [rekeyed] = pair.all('i', 'ike-rekeyed');
    expect(rekeyed?.at, pair.trace()).toBeGreaterThanOrEqual(up + 160_000);
    expect(rekeyed?.at).toBeLessThanOrEqual(up + 181_000);
  });

  it('is not told where the initiator proposed a shorter one', () => {
    const pair = new Ikev1Pair({ initiator: { lifetimes: { ike: 100, child: 0 } }, responder: { lifetimes: { ike: 200, child: 0 } } }).up();
    expect(payloadsOf(pair, 'r', 'Informational')).toEqual([]);
  });
});
