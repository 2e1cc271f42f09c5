import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/dissect/ike/digest.js';
import { ExchangeLog, type IncomingMessage, isOneWay, type Noted, replyOf, requestOf } from '../../../src/dissect/ike/exchange-log.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../../src/wire/ike/tables/exchange-types.js';

let frame = 0;

/** A message with text for its bytes. */
type Scripted = Omit<Partial<IncomingMessage>, 'digest'> & { readonly at?: number; readonly digest?: string };

function incoming({ at = 0, digest = 'a', ...rest }: Scripted): IncomingMessage {
  frame++;
  return {
    time: { sec: Math.floor(at), nsec: Math.round((at % 1) * 1e9) },
    frame,
    version: 2,
    exchangeType: EXCHANGE.IKE_SA_INIT,
    exchange: 'x',
    messageId: 0,
    fromInitiator: true,
    response: false,
    digest: digestOf(Buffer.from(digest)),
    length: 100,
    ipFragments: 1,
    port: 500,
    tcp: false,
    encrypted: false,
    fragment: undefined,
    ...rest,
  };
}

function play(...messages: readonly Scripted[]): { log: ExchangeLog; noted: Noted[] } {
  frame = 0;
  const log = new ExchangeLog();
  return { log, noted: messages.map((message) => log.note(incoming(message))) };
}

const reply = { fromInitiator: false, response: true, digest: 'r' } as const;
const sealed = { exchangeType: EXCHANGE.IKE_AUTH, messageId: 1, encrypted: true } as const;

describe('ExchangeLog', () => {
  it('pairs request and reply by message id', () => {
    const { log } = play({}, { ...reply, at: 0.1 }, { ...sealed, digest: 'b', at: 1 }, { ...sealed, ...reply, digest: 's', at: 2 });
    const [init, auth] = log.all();
    expect(log.all()).toHaveLength(2);
    expect(init && requestOf(init)?.frame).toBe(1);
    expect(init && replyOf(init)?.frame).toBe(2);
    expect(auth?.messages.map((message) => message.frame)).toEqual([3, 4]);
  });

  it('ids of the two directions are counted apart: one end’s request 0 is not the other’s', () => {
    const info = { exchangeType: EXCHANGE.INFORMATIONAL, encrypted: true, messageId: 0 } as const;
    const { log } = play({ ...info, digest: '1' }, { ...info, fromInitiator: false, digest: '2' });
    expect(log.all().map((exchange) => exchange.fromInitiator)).toEqual([true, false]);
  });

  it('counts copies and how far they lie apart', () => {
    const { log, noted } = play({}, { at: 4 }, { at: 11.2 }, { ...reply, at: 11.3 });
    expect(noted.map(({ how }) => how)).toEqual(['first', 'copy', 'copy', 'first']);
    expect(noted[2]?.copyOf).toBe(1);
    const request = log.all()[0]?.messages[0];
    expect(request).toMatchObject({ copies: 3, frame: 1 });
    expect(request?.intervals.map((gap) => gap.toFixed(1))).toEqual(['4.0', '7.2']);
  });

  it('a copy within 10 ms is the capture’s', () => {
    const { log, noted } = play({}, { at: 0.00002 }, { at: 4 }, { at: 4.00002 });
    expect(noted.map(({ how }) => how)).toEqual(['first', 'duplicate', 'copy', 'duplicate']);
    expect(log.all()[0]?.messages[0]?.copies).toBe(2);
  });

  it('an IKE_SA_INIT of other bytes is a new attempt', () => {
    const { log, noted } = play({}, { ...reply, at: 0.1 }, { digest: 'b', at: 0.2 }, { ...reply, digest: 's', at: 0.3 });
    expect(noted.map(({ how }) => how)).toEqual(['first', 'first', 'first', 'first']);
    expect(log.all().map(({ messages }) => messages.length)).toEqual([2, 2]);
  });

  it('old bytes that come again after another attempt are an attempt of their own, and so are their answers', () => {
    const { log } = play(
      { digest: 'a' },
      { ...reply, digest: 'x', at: 0.001 },
      { digest: 'b', at: 0.002 },
      { ...reply, digest: 'y', at: 0.003 },
      { digest: 'a', at: 0.004 },
      { ...reply, digest: 'x', at: 0.005 },
    );
    expect(log.all().map(({ messages }) => messages.map((message) => message.frame))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it('a sealed request of other bytes under the same id was encrypted anew', () => {
    const { log, noted } = play(sealed, { ...sealed, digest: 'b', at: 4 });
    expect(noted.map(({ how }) => how)).toEqual(['first', 'copy']);
    expect(log.all()[0]?.messages).toHaveLength(1);
  });

  it('fragments make one message, a round of them one copy', () => {
    const piece = (number: number, at: number) => ({ ...sealed, digest: `p${number}`, fragment: { set: 0, number }, at });
    const { log, noted } = play(piece(1, 0), piece(2, 0.01), piece(3, 0.02), piece(1, 4), piece(2, 4.01), piece(3, 4.02));
    expect(noted.map(({ how }) => how)).toEqual(['first', 'piece', 'piece', 'copy', 'copy', 'copy']);
    expect(log.all()[0]?.messages[0]).toMatchObject({ copies: 2, length: 300, frame: 3 });
    expect(log.all()[0]?.messages[0]?.pieces.size).toBe(3);
  });

  it('IKEv1: main mode is one exchange, each Informational one of its own that nobody answers', () => {
    const main = { version: 1, exchangeType: EXCHANGE_V1['Identity Protection (Main Mode)'] } as const;
    const info = { version: 1, exchangeType: EXCHANGE_V1.Informational, encrypted: true } as const;
    const { log } = play(
      { ...main, digest: '1' },
      { ...main, digest: '2', fromInitiator: false },
      { ...main, digest: '3' },
      { ...info, digest: '4', messageId: 7 },
      { ...info, digest: '5', messageId: 8 },
    );
    expect(log.all().map(({ messages }) => messages.length)).toEqual([3, 1, 1]);
    expect(log.all().map(isOneWay)).toEqual([false, true, true]);
  });

  it('IKEv1 fragments of one set make one message, those of another set another', () => {
    const main = { version: 1, exchangeType: EXCHANGE_V1['Identity Protection (Main Mode)'] } as const;
    const piece = (set: number, number: number) => ({ ...main, digest: `${set}/${number}`, fragment: { set, number } });
    const { log } = play(piece(1, 1), piece(1, 2), piece(2, 1));
    expect(log.all()[0]?.messages.map(({ pieces }) => pieces.size)).toEqual([2, 1]);
  });

  it('stays bounded: exchanges, messages of one exchange, intervals', () => {
    const log = new ExchangeLog();
    for (let i = 0; i < 2000; i++) log.note(incoming({ ...sealed, messageId: i, digest: String(i) }));
    expect(log.all()).toHaveLength(512);
    expect(log.all().at(-1)?.messageId).toBe(1999);
    const quick = { version: 1, exchangeType: EXCHANGE_V1['Quick Mode'], messageId: 5, encrypted: true } as const;
    const other = new ExchangeLog();
    for (let i = 0; i < 100; i++) other.note(incoming({ ...quick, digest: String(i) }));
    expect(other.all()[0]?.messages).toHaveLength(16);
    for (let i = 0; i < 100; i++) other.note(incoming({ ...quick, digest: '0', at: i + 1 }));
    expect(other.all()[0]?.messages[0]).toMatchObject({ copies: 101 });
    expect(other.all()[0]?.messages[0]?.intervals).toHaveLength(32);
  });
});
