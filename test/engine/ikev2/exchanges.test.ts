import { describe, expect, it } from 'vitest';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import { childText, IkePair } from '../../support/ike-pair.js';
import { ESP, initiatorSettings, proposal, responderSettings, selector } from '../../support/ike-settings.js';

const PFS: readonly ReturnType<typeof proposal>[] = [proposal('ESP', `${ESP} CURVE25519`)];

function child(change: Partial<ChildSettings> = {}): ChildSettings {
  return { ...(initiatorSettings().child as ChildSettings), ...change };
}

function upPair(): IkePair {
  return new IkePair({ initiator: initiatorSettings(), responder: responderSettings() }).up();
}

/** Every CHILD_SA that is up at both ends, with the same keys; how many. */
function expectSameChildren(pair: IkePair): number {
  const standing = (side: 'i' | 'r') => {
    const down = new Set(pair.all(side, 'child-down').map(({ spiIn }) => spiIn));
    return pair.all(side, 'child-up').flatMap(({ child: one }) => (down.has(one.spiIn) ? [] : [one]));
  };
  const [own, theirs] = [standing('i'), standing('r')];
  const texts = (list: typeof own, inbound: boolean) => list.map((one) => childText(one, inbound)).sort();
  expect(texts(own, true), pair.trace()).toEqual(texts(theirs, false));
  expect(texts(own, false), pair.trace()).toEqual(texts(theirs, true));
  return own.length;
}

const sides = ['i', 'r'] as const;

describe('an established IKE SA', () => {
  it.each(sides)('answers whether it is alive, asked by %s', (side) => {
    const pair = upPair();
    pair.command(side, { kind: 'liveness' });
    pair.run();
    expect(pair.last(side, 'liveness')).toMatchObject({ alive: true, milliseconds: 2 });
  });

  it.each(sides)('makes a further CHILD_SA for %s', (side) => {
    const pair = upPair();
    const settings =
      side === 'i' ? child() : child({ localSelectors: [selector('10.2.5.0/24')], remoteSelectors: [selector('10.1.0.0/16')] });
    pair.command(side, { kind: 'create-child', child: settings });
    pair.run();
    expect(expectSameChildren(pair)).toBe(2);
  });

  it.each(sides)('rekeys its CHILD_SA for %s and deletes the old one', (side) => {
    const pair = upPair();
    const old = pair.last(side, 'child-up')?.child.spiIn ?? 0;
    pair.command(side, { kind: 'rekey-child', spiIn: old });
    pair.run();
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.last(side, 'child-up')?.replaces).toBe(old);
    expect(pair.all(side, 'child-down').map(({ spiIn }) => spiIn)).toEqual([old]);
    expect(pair.timers).toEqual([]);
  });

  it('rekeys its CHILD_SA with PFS', () => {
    const settings = { proposals: PFS };
    const pair = new IkePair({
      initiator: initiatorSettings({ child: child(settings) }),
      responder: responderSettings({ child: { ...(responderSettings().child as ChildSettings), ...settings } }),
    }).up();
    pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 });
    pair.run();
    expect(pair.last('r', 'child-up')?.child.pfsGroup).toBe(31);
    expect(expectSameChildren(pair)).toBe(1);
  });

  it('says why when only one side wants PFS, and stays up', () => {
    const pair = new IkePair({
      initiator: initiatorSettings({ child: child({ proposals: PFS }) }),
      responder: responderSettings(),
    }).up();
    pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 });
    pair.run();
    expect(pair.last('i', 'child-refused')).toMatchObject({ rekey: true, refusal: { code: 'no-proposal-chosen', by: 'peer' } });
    expect(pair.last('r', 'child-refused')?.refusal.text).toContain('CURVE25519');
    expect(expectSameChildren(pair)).toBe(1);
  });

  it.each(sides)('is rekeyed by %s: its child moves', (side) => {
    const pair = upPair();
    pair.command(side, { kind: 'rekey-ike' });
    pair.run();
    for (const one of sides) {
      expect(pair.all(one, 'ike-rekeyed').length, pair.trace()).toBe(1);
      expect(pair.ends[one].table.size).toBe(1);
      expect(pair.all(one, 'child-down')).toEqual([]);
    }
    pair.command(side, { kind: 'rekey-child', spiIn: pair.last(side, 'child-up')?.child.spiIn ?? 0 });
    pair.run();
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.timers).toEqual([]);
  });

  it.each(sides)('is deleted by %s with all that belongs to it', (side) => {
    const pair = upPair();
    pair.command(side, { kind: 'delete-ike' });
    pair.run();
    for (const one of sides) {
      expect(pair.last(one, 'ike-down')?.by).toBe(one === side ? 'us' : 'peer');
      expect(pair.all(one, 'child-down').length).toBe(1);
      expect(pair.ends[one].table.size).toBe(0);
      expect(pair.ends[one].registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
    }
    expect(pair.timers).toEqual([]);
  });

  it.each(sides)('loses one CHILD_SA that %s deletes', (side) => {
    const pair = upPair();
    pair.command(side, { kind: 'delete-child', spiIn: pair.last(side, 'child-up')?.child.spiIn ?? 0 });
    pair.run();
    expect(expectSameChildren(pair)).toBe(0);
    expect(pair.ends[side].table.size).toBe(1);
  });
});

describe('collisions', () => {
  /** Both act before either hears of the other. */
  function collide(act: (pair: IkePair, side: 'i' | 'r') => void, seed: number): IkePair {
    const pair = new IkePair({ initiator: initiatorSettings(), responder: responderSettings(), seed }).up();
    act(pair, 'i');
    act(pair, 'r');
    return pair.run(20_000);
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of two rekeyings of one CHILD_SA leave one (seed %i)', (seed) => {
    const pair = collide(
      (one, side) => one.command(side, { kind: 'rekey-child', spiIn: one.last(side, 'child-up')?.child.spiIn ?? 0 }),
      seed,
    );
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.timers).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of two rekeyings of the IKE SA leave one with the child (seed %i)', (seed) => {
    const pair = collide((one, side) => one.command(side, { kind: 'rekey-ike' }), seed);
    for (const side of sides) {
      expect(pair.ends[side].table.size, pair.trace()).toBe(1);
      expect([...pair.ends[side].table.values()].map(({ kind }) => kind)).toEqual(['established']);
    }
    expect(expectSameChildren(pair)).toBe(1);
    pair.command('i', { kind: 'liveness' });
    pair.run();
    expect(pair.last('i', 'liveness')?.alive).toBe(true);
    expect(pair.timers).toEqual([]);
  });

  it('of a rekeying of the IKE SA and one of its CHILD_SA end with both done', () => {
    const pair = upPair();
    pair.command('i', { kind: 'rekey-ike' });
    pair.command('r', { kind: 'rekey-child', spiIn: pair.last('r', 'child-up')?.child.spiIn ?? 0 });
    pair.run(20_000);
    expect(expectSameChildren(pair)).toBe(1);
    expect(pair.all('r', 'child-up').length, pair.trace()).toBe(2);
    expect(pair.all('i', 'ike-rekeyed').length, pair.trace()).toBe(1);
    expect(pair.timers).toEqual([]);
  });

  it('of two deletions of the CHILD_SA leave none', () => {
    const pair = collide(
      (one, side) => one.command(side, { kind: 'delete-child', spiIn: one.last(side, 'child-up')?.child.spiIn ?? 0 }),
      1,
    );
    expect(expectSameChildren(pair)).toBe(0);
    expect(pair.ends.i.registry.size).toEqual({ timers: 0, childSpis: 0, leases: 0 });
  });

  it('of two deletions of the IKE SA leave none', () => {
    const pair = collide((one, side) => one.command(side, { kind: 'delete-ike' }), 1);
    for (const side of sides) expect(pair.ends[side].table.size).toBe(0);
    expect(pair.timers).toEqual([]);
  });

  it('of a rekeying and a deletion of the CHILD_SA end alike at both ends', () => {
    const pair = upPair();
    pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 });
    pair.command('r', { kind: 'delete-child', spiIn: pair.last('r', 'child-up')?.child.spiIn ?? 0 });
    pair.run(20_000);
    expectSameChildren(pair);
    expect(pair.timers).toEqual([]);
  });
});
