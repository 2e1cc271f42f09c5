import { describe, expect, it } from 'vitest';
import type { Ikev1Settings } from '../../../src/engine/ikev1/settings.js';
import type { Message } from '../../../src/engine/step.js';
import { FLAG_V1_COMMIT } from '../../../src/wire/ike/header.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { Ikev1Pair } from '../../support/ikev1-pair.js';

const responder: Partial<Ikev1Settings> = { commitBit: true };
const QUICK = EXCHANGE_V1['Quick Mode'];

/** The place of a message among those of quick mode, from 1 on. */
function quickCounter(): (message: Message) => number | undefined {
  const seen: string[] = [];
  return (message) => {
    if (decodeMessage(message.bytes).header.exchangeType !== QUICK) return undefined;
    const text = Buffer.from(message.bytes).toString('hex');
    if (!seen.includes(text)) seen.push(text);
    return seen.indexOf(text) + 1;
  };
}

describe('the commit bit', () => {
  it('has the initiator wait for CONNECTED before it uses its SAs', () => {
    const pair = new Ikev1Pair({ responder }).up();
    const quick = pair.wire.filter(({ message }) => decodeMessage(message.bytes).header.exchangeType === QUICK);
    const bits = quick.map(({ from, message }) => `${from} ${decodeMessage(message.bytes).header.flags & FLAG_V1_COMMIT}`);
    expect(bits).toEqual(['i 0', 'r 2', 'i 0', 'r 0']);
    expect(pair.all('r', 'sent').at(-1)?.payloads).toEqual(['HASH', 'N(CONNECTED)']);
    const [i, r] = [pair.last('i', 'child-up'), pair.last('r', 'child-up')];
    expect(i?.at, pair.trace()).toBeGreaterThan(r?.at ?? 0);
    expect(pair.timers).toEqual([]);
  });

  it.each([1, 2, 3, 4])('comes through where message %i of quick mode is lost once', (lost) => {
    const placeOf = quickCounter();
    let dropped = false;
    const pair = new Ikev1Pair({
      responder,
      network: (message) => {
        if (dropped || placeOf(message) !== lost) return [{ message, delay: 1 }];
        dropped = true;
        return [];
      },
    }).up();
    pair.run(30_000);
    for (const side of ['i', 'r'] as const) expect(pair.all(side, 'child-up').length, pair.trace()).toBe(1);
    expect(pair.timers).toEqual([]);
    pair.command('i', { kind: 'delete-ike' }).run();
    for (const side of ['i', 'r'] as const) expect(pair.ends[side].registry.size.childSpis).toBe(0);
  });

  it('without CONNECTED there is no child, and the peer is told', () => {
    const placeOf = quickCounter();
    const pair = new Ikev1Pair({ responder, network: (message) => (placeOf(message) === 4 ? [] : [{ message, delay: 1 }]) }).up();
    pair.run(120_000);
    expect(pair.all('i', 'child-up')).toEqual([]);
    expect(pair.last('i', 'child-refused')?.refusal).toMatchObject({ code: 'timeout', text: expect.stringContaining('commit bit') });
    expect(pair.all('r', 'child-down').length, pair.trace()).toBe(1);
    for (const side of ['i', 'r'] as const) expect(pair.ends[side].registry.size.childSpis).toBe(0);
    expect(pair.timers).toEqual([]);
  });

  it('holds when a child is rekeyed: the old one stays until then', () => {
    const pair = new Ikev1Pair({ responder }).up();
    const old = pair.last('i', 'child-up')?.child.spiIn ?? 0;
    pair.command('i', { kind: 'rekey-child', spiIn: old }).run();
    expect(pair.last('i', 'child-up')?.replaces).toBe(old);
    const kinds = pair.happenings.i.map(({ kind }) => kind).filter((kind) => kind.startsWith('child'));
    expect(kinds).toEqual(['child-up', 'child-up', 'child-down']);
  });
});
