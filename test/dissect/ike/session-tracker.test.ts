import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex } from '../../../src/bytes/hex.js';
import { natHash } from '../../../src/dissect/ike/nat-d.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { V1 } from '../../../src/wire/ike/tables/payload-types.js';
import {
  auth,
  authReply,
  fragment,
  I,
  I4500,
  informational,
  informationalV1,
  init,
  initReply,
  mainMode,
  mm1,
  mm3,
  mm4,
  N,
  NONE,
  natD,
  notify,
  opened,
  play,
  playOne,
  quick,
  R,
  R4500,
  SPI_I,
  SPI_R,
  sealed,
  send,
  v1,
  v2,
  vendor,
} from './script.js';

const natPair = (spiR: string, from: Required<typeof I>, to: Required<typeof I>) => [
  notify(N.NAT_DETECTION_SOURCE_IP, natHash('sha1', fromHex(SPI_I), fromHex(spiR), from)),
  notify(N.NAT_DETECTION_DESTINATION_IP, natHash('sha1', fromHex(SPI_I), fromHex(spiR), to)),
];
const from = I as Required<typeof I>;
const to = R as Required<typeof I>;

describe('IkeTracker: facts of IKEv2', () => {
  const supports = [notify(N.IKEV2_FRAGMENTATION_SUPPORTED), notify(N.REDIRECT_SUPPORTED)];
  const session = playOne([
    send(init(14, [...supports, ...natPair(NONE, from, to)]), 0),
    send(initReply([...supports, ...natPair(SPI_R, to, from)]), 0.02, R, I),
    send(auth(), 1, I4500, R4500),
    send(auth(), 3, I4500, R4500),
    send(authReply(), 3.05, R4500, I4500),
    send(informational(2), 9, I4500, R4500),
    send(informational(2, { response: true }), 9.1, R4500, I4500),
    send(informational(3), 19, I4500, R4500),
  ]);

  it('who, when, what', () => {
    expect(session).toMatchObject({
      id: 1,
      protocol: 'ikev2',
      spiI: `0x${SPI_I}`,
      spiR: `0x${SPI_R}`,
      initiator: I,
      responder: R,
      firstTime: { sec: 1000, nsec: 0 },
      lastTime: { sec: 1019 },
      startsMidway: false,
      outcome: 'established',
      lastAnswered: 7,
      messagesDropped: 0,
    });
  });

  it('offer, choice, groups', () => {
    expect(session.offered).toHaveLength(1);
    expect(session.chosen?.transforms.map(({ name }) => name)).toEqual([
      'AES_CBC_128',
      'PRF_HMAC_SHA2_256',
      'AUTH_HMAC_SHA2_256_128',
      'MODP_2048',
    ]);
    expect(session.keGroups).toEqual([{ frame: 1, group: 14, name: 'MODP_2048' }]);
    expect(session.fragmentation).toEqual({ initiator: true, responder: true });
  });

  it('NAT', () =>
    expect(session.nat).toMatchObject({ checked: true, initiator: 'none', responder: 'none', floated: true, method: 'RFC 7296' }));

  it('messages in order, copies marked', () => {
    expect(
      session.messages.map(({ frame, retransmissionOf, response, encrypted, payloads }) => [
        frame,
        retransmissionOf,
        response,
        encrypted,
        payloads.length > 0,
      ]),
    ).toEqual([
      [1, undefined, false, false, true],
      [2, undefined, true, false, true],
      [3, undefined, false, true, true],
      [4, 3, false, true, true],
      [5, undefined, true, true, true],
      [6, undefined, false, true, true],
      [7, undefined, true, true, true],
      [8, undefined, false, true, true],
    ]);
    expect(session.messages[0]?.payloads.slice(0, 2)).toEqual(['N(IKEV2_FRAGMENTATION_SUPPORTED)', 'N(REDIRECT_SUPPORTED)']);
    expect(session.messages[2]).toMatchObject({
      exchange: 'IKE_AUTH',
      messageId: 1,
      encapsulation: 'udp',
      decrypted: false,
      payloads: ['SK'],
    });
  });

  it('exchanges with their round trips and copies', () => {
    expect(
      session.exchanges.map(({ exchange, answered, retransmissions, frames }) => [exchange, answered, retransmissions, frames]),
    ).toEqual([
      ['IKE_SA_INIT', true, 0, [1, 2]],
      ['IKE_AUTH', true, 1, [3, 5]],
      ['INFORMATIONAL', true, 0, [6, 7]],
      ['INFORMATIONAL', false, 0, [8]],
    ]);
    expect(session.exchanges[0]?.roundTrip).toBeCloseTo(0.02);
    expect(session.exchanges[1]?.roundTrip).toBeCloseTo(2.05);
    expect(session.exchanges[1]?.retransmitIntervals).toEqual([2]);
  });

  it('empty INFORMATIONAL requests are liveness checks', () =>
    expect(session.liveness).toEqual({ probes: 2, answered: 1, unansweredFrames: [8] }));

  it('a hidden child', () =>
    expect(session.children).toMatchObject([{ frame: 3, protocol: 'hidden', outcome: 'hidden', answerFrame: 5, copies: 2 }]));
});

describe('IkeTracker: CREATE_CHILD_SA nobody can read', () => {
  const create = (id: number, length: number, response = false) => sealed({ exchange: EXCHANGE.CREATE_CHILD_SA, id, response }, length);
  const up = [...opened, send(auth(), 1), send(authReply(), 1.1, R, I)];

  it('a short reply refuses, and a retry at once is told', () => {
    const { children } = playOne([
      ...up,
      send(create(2, 300), 10),
      send(create(2, 80, true), 10.1, R, I),
      send(create(3, 330), 10.2),
      send(create(3, 300, true), 10.3, R, I),
    ]);
    expect(children.map(({ outcome, retriedIn }) => [outcome, retriedIn])).toEqual([
      ['hidden', undefined],
      ['refused', 7],
      ['hidden', undefined],
    ]);
  });

  it('a new IKE SA without a beginning is joined to the old one', () => {
    const next = { spiI: 'cccccccccccccccc', spiR: 'dddddddddddddddd' };
    const { sessions } = play([
      ...up,
      send(create(2, 400), 10),
      send(create(2, 350, true), 10.1, R, I),
      send(informational(0, next), 20),
      send(informational(0, { ...next, response: true }), 20.1, R, I),
    ]);
    expect(sessions[0]?.rekeyedTo).toEqual({ spiI: '0xcccccccccccccccc', spiR: '0xdddddddddddddddd', certain: false });
    expect(sessions[1]).toMatchObject({ rekeyOf: { spiI: `0x${SPI_I}`, spiR: `0x${SPI_R}`, certain: false }, outcome: 'established' });
  });

  it('is not joined when the ids go on from somewhere, or nothing was replaced', () => {
    const next = { spiI: 'cccccccccccccccc', spiR: 'dddddddddddddddd' };
    const late = play([...up, send(create(2, 400), 10), send(create(2, 350, true), 10.1, R, I), send(informational(7, next), 20)]);
    expect(late.sessions[1]?.rekeyOf).toBeUndefined();
    expect(play([...up, send(informational(0, next), 20)]).sessions[1]?.rekeyOf).toBeUndefined();
  });
});

describe('IkeTracker: fragments', () => {
  const piece = (n: number, total = 3) => fragment({ exchange: EXCHANGE.IKE_AUTH, id: 1 }, n, total);

  it('SKF without keys: counted, whole or not', () => {
    const { sessions, observed } = play([...opened, send(piece(1), 1), send(piece(3), 1.01), send(piece(2), 1.02)]);
    expect(observed.map(({ facts }) => facts?.fragment)).toEqual([
      undefined,
      undefined,
      { kind: 'skf', number: 1, total: 3 },
      { kind: 'skf', number: 3, total: 3 },
      { kind: 'skf', number: 2, total: 3 },
    ]);
    expect(observed[4]?.facts?.whole).toEqual({ frames: [3, 5, 4], length: 1500 });
    expect(sessions[0]?.exchanges[1]).toMatchObject({ frames: [5], retransmissions: 0 });
    expect(sessions[0]?.incompleteFragments).toBeUndefined();
  });

  it('SKF with one missing', () =>
    expect(playOne([...opened, send(piece(1), 1), send(piece(2), 1.1)]).incompleteFragments).toEqual([
      { frame: 3, kind: 'skf', messageId: 1, fromInitiator: true, have: 2, total: 3 },
    ]));

  it('IKEv1: the message is put together and observed as what it is', () => {
    const whole = mm3([vendor('afcad71368a1f1c96b8696fc77570100')]);
    const cut = (n: number, last: boolean) =>
      v1({}, [
        {
          kind: 'fragment-v1',
          type: V1.FRAG,
          value: { id: 7, number: n, last, data: whole.subarray((n - 1) * 100, last ? undefined : n * 100) },
        },
      ]);
    const { sessions, observed } = play([...mainMode(2), send(cut(1, false), 1), send(cut(2, true), 1.01)]);
    expect(observed[2]?.whole).toBeUndefined();
    expect(observed[3]?.whole?.payloads.map(({ name }) => name)).toEqual(['KE', 'VID']);
    expect(observed[3]?.facts).toMatchObject({ payloads: ['FRAG', 'KE', 'VID'], fragment: { kind: 'cisco', number: 2, total: 2 } });
    expect(sessions[0]?.vendorIds.initiator.join()).toContain('Dead Peer Detection');
    expect(sessions[0]?.stop).toMatchObject({ messageNumber: 3, ikeFragments: 2 });
  });

  it('IKEv1: fragments of a Microsoft peer are named so, and a fragment within fragments goes no deeper', () => {
    const inner = v1({}, [{ kind: 'fragment-v1', type: V1.FRAG, value: { id: 1, number: 1, last: true, data: mm1() } }]);
    const outer = v1({}, [{ kind: 'fragment-v1', type: V1.FRAG, value: { id: 2, number: 1, last: true, data: inner } }]);
    const windows = v1({ spiR: NONE }, [vendor('1e2b516905991c7d7c96fcbfb587e46100000009')]);
    const { observed } = play([send(windows, 0), send(outer, 1)]);
    expect(observed[1]?.facts?.fragment).toMatchObject({ kind: 'microsoft' });
    expect(observed[1]?.whole).toBeUndefined();
  });
});

describe('IkeTracker: facts of IKEv1', () => {
  const md5 = (end: Required<typeof I>) => natD(natHash('md5', fromHex(SPI_I), fromHex(SPI_R), end));
  const script = mainMode(6).map((sent, i) =>
    i === 2 ? { ...sent, bytes: mm3([md5(to), md5(from)]) } : i === 3 ? { ...sent, bytes: mm4([md5(from), md5(to)]) } : sent,
  );
  const session = playOne([...script, send(quick(1), 1), send(quick(2), 1.1, R, I), send(quick(3), 1.2), send(informationalV1(9), 5)]);

  it('mode, choice, lifetime, methods', () => {
    expect(session).toMatchObject({
      protocol: 'ikev1',
      mode: 'Main',
      lifetimes: ['3600 s'],
      authMethods: { initiator: 'PSK', responder: 'PSK' },
    });
    expect(session.chosen?.transforms.map(({ name }) => name)).toEqual(['3DES_CBC', 'MD5', 'PSK', 'MODP_1024', '3600 s']);
    expect(session.keGroups).toEqual([{ frame: 3, group: 2, name: 'MODP_1024' }]);
  });

  it('NAT-D with the hash negotiated: the first payload is the destination’s', () =>
    expect(session.nat).toMatchObject({ initiator: 'none', responder: 'none', method: 'RFC 3947', floated: false }));

  it('exchanges', () =>
    expect(session.exchanges.map(({ exchange, frames, answered, oneWay }) => [exchange, frames.length, answered, oneWay])).toEqual([
      ['Identity Protection (Main Mode)', 6, true, undefined],
      ['Quick Mode', 3, true, undefined],
      ['Informational', 1, false, true],
    ]));

  it('replies as order tells', () =>
    expect(session.messages.map(({ response }) => response)).toEqual([false, true, false, true, false, true, false, true, false, false]));
});

describe('IkeTracker: bounds and hostile input', () => {
  it('keeps the first and the last messages of a long session', () => {
    const { messages, messagesDropped, exchanges } = playOne(
      Array.from({ length: 2000 }, (_, i) => send(informational(i, i % 2 === 0 ? {} : { response: true, fromInitiator: false }), i)),
    );
    expect([messages.length, messagesDropped, exchanges.length]).toEqual([512, 1488, 512]);
    expect([messages[0]?.frame, messages.at(-1)?.frame]).toEqual([1, 2000]);
  });

  it('bounds the messages of all sessions together', () => {
    const spi = (n: number) => n.toString(16).padStart(16, '0');
    const script = Array.from({ length: 400 }, (_, i) => send(v2({ spiI: spi(i % 40), spiR: NONE, id: i }, [notify(N.COOKIE)]), i));
    const { sessions, tracker } = play(script, {}, { limits: { messages: 100 } });
    expect(sessions.reduce((sum, { messages }) => sum + messages.length, 0)).toBeLessThanOrEqual(100);
    expect(tracker.evicted).toBeGreaterThan(0);
  });

  it('a message of another major version has no session', () => {
    const bytes = init();
    bytes[17] = 0x30;
    const { observed, sessions } = play([send(bytes, 0)]);
    expect(sessions).toEqual([]);
    expect(observed[0]?.message.malformed?.field).toBe('major version');
  });

  const samples = [
    init(),
    initReply(),
    auth(),
    fragment({ exchange: EXCHANGE.IKE_AUTH, id: 1 }, 1, 2),
    mm1(),
    mm3(),
    quick(1),
    v1({ exchange: EXCHANGE_V1.Transaction }, []),
  ];

  it('cut at any length: only DecodeError, and only without a header', () => {
    for (const sample of samples) {
      for (let cut = 0; cut < sample.length; cut++) {
        if (cut >= 28) play([send(sample.subarray(0, cut), 0)]);
        else expect(() => play([send(sample.subarray(0, cut), 0)])).toThrow(DecodeError);
      }
    }
  });

  it('random changes of random messages in random order', () => {
    const change = fc.record({
      sample: fc.constantFrom(...samples),
      changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      reversed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (steps) => {
        const script = steps.map(({ sample, changes, reversed }, i) => {
          const bytes = sample.slice();
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          return reversed ? send(bytes, i, R, I) : send(bytes, i);
        });
        for (const { messages, outcome } of play(script).sessions) {
          expect(messages.length).toBeGreaterThan(0);
          expect(['established', 'failed', 'incomplete']).toContain(outcome);
        }
      }),
      { numRuns: 300 },
    );
  });
});
