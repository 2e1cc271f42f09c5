import { describe, expect, it } from 'vitest';
import { keyExchangeByIkev1, keyExchanges, modpGroupOf } from '../../../src/crypto/key-exchange/key-exchanges.js';
import { Effects } from '../../../src/engine/ikev1/effects.js';
import { withKnownGroup } from '../../../src/engine/ikev1/new-group.js';
import { out } from '../../../src/engine/ikev1/payloads.js';
import { beginTwoWay } from '../../../src/engine/ikev1/transaction.js';
import type { Attribute } from '../../../src/wire/ike/attribute.js';
import { PHASE1, PHASE2 } from '../../../src/wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { proposal } from '../../support/ike-settings.js';
import { Ikev1Pair, V1_ESP } from '../../support/ikev1-pair.js';

const asks = (number: number, group: number) => ({ kind: 'new-group', alias: { number, group } }) as const;

describe('new group mode', () => {
  it.each(['i', 'r'] as const)('begun by %s: both ends know the group by its number', (side) => {
    const pair = new Ikev1Pair().up().command(side, asks(40_000, 14)).run();
    for (const end of ['i', 'r'] as const) {
      expect(pair.all(end, 'group-agreed'), pair.trace()).toMatchObject([{ number: 40_000, group: 14 }]);
      expect([...pair.ends[end].table.values()].map((sa) => sa.kind === 'established' && sa.groups)).toEqual([new Map([[40_000, 14]])]);
    }
    expect(pair.timers).toEqual([]);
  });

  it('is what PFS may be asked for with', () => {
    const transform = { number: 1, id: 3, attributes: [{ type: PHASE2.GROUP_DESCRIPTION, value: 40_000 }] };
    expect(withKnownGroup(transform, new Map([[40_000, 14]])).attributes).toEqual([{ type: PHASE2.GROUP_DESCRIPTION, value: 14 }]);
    expect(withKnownGroup(transform, new Map([[40_001, 14]]))).toBe(transform);
    expect(withKnownGroup(transform, undefined)).toBe(transform);
  });

  it('survives loss, and a question that comes again is answered as before', () => {
    let n = 0;
    const retransmit = { first: 100, factor: 1.5, tries: 10 };
    let lossy = false;
    const pair = new Ikev1Pair({
      initiator: { retransmit },
      responder: { retransmit },
      network: (message) => (lossy && ++n % 2 === 0 ? [] : [{ message, delay: 1 }, ...(lossy ? [{ message, delay: 2 }] : [])]),
    }).up();
    lossy = true;
    pair.command('i', asks(50_000, 5)).run(20_000);
    expect(pair.all('i', 'group-agreed').length, pair.trace()).toBe(1);
    expect(pair.all('r', 'group-agreed').length).toBe(1);
  });

  it('a peer that does not do it, and says nothing, keeps its phase 1', () => {
    let deaf = false;
    const pair = new Ikev1Pair({ network: (message) => (deaf ? [] : [{ message, delay: 1 }]) }).up();
    deaf = true;
    pair.command('i', asks(40_000, 14)).run(60_000);
    expect(pair.last('i', 'group-refused')?.refusal).toMatchObject({ code: 'timeout', by: 'nobody' });
    expect(pair.all('i', 'ike-down')).toEqual([]);
    expect(pair.timers).toEqual([]);
  });

  it('more groups than anybody needs are refused', () => {
    const pair = new Ikev1Pair().up();
    for (let i = 0; i < 17; i++) pair.command('i', asks(40_000 + i, 2)).run();
    expect(pair.all('r', 'group-agreed').length).toBe(16);
    expect(pair.last('r', 'group-refused')?.refusal).toMatchObject({ code: 'group-refused', by: 'us' });
    expect(pair.last('i', 'group-refused')?.refusal).toMatchObject({ by: 'peer', notify: 'ATTRIBUTES-NOT-SUPPORTED' });
    pair.command('i', asks(40_003, 5)).run();
    expect(pair.last('r', 'group-agreed')).toMatchObject({ number: 40_003, group: 5 });
  });

  it.each([
    [asks(14, 14), /14 is not a number for a group of one's own/],
    [asks(70_000, 14), /70000 is not/],
    [asks(40_000, 19), /group 19 is not one of integers modulo a prime/],
  ])('what cannot be is said before anything is sent: %j', (command, text) => {
    const pair = new Ikev1Pair().up();
    expect(() => pair.command('i', command)).toThrow(text);
  });

  it('before phase 1 is through it has to wait', () => {
    const pair = new Ikev1Pair().command('i', { kind: 'initiate' }).command('i', asks(40_000, 14)).run();
    expect(pair.all('i', 'group-agreed')).toEqual([]);
    expect(pair.all('i', 'child-up').length).toBe(1);
  });

  it('with PFS by the number agreed on the child comes up', () => {
    const base = new Ikev1Pair();
    const child = (side: 'i' | 'r') =>
      ({ ...base.ends[side].settings.child, proposals: [proposal('ESP', `${V1_ESP} MODP_1536`)] }) as never;
    const pair = new Ikev1Pair({ initiator: { child: child('i') }, responder: { child: child('r') } })
      .up()
      .command('r', asks(33_000, 5))
      .run();
    pair.command('i', { kind: 'rekey-child', spiIn: pair.last('i', 'child-up')?.child.spiIn ?? 0 }).run();
    expect(pair.all('r', 'child-up').length, pair.trace()).toBe(2);
  });
});

describe('what a peer may name', () => {
  const prime = keyExchangeByIkev1(5)?.parameters?.().prime ?? new Uint8Array(0);
  const own = Uint8Array.from(prime, (byte, i) => (i === 100 ? byte ^ 2 : byte));
  const group = (number: number, type: number, p: Uint8Array | undefined, g: Uint8Array | undefined): readonly Attribute[] => [
    { type: PHASE1.GROUP_DESCRIPTION, value: number },
    { type: PHASE1.GROUP_TYPE, value: type },
    ...(p === undefined ? [] : [{ type: PHASE1.GROUP_PRIME, value: p }]),
    ...(g === undefined ? [] : [{ type: PHASE1.GROUP_GENERATOR_ONE, value: g }]),
  ];
  const two = Uint8Array.of(2);

  it.each([
    ['a prime of its own', [group(40_000, 1, own, two)], /the prime of 1536 bits with this generator is none of the well-known groups/],
    ['another generator', [group(40_000, 1, prime, Uint8Array.of(5))], /none of the well-known groups/],
    ["IANA's number", [group(5, 1, prime, two)], /5 is no number for a group of one's own/],
    ['a curve', [group(40_000, 2, prime, two)], /only groups of integers modulo a prime/],
    ['no prime', [group(40_000, 1, undefined, two)], /only groups of integers modulo a prime/],
    ['nothing', [], /the peer names no group/],
    ['a known one behind one of its own', [group(40_000, 1, own, two), group(40_001, 1, prime, two)], undefined],
  ])('%s', (_, transforms, text) => {
    const pair = new Ikev1Pair().up();
    const { table, env, registry } = pair.ends.i;
    const [sa] = table.values();
    if (sa?.kind !== 'established') throw new TypeError('phase 1 is not up');
    const fx = new Effects(pair.now, env, registry);
    const offer = {
      doi: 1,
      situation: 1,
      proposals: [
        {
          number: 1,
          protocol: 1,
          spi: new Uint8Array(0),
          transforms: transforms.map((attributes, i) => ({ number: i + 1, id: 1, attributes })),
        },
      ],
    };
    const what = { kind: 'new-group', identifier: 0, group: { number: 40_001, group: 5 } } as const;
    table.put(beginTwoWay(sa, what, EXCHANGE_V1['New Group Mode'], out.sa(offer), fx));
    for (const { bytes, path } of fx.result(undefined).send)
      pair.feed('r', { kind: 'message', message: { bytes, path: { ...path, local: path.remote, remote: path.local } } });
    pair.run();
    if (text === undefined) {
      expect(pair.last('r', 'group-agreed')).toMatchObject({ number: 40_001, group: 5 });
      expect(pair.last('i', 'group-agreed')).toMatchObject({ number: 40_001, group: 5 });
    } else {
      expect(pair.last('r', 'group-refused')?.refusal.text, pair.trace()).toMatch(text);
      expect(pair.last('i', 'group-refused')?.refusal).toMatchObject({ by: 'peer', notify: 'ATTRIBUTES-NOT-SUPPORTED' });
    }
  });
});

it('groups are known by prime and generator, with zeroes in front too', () => {
  for (const group of keyExchanges) {
    const known = group.parameters?.();
    if (known === undefined) continue;
    expect(modpGroupOf(known.prime, known.generator)).toBe(group);
    expect(modpGroupOf(Buffer.concat([Buffer.alloc(3), known.prime]), Buffer.concat([Buffer.alloc(1), known.generator]))).toBe(group);
    expect(modpGroupOf(known.prime, Uint8Array.of(5))).toBeUndefined();
    expect(modpGroupOf(known.prime.subarray(1), known.generator)).toBeUndefined();
  }
  expect(modpGroupOf(new Uint8Array(0), new Uint8Array(0))).toBeUndefined();
  expect(keyExchangeByIkev1(19)?.parameters).toBeUndefined();
});
