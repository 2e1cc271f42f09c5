import { describe, expect, it } from 'vitest';
import type { PacketEnd } from '../../../src/model/endpoint.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import {
  auth,
  authReply,
  I,
  I4500,
  informational,
  init,
  initError,
  initReply,
  mainMode,
  mm1,
  mm2,
  N,
  NONE,
  opened,
  play,
  quick,
  R,
  R4500,
  refusalV1,
  type Sent,
  SPI_I,
  SPI_R,
  send,
  v2,
} from './script.js';

const OTHER: PacketEnd = { address: '10.0.0.77', port: 500 };
const NAT: PacketEnd = { address: '203.0.113.7', port: 1024 };

/** Sessions as initiator > responder, SPIs and number of messages. */
function summary(script: readonly Sent[]): string[] {
  return play(script).sessions.map(
    ({ initiator, responder, spiI, spiR, messages }) => `${initiator.address}>${responder.address} ${spiI}/${spiR} ${messages.length}`,
  );
}

const X = `0x${SPI_I}`;
const Y = `0x${SPI_R}`;
const rows: readonly (readonly [string, readonly Sent[], readonly string[]])[] = [
  ['request and reply', opened, [`10.0.0.1>10.0.0.2 ${X}/${Y} 2`]],
  ['no reply: no responder SPI', [send(init(), 0)], [`10.0.0.1>10.0.0.2 ${X}/0x${NONE} 1`]],
  [
    'a cookie and a second attempt stay one session',
    [send(init(), 0), send(initError(N.COOKIE), 0.1, R, I), send(init(14, [], SPI_I), 0.2), send(initReply(), 0.3, R, I)],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 4`],
  ],
  [
    'a refusal under an SPI that is never used again',
    [
      send(init(), 0),
      send(initError(N.INVALID_KE_PAYLOAD, new Uint8Array([0, 19]), 'aaaaaaaaaaaaaaaa'), 0.1, R, I),
      send(init(19), 0.2),
      send(initReply(), 0.3, R, I),
      send(auth(), 0.4),
    ],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 5`],
  ],
  [
    'another SPI is another session',
    [send(init(), 0), send(init(14, [], '9999999999999999'), 5)],
    [`10.0.0.1>10.0.0.2 ${X}/0x${NONE} 1`, `10.0.0.1>10.0.0.2 0x9999999999999999/0x${NONE} 1`],
  ],
  [
    'two initiators with one SPI are kept apart, and their replies too',
    [
      send(init(), 0),
      send(init(), 0.1, OTHER, R),
      send(initReply([], SPI_I, 'bbbbbbbbbbbbbbbb'), 0.2, R, OTHER),
      send(initReply(), 0.3, R, I),
    ],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 2`, `10.0.0.77>10.0.0.2 ${X}/0xbbbbbbbbbbbbbbbb 2`],
  ],
  [
    'a capture on both sides of a NAT shows one SA as two sessions',
    [send(init(), 0), send(init(), 0.0001, NAT, R), send(initReply(), 0.1, R, NAT), send(initReply(), 0.1001, R, I)],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 2`, `203.0.113.7>10.0.0.2 ${X}/${Y} 2`],
  ],
  ['float to 4500', [...opened, send(auth(), 1, I4500, R4500), send(authReply(), 1.1, R4500, I4500)], [`10.0.0.1>10.0.0.2 ${X}/${Y} 4`]],
  [
    'the initiator moves (MOBIKE)',
    [...opened, send(auth(), 1), send(informational(2), 2, { address: '172.16.0.9', port: 4500 }, R4500)],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 4`],
  ],
  [
    'the responder answers from another of its addresses',
    [send(init(), 0), send(initReply(), 0.1, OTHER, I)],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 2`],
  ],
  ['the capture begins with a reply', [send(initReply(), 0, R, I)], [`10.0.0.1>10.0.0.2 ${X}/${Y} 1`]],
  [
    'the capture begins with a request of the responder',
    [send(informational(0, { fromInitiator: false }), 0, R, I)],
    [`10.0.0.1>10.0.0.2 ${X}/${Y} 1`],
  ],
  ['main mode', mainMode(6), [`10.0.0.1>10.0.0.2 ${X}/${Y} 6`]],
  ['IKEv1 from message 2', [send(mm2(), 0, R, I)], [`10.0.0.1>10.0.0.2 ${X}/${Y} 1`]],
  ['IKEv1 from quick mode: whoever spoke first', [send(quick(1), 0, R, I)], [`10.0.0.2>10.0.0.1 ${X}/${Y} 1`]],
  ['a lone refusal comes from the responder', [send(refusalV1(), 0, R, I)], [`10.0.0.1>10.0.0.2 ${X}/${Y} 1`]],
  [
    'an IKEv2 offer refused by a daemon that speaks version 1',
    [send(init(), 0), send(refusalV1(5, { spiR: NONE }), 0.1, R, I)],
    [`10.0.0.1>10.0.0.2 ${X}/0x${NONE} 2`],
  ],
  [
    'both ends on one address and port take turns',
    [send(init(), 0, I, I), send(initReply(), 0.1, I, I), send(auth(), 0.2, I, I)],
    [`10.0.0.1>10.0.0.1 ${X}/${Y} 3`],
  ],
];

describe('SessionTable', () => {
  it.each(rows)('%s', (_, script, expected) => expect(summary(script)).toEqual(expected));

  it('tells who sent each IKEv1 message', () => {
    const { sessions } = play([...mainMode(6), send(quick(1), 1, R, I), send(quick(2), 1.1)]);
    expect(sessions[0]?.messages.map(({ fromInitiator }) => fromInitiator)).toEqual([true, false, true, false, true, false, false, true]);
    expect(sessions[0]?.rolesGuessed).toBeUndefined();
  });

  it('says when the beginning is missing and when roles are guessed', () => {
    const of = (script: readonly Sent[]) => play(script).sessions.map(({ startsMidway, rolesGuessed }) => [startsMidway, rolesGuessed])[0];
    expect(of(opened)).toEqual([false, undefined]);
    expect(of([send(mm1(), 0)])).toEqual([false, undefined]);
    expect(of([send(initReply(), 0, R, I)])).toEqual([true, undefined]);
    expect(of([send(mm2(), 0, R, I)])).toEqual([true, undefined]);
    expect(of([send(quick(1), 0)])).toEqual([true, true]);
  });

  it('records moves of an end once each', () => {
    const { sessions } = play([
      ...opened,
      send(auth(), 1, I4500, R4500),
      send(authReply(), 1.1, R4500, I4500),
      send(informational(2), 2, NAT, R4500),
    ]);
    expect(sessions[0]?.moves).toEqual([
      { frame: 3, end: 'initiator', from: I, to: I4500 },
      { frame: 5, end: 'initiator', from: I4500, to: NAT },
    ]);
    expect(sessions[0]?.nat.floated).toBe(true);
  });

  it('evicts the session seen least recently, and counts', () => {
    const spi = (n: number) => n.toString(16).padStart(16, '0');
    const script = [1, 2, 3, 1, 4].map((n, i) => send(v2({ spiI: spi(n), spiR: NONE, id: 0, exchange: EXCHANGE.IKE_SA_INIT }, []), i));
    const { sessions, tracker } = play(script, {}, { limits: { sessions: 3 } });
    expect(sessions.map(({ spiI }) => spiI)).toEqual([1, 3, 4].map((n) => `0x${spi(n)}`));
    expect(tracker.evicted).toBe(1);
  });
});
