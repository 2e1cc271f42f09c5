import { describe, expect, it } from 'vitest';
import type { OutcomeContext } from '../../../src/dissect/ike/outcome.js';
import type { HiddenErrorFacts, IkeSession, StopFacts } from '../../../src/model/ike-session.js';
import { EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../../src/wire/ike/tables/notify-v1.js';
import {
  I,
  I4500,
  informationalV1,
  keV1,
  lastAt,
  mainMode,
  mm1,
  mm5,
  NONE,
  playOne,
  quick,
  R,
  R4500,
  refusalV1,
  type Sent,
  saV1,
  sealedV1,
  send,
  v1,
} from './script.js';

interface Row {
  readonly name: string;
  readonly script: readonly Sent[];
  readonly context?: OutcomeContext;
  readonly outcome: IkeSession['outcome'];
  readonly stop?: Partial<StopFacts>;
  readonly text?: RegExp;
  readonly hidden?: HiddenErrorFacts['kind'];
  readonly children?: readonly string[];
}

const AGGRESSIVE = EXCHANGE_V1.Aggressive;
const TRANSACTION = EXCHANGE_V1.Transaction;
const am1 = send(v1({ exchange: AGGRESSIVE, spiR: NONE }, [saV1(), keV1(1)]), 0);
const am2 = send(v1({ exchange: AGGRESSIVE }, [saV1(), keV1(2)]), 0.1, R, I);
const am3 = send(sealedV1({ exchange: AGGRESSIVE }, 92), 0.2);
const transaction = (id: number, n: number) => sealedV1({ exchange: TRANSACTION, id }, 92, id * 8 + n);
const quickMode = (at: number): Sent[] => [send(quick(1), at), send(quick(2), at + 0.1, R, I), send(quick(3), at + 0.2)];

const rows: readonly Row[] = [
  {
    name: 'nobody answers message 1',
    script: [0, 4, 11].map((at) => send(mm1(), at)),
    outcome: 'failed',
    stop: { stage: 'first-message', reason: 'unanswered', messageNumber: 1, copies: 3 },
    text: /^message 1 \(proposals\) sent 3 times to UDP 500/,
  },
  {
    name: 'message 1 refused in clear',
    script: [send(mm1(), 0), send(refusalV1(), 0.1, R, I)],
    outcome: 'failed',
    stop: { stage: 'negotiation', reason: 'refused', frame: 2 },
    text: /responder said NO-PROPOSAL-CHOSEN/,
  },
  {
    name: 'message 3 never answered',
    script: [...mainMode(3), send(mainMode(3)[2]?.bytes as Uint8Array, 5), send(mainMode(3)[2]?.bytes as Uint8Array, 12)],
    outcome: 'failed',
    stop: { stage: 'negotiation', messageNumber: 3, copies: 3 },
    text: /message 3 \(KE and nonce\)/,
  },
  {
    name: 'message 5 on 4500 never answered',
    script: [...mainMode(4), ...[1, 5, 12, 25].map((at) => send(mm5(), at, I4500, R4500))],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'unanswered', messageNumber: 5, port: 4500, copies: 4 },
    text: /^message 5 \(identity\) sent 4 times to UDP 4500/,
  },
  {
    name: 'message 4 is the last: the initiator does not go on',
    script: [...mainMode(4)],
    context: lastAt(40),
    outcome: 'failed',
    stop: { reason: 'abandoned', messageNumber: 4, fromInitiator: false, stage: 'authentication' },
  },
  {
    name: 'message 5 answered by an encrypted Informational, each time',
    script: [
      ...mainMode(5),
      send(informationalV1(11), 0.5, R, I),
      send(mm5(), 5),
      send(informationalV1(12), 5.1, R, I),
      send(mm5(), 12),
      send(informationalV1(13), 12.1, R, I),
    ],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'hidden' },
    text: /responder answered message 5 \(identity\) with an encrypted Informational of 92 bytes \(3 of them\)/,
    hidden: 'auth-refused',
  },
  {
    name: 'message 5 refused in clear',
    script: [...mainMode(5), send(refusalV1(NOTIFY_V1['INVALID-ID-INFORMATION']), 0.5, R, I)],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'refused' },
    text: /INVALID-ID-INFORMATION/,
  },
  {
    name: 'INITIAL-CONTACT of the initiator is no refusal',
    script: [...mainMode(5), send(informationalV1(11), 0.5)],
    outcome: 'incomplete',
    stop: { messageNumber: 5, reason: 'unanswered' },
  },
  { name: 'main mode complete', script: mainMode(6), outcome: 'established', children: [] },
  { name: 'main and quick mode', script: [...mainMode(6), ...quickMode(1)], outcome: 'established', children: ['established'] },
  {
    name: 'message 6 was missed, quick mode is there',
    script: [...mainMode(5), ...quickMode(1)],
    outcome: 'established',
    children: ['established'],
  },
  {
    name: 'quick mode never answered',
    script: [...mainMode(6), ...[1, 5, 12].map((at) => send(quick(1), at))],
    outcome: 'failed',
    stop: { stage: 'child', reason: 'unanswered', exchange: 'Quick Mode', copies: 3 },
    text: /authenticated, quick mode message 1 sent 3 times/,
    children: ['unanswered'],
  },
  {
    name: 'an encrypted Informational before message 2 of quick mode is no refusal',
    script: [...mainMode(6), send(quick(1), 1), send(informationalV1(21), 1.1, R, I), send(quick(2), 1.11, R, I), send(quick(3), 1.12)],
    outcome: 'established',
    children: ['established'],
  },
  {
    name: 'quick mode answered by an encrypted Informational',
    script: [...mainMode(6), send(quick(1), 1), send(informationalV1(21), 1.1, R, I)],
    outcome: 'failed',
    stop: { stage: 'child', reason: 'hidden', exchange: 'Quick Mode' },
    hidden: 'child-refused',
    children: ['refused'],
  },
  {
    name: 'an Informational long after is about something else',
    script: [...mainMode(6), send(quick(1), 1), send(informationalV1(21), 9, R, I)],
    outcome: 'incomplete',
    children: ['unanswered'],
  },
  {
    name: 'refused, asked again, accepted',
    script: [...mainMode(6), send(quick(1), 1), send(informationalV1(21), 1.1, R, I), send(quick(1, 77), 2), send(quick(2, 77), 2.1, R, I)],
    outcome: 'established',
    children: ['refused', 'established'],
  },
  { name: 'aggressive mode complete', script: [am1, am2, am3, ...quickMode(1)], outcome: 'established', children: ['established'] },
  {
    name: 'aggressive mode: the initiator does not accept message 2',
    script: [am1, am2, send(informationalV1(31, 108), 0.2)],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'hidden', fromInitiator: true },
    hidden: 'auth-refused',
  },
  {
    name: 'aggressive mode: the responder does not accept message 3',
    script: [am1, am2, am3, send(quick(1), 0.3), send(informationalV1(31), 0.4, R, I)],
    outcome: 'failed',
    stop: { stage: 'authentication', reason: 'hidden', fromInitiator: false },
    hidden: 'auth-refused',
  },
  { name: 'aggressive mode: message 1 alone', script: [am1], outcome: 'incomplete', stop: { stage: 'first-message' } },
  {
    name: 'XAuth, then nothing: without keys a refused password looks like this',
    script: [am1, am2, am3, send(transaction(1, 1), 0.3, R, I), send(transaction(1, 2), 0.4)],
    outcome: 'incomplete',
    stop: { stage: 'authentication', reason: 'abandoned', exchange: 'Transaction' },
  },
  {
    name: 'XAuth, then a long nothing',
    script: [am1, am2, am3, send(transaction(1, 1), 0.3, R, I), send(transaction(1, 2), 0.4)],
    context: lastAt(60),
    outcome: 'failed',
  },
  {
    name: 'XAuth never answered',
    script: [am1, am2, am3, ...[1, 5, 12].map((at) => send(transaction(1, 1), at, R, I))],
    outcome: 'failed',
    stop: { reason: 'unanswered', exchange: 'Transaction', copies: 3 },
  },
  { name: 'only quick mode, from the middle', script: quickMode(1), outcome: 'established', children: ['established'] },
  { name: 'only dead peer detection, from the middle', script: [send(informationalV1(41), 0)], outcome: 'established' },
  { name: 'only a refusal in clear', script: [send(refusalV1(), 0, R, I)], outcome: 'failed', stop: { fromInitiator: false } },
];

describe('outcome of IKEv1', () => {
  it.each(rows.map((row) => [row.name, row] as const))('%s', (_, { script, context, outcome, stop, text, hidden, children }) => {
    const session = playOne(script, context);
    expect(session.outcome).toBe(outcome);
    if (stop !== undefined) expect(session.stop).toMatchObject(stop);
    if (text !== undefined) expect(session.stoppedAt).toMatch(text);
    expect(session.hiddenError?.kind).toBe(hidden);
    if (children !== undefined) expect(session.children.map((child) => child.outcome)).toEqual(children);
    if (outcome === 'established') expect([session.stop, session.stoppedAt]).toEqual([undefined, undefined]);
  });
});
