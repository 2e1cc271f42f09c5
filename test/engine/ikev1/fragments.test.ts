import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cutIntoFragments, Reassemblies } from '../../../src/engine/ikev1/fragments.js';
import { firstOf } from '../../../src/engine/ikev1/payloads.js';
import { decodeMessage } from '../../../src/wire/ike/message.js';
import { pskRemote } from '../../support/ike-settings.js';
import { Ikev1Pair, type Ikev1PairOptions } from '../../support/ikev1-pair.js';
import { seededBytes } from '../../support/seeded-random.js';

const header = { spiI: new Uint8Array(8), spiR: new Uint8Array(8), major: 1, minor: 0, exchangeType: 2, flags: 1, messageId: 0 };
const message = seededBytes(1)(1500);
const fragments = cutIntoFragments(message, header, 7, 576, false).map((bytes) => {
  const fragment = firstOf(decodeMessage(bytes).payloads, 'fragment-v1');
  if (fragment === undefined) throw new TypeError('no fragment');
  return { bytes, fragment };
});

describe('fragments of IKEv1 messages', () => {
  it('fit into packets, in clear', () => {
    expect(fragments.length).toBe(3);
    for (const { bytes } of fragments) expect(bytes.length + 32).toBeLessThanOrEqual(576);
    expect(fragments.map(({ fragment: { number, last } }) => [number, last])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  it.each([[[0, 1, 2]], [[2, 0, 1]], [[1, 1, 0, 2]]])('are put together in whatever order: %j', (order) => {
    const all = new Reassemblies();
    const whole = order.map((i) => all.add(1, (fragments[i] as (typeof fragments)[number]).fragment));
    expect(whole.slice(0, -1).every((one) => one === undefined)).toBe(true);
    expect(whole.at(-1)).toEqual(message);
    expect(all.size).toBe(0);
  });

  it('of another message take the place of those that never became whole', () => {
    const all = new Reassemblies();
    for (let id = 1; id < 100; id++) all.add(1, { id, number: 1, last: false, data: message });
    expect(all.size).toBe(1);
  });

  it('never grow beyond a message', () => {
    const all = new Reassemblies();
    for (let number = 1; number < 256; number++) all.add(1, { id: 1, number, last: false, data: message });
    expect(all.size).toBeLessThanOrEqual(1);
  });
});

describe('large messages', () => {
  const keys = [generateKeyPairSync('rsa', { modulusLength: 4096 }), generateKeyPairSync('rsa', { modulusLength: 4096 })] as const;
  const settings = (own: 0 | 1, fragmentSize: number) => ({
    fragmentSize,
    localAuth: { method: 'signature', key: keys[own].privateKey, certificates: [], raw: true } as const,
    remoteAuth: pskRemote('unused', { secrets: [], rawKeys: [keys[own === 0 ? 1 : 0].publicKey] }),
  });
  const up = (i: number, r: number, network?: Ikev1PairOptions['network']) =>
    new Ikev1Pair({
      initiator: { ...settings(0, i), retransmit: { first: 100, factor: 1.5, tries: 12 } },
      responder: settings(1, r),
      ...(network === undefined ? {} : { network }),
    });

  it('go in fragments between two that have them', () => {
    const pair = up(576, 576).up();
    expect(pair.all('i', 'child-up').length, pair.trace()).toBe(1);
    expect(pair.all('i', 'sent').some(({ fragments: count }) => count > 1)).toBe(true);
    expect(pair.ends.r.reassemblies.size).toBe(0);
  });

  it('go whole to one that has none', () => {
    const pair = up(576, 0).up();
    expect(pair.all('i', 'child-up').length, pair.trace()).toBe(1);
    expect(pair.all('i', 'sent').every(({ fragments: count }) => count === 1)).toBe(true);
  });

  it.each([1, 2, 3, 4])('survive the loss of fragments (seed %i)', (seed) => {
    const draw = seededBytes(seed);
    const pair = up(576, 576, (one) => ((draw(1)[0] ?? 0) < 50 ? [] : [{ message: one, delay: 1 }]));
    pair.command('i', { kind: 'initiate' }).run(60_000);
    expect(pair.all('i', 'child-up').length, pair.trace()).toBe(1);
  });
});
