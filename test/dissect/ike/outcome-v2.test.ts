import { describe, expect, it } from 'vitest';
import type { OutcomeContext } from '../../../src/dissect/ike/outcome.js';
import type { HiddenErrorFacts, IkeSession, StopFacts } from '../../../src/model/ike-session.js';
import { EXCHANGE } from '../../../src/wire/ike/tables/exchange-types.js';
import {
  auth,
  authReply,
  esp,
  fragment,
  I,
  I4500,
  informational,
  init,
  initError,
  initReply,
  lastAt,
  N,
  opened,
  play,
  playOne,
  R,
  R4500,
  type Sent,
  sealed,
  send,
} from './script.js';

interface Row {
  readonly name: string;
  readonly script: readonly Sent[];
  readonly context?: OutcomeContext;
  readonly outcome: IkeSession['outcome'];
  readonly stop?: Partial<StopFacts>;
  readonly text?: RegExp;
  readonly hidden?: HiddenErrorFacts['kind'];
}

const again = (
  bytes: Uint8Array,
  times: readonly number[],
  ...ends: Parameters<typeof send> extends [unknown, unknown, ...infer E] ? E : never
) => times.map((at) => send(bytes, at, ...ends));
const authed: readonly Sent[] = [...opened, send(auth(), 1), send(authReply(), 1.05, R, I)];
const group19 = new Uint8Array([0, 19]);
const cookie = (fill: number) => new Uint8Array(20).fill(fill);
const icmp = (at: number): OutcomeContext => ({
  icmpErrors: [
    {
      sec: 1000 + at,
      nsec: 0,
      frame: 9,
      reporter: '10.0.0.9',
      type: 3,
      code: 1,
      text: 'host unreachable',
      quoted: { src: I.address, dst: R.address, protocol: 'udp', srcPort: 500, dstPort: 500 },
    },
  ],
});

const rows: readonly Row[] = [
  {
    name: 'nobody answers',
    script: again(init(), [0, 4, 11.2, 24.2]),
    outcome: 'failed',
    stop: { stage: 'first-message', reason: 'unanswered', exchange: 'IKE_SA_INIT', copies: 4, frame: 1, port: 500, fromInitiator: true },
    text: /^IKE_SA_INIT 0: sent 4 times to UDP 500 in 24\.2 s, \d+ bytes, never answered$/,
  },
  { name: 'one first message, then the capture ends', script: [send(init(), 0)], outcome: 'incomplete', stop: { copies: 1 } },
  { name: 'one first message, then silence', script: [send(init(), 0)], context: lastAt(30), outcome: 'failed' },
  { name: 'one first message, and a router says why', script: [send(init(), 0)], context: icmp(1), outcome: 'failed' },
  { name: 'an ICMP error before it is about something else', script: [send(init(), 5)], context: icmp(1), outcome: 'incomplete' },
  {
    name: 'proposal refused',
    script: [send(init(), 0), send(initError(N.NO_PROPOSAL_CHOSEN), 0.1, R, I)],
    outcome: 'failed',
    stop: { stage: 'negotiation', reason: 'refused', frame: 2, fromInitiator: false },
    text: /responder answered IKE_SA_INIT with NO_PROPOSAL_CHOSEN \(packet 2\)/,
  },
  {
    name: 'another group wanted, tried, answered',
    script: [send(init(14), 0), send(initError(N.INVALID_KE_PAYLOAD, group19), 0.1, R, I), send(init(19), 0.2), ...opened.slice(1)],
    outcome: 'incomplete',
    stop: { stage: 'authentication', reason: 'abandoned' },
  },
  {
    name: 'the wrong group again and again',
    script: [14, 19, 14, 19].flatMap((group, i) => [
      send(init(group), i),
      send(initError(N.INVALID_KE_PAYLOAD, new Uint8Array([0, group === 14 ? 19 : 14])), i + 0.002, R, I),
    ]),
    outcome: 'failed',
    stop: { stage: 'negotiation', reason: 'abandoned' },
    text: /INVALID_KE_PAYLOAD, group 14 .*4 attempts/,
  },
  {
    name: 'a loop of cookies, the last attempt not answered',
    script: [1, 2, 1, 2].flatMap((fill, i) => [
      send(init(14, [{ kind: 'notify', type: 41, value: { protocol: 0, type: N.COOKIE, spi: new Uint8Array(0), data: cookie(fill) } }]), i),
      ...(i < 3 ? [send(initError(N.COOKIE, cookie(3 - fill)), i + 0.001, R, I)] : []),
    ]),
    outcome: 'failed',
    stop: { stage: 'negotiation', reason: 'unanswered' },
  },
  {
    name: 'IKE_AUTH on 4500 is never answered',
    script: [...opened, ...again(auth(), [1, 5, 12.2, 25.2], I4500, R4500)],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'unanswered', port: 4500, copies: 4, exchange: 'IKE_AUTH' },
    text: /IKE_AUTH 1: sent 4 times to UDP 4500/,
  },
  {
    name: 'IKE_AUTH in IP fragments is never answered',
    script: [...opened, ...[1, 5, 12].map((at) => send(auth(1900), at, I, R, { ipFragments: 2 }))],
    outcome: 'failed',
    stop: { ipFragments: 2, length: 1900 },
    text: /in 2 IP fragments/,
  },
  {
    name: 'IKE_AUTH in IKE fragments is never answered: a round of fragments is one copy',
    script: [
      ...opened,
      ...[1, 5, 12].flatMap((at) => [1, 2, 3].map((n) => send(fragment({ exchange: EXCHANGE.IKE_AUTH, id: 1 }, n, 3), at + n / 1000))),
    ],
    outcome: 'failed',
    stop: { copies: 3, ikeFragments: 3, length: 1500 },
    text: /in 3 IKE fragments/,
  },
  {
    name: 'over TCP it says so',
    script: again(init(), [0, 4, 8], I4500, R4500).map((sent) => ({ ...sent, tcp: true })),
    outcome: 'failed',
    text: /to TCP 4500/,
  },
  {
    name: 'a reply to IKE_AUTH that has room for one notify only',
    script: [...opened, send(auth(), 1), send(authReply(80), 1.1, R, I)],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'hidden', frame: 4 },
    text: /80 is what a single notify takes/,
    hidden: 'auth-refused',
  },
  {
    name: 'the same, but ESP flows: it was no error',
    script: [...opened, send(auth(), 1), send(authReply(80), 1.1, R, I)],
    context: esp(2, R.address, I.address),
    outcome: 'established',
  },
  {
    name: 'ESP of before does not count',
    script: [...opened, send(auth(), 1), send(authReply(80), 1.1, R, I)],
    context: esp(0),
    outcome: 'failed',
    hidden: 'auth-refused',
  },
  {
    name: 'room for AUTH, none for a child',
    script: [...opened, send(auth(), 1), send(authReply(144), 1.1, R, I)],
    outcome: 'failed',
    stop: { stage: 'child', reason: 'hidden' },
    hidden: 'child-refused',
  },
  {
    name: 'a childless IKE SA was asked for',
    script: [...opened, send(auth(128), 1), send(authReply(128), 1.1, R, I)],
    outcome: 'established',
  },
  { name: 'a full reply', script: authed, outcome: 'established' },
  {
    name: 'the initiator closes it a moment after the reply: it did not like what it saw',
    script: [...authed, send(informational(2), 1.06), send(informational(2, { response: true }), 1.07, R, I)],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'hidden', frame: 5, fromInitiator: true },
    hidden: 'closed-at-once',
  },
  {
    name: 'closed a while later: somebody was done with it',
    script: [...authed, send(informational(2), 2.5), send(informational(2, { response: true }), 2.6, R, I)],
    outcome: 'established',
  },
  {
    name: 'closed at once, but ESP passed',
    script: [...authed, send(informational(2), 1.06)],
    context: esp(2),
    outcome: 'established',
  },
  {
    name: 'EAP rounds to the end',
    script: [
      ...opened,
      send(auth(288, 1), 1),
      send(authReply(1252, 1), 1.1, R, I),
      send(auth(96, 2), 1.2),
      send(authReply(112, 2), 1.3, R, I),
      send(auth(112, 3), 1.4),
      send(authReply(224, 3), 1.5, R, I),
    ],
    outcome: 'established',
  },
  {
    name: 'EAP rounds, then the initiator leaves',
    script: [
      ...opened,
      send(auth(288, 1), 1),
      send(authReply(1252, 1), 1.1, R, I),
      send(auth(96, 2), 1.2),
      send(authReply(128, 2), 1.3, R, I),
      send(informational(3), 3.4),
    ],
    outcome: 'failed',
    hidden: 'auth-refused',
    stop: { fromInitiator: true, reason: 'hidden' },
  },
  {
    name: 'EAP rounds and no more of the capture',
    script: [
      ...opened,
      send(auth(288, 1), 1),
      send(authReply(1252, 1), 1.1, R, I),
      send(auth(96, 2), 1.2),
      send(authReply(128, 2), 1.3, R, I),
    ],
    outcome: 'incomplete',
    stop: { reason: 'abandoned' },
  },
  {
    name: 'the reply is missing, the responder asks something later: it is up',
    script: [...opened, send(auth(), 1), send(informational(0, { fromInitiator: false }), 9, R, I)],
    outcome: 'established',
  },
  { name: 'nothing but the reply to IKE_SA_INIT', script: [send(initReply(), 0, R, I)], context: lastAt(60), outcome: 'incomplete' },
  {
    name: 'from the middle: answered under encryption',
    script: [send(informational(7), 0), send(informational(7, { response: true }), 0.1, R, I)],
    outcome: 'established',
  },
  { name: 'from the middle: nothing answered', script: again(informational(7), [0, 2, 5]), outcome: 'incomplete' },
  {
    name: 'IKE_INTERMEDIATE is never answered',
    script: [...opened, ...again(sealed({ exchange: EXCHANGE.IKE_INTERMEDIATE, id: 1 }, 1200), [1, 3, 7])],
    outcome: 'failed',
    stop: { stage: 'authentication', exchange: 'IKE_INTERMEDIATE' },
  },
];

describe('outcome of IKEv2', () => {
  it.each(rows.map((row) => [row.name, row] as const))('%s', (_, { script, context, outcome, stop, text, hidden }) => {
    const session = playOne(script, context);
    expect(session.outcome).toBe(outcome);
    if (stop !== undefined) expect(session.stop).toMatchObject(stop);
    if (text !== undefined) expect(session.stoppedAt).toMatch(text);
    expect(session.hiddenError?.kind).toBe(hidden);
    expect(session.stop === undefined).toBe(session.outcome === 'established' || (session.startsMidway && session.stop === undefined));
  });

  it('a new attempt of the same end says that the old one was given up', () => {
    const retry = init(14, [], '9999999999999999');
    expect(play([send(init(), 0), send(retry, 5)]).sessions.map(({ outcome }) => outcome)).toEqual(['failed', 'incomplete']);
  });
});
