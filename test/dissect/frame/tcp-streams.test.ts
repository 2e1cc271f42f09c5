import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StreamFraming, type StreamResult, TcpStream, TcpStreams } from '../../../src/dissect/frame/tcp-streams.js';

/** One byte of length, counting itself, and messages that say where they begin by 0xaa behind it. */
const framing: StreamFraming = {
  measure: (bytes) => {
    const length = bytes[0];
    if (length === undefined) return 'more';
    return length < 2 ? 'broken' : length;
  },
  startsHere: (bytes) => bytes[1] === 0xaa,
};

/** Messages of 4, 3 and 5 bytes. */
const DATA = Uint8Array.from([4, 0xaa, 1, 2, 3, 0xaa, 3, 5, 0xaa, 4, 5, 6]);
const MESSAGES = [DATA.slice(0, 4), DATA.slice(4, 7), DATA.slice(7)];
/** Close to where sequence numbers wrap. */
const START = 0xfffffffa;

function push(stream: TcpStream, from: number, to: number, frame = 1, captured = to): StreamResult {
  return stream.push({ sequence: (START + from) >>> 0, bytes: DATA.slice(from, captured), length: to - from, frame });
}

function bytesOf(...results: readonly StreamResult[]): Uint8Array[] {
  return results.flatMap((result) => result.messages.map((message) => Uint8Array.from(message.bytes)));
}

describe('order', () => {
  it('cuts one segment into its messages', () => {
    expect(bytesOf(push(new TcpStream(framing, START, true), 0, 12))).toEqual(MESSAGES);
  });

  it('joins messages over segments, with the frame of their first byte', () => {
    const stream = new TcpStream(framing, START, true);
    const results = [push(stream, 0, 2, 1), push(stream, 2, 3, 2), push(stream, 3, 8, 3), push(stream, 8, 12, 4)];
    expect(results.map((result) => result.messages.map((message) => message.firstFrame))).toEqual([[], [], [1, 3], [3]]);
    expect(bytesOf(...results)).toEqual(MESSAGES);
  });

  it('holds what comes early and drops what comes again', () => {
    const stream = new TcpStream(framing, START, true);
    expect(push(stream, 7, 12)).toEqual({ messages: [], lost: 0 });
    expect(push(stream, 7, 12)).toEqual({ messages: [], lost: 0 });
    expect(bytesOf(push(stream, 0, 7))).toEqual(MESSAGES);
    expect(push(stream, 0, 7)).toEqual({ messages: [], lost: 0 });
    expect(push(stream, 7, 12)).toEqual({ messages: [], lost: 0 });
  });

  it('takes the new part of a segment that repeats old bytes', () => {
    const stream = new TcpStream(framing, START, true);
    expect(bytesOf(push(stream, 0, 5), push(stream, 2, 9), push(stream, 4, 12))).toEqual(MESSAGES);
  });

  it('gives the same messages for any cut and any order', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.array(fc.nat(100), { minLength: 7, maxLength: 7 }), (inner, order) => {
        const edges = [0, ...inner.sort((a, b) => a - b), 12];
        const segments = edges.slice(1).map((to, at) => ({ from: edges[at] ?? 0, to, key: order[at] ?? 0 }));
        const stream = new TcpStream(framing, START, true);
        const results = segments.toSorted((a, b) => a.key - b.key).map(({ from, to }) => push(stream, from, to));
        expect(bytesOf(...results)).toEqual(MESSAGES);
      }),
    );
  });
});

describe('gaps', () => {
  it('are given up when too much waits behind them, and told', () => {
    const stream = new TcpStream(framing, 0, true);
    let lost = 0;
    const messages: Uint8Array[] = [];
    for (let at = 1; at <= 130; at++) {
      const result = stream.push({ sequence: at * 4, bytes: DATA.slice(0, 4), length: 4, frame: at });
      lost += result.lost;
      messages.push(...bytesOf(result));
    }
    expect(lost).toBe(4);
    expect(messages).toHaveLength(130);
  });

  it('drop the message they tore and go on with the next that is one', () => {
    const stream = new TcpStream(framing, 0, true);
    stream.push({ sequence: 0, bytes: DATA.slice(0, 2), length: 2, frame: 1 });
    const results: StreamResult[] = [];
    for (let at = 0; at < 130; at++) {
      // The first segment behind the gap begins within a message.
      const bytes = at === 0 ? DATA.slice(2, 4) : DATA.slice(0, 4);
      results.push(stream.push({ sequence: at === 0 ? 10 : 8 + at * 4, bytes, length: bytes.length, frame: at + 2 }));
    }
    expect(results.reduce((sum, { lost }) => sum + lost, 0)).toBe(8 + 2 + 2);
    expect(bytesOf(...results)).toHaveLength(129);
  });

  it('in a stream that never made sense are no loss', () => {
    const stream = new TcpStream(framing, START + 2, false);
    expect(push(stream, 2, 4)).toEqual({ messages: [], lost: 0 });
    expect(bytesOf(push(stream, 4, 7))).toEqual([MESSAGES[1]]);
  });

  it('follow a length that cannot be', () => {
    const stream = new TcpStream(framing, 0, true);
    expect(stream.push({ sequence: 0, bytes: Uint8Array.from([4, 0xaa, 1, 2, 0, 9]), length: 6, frame: 1 })).toMatchObject({ lost: 2 });
    expect(bytesOf(stream.push({ sequence: 6, bytes: DATA.slice(0, 4), length: 4, frame: 2 }))).toEqual([MESSAGES[0]]);
  });
});

it.each([0x50000000, 0xb0000000])('begins anew %d bytes away, where no window reaches', (far) => {
  const stream = new TcpStream(framing, 0, true);
  stream.push({ sequence: 0, bytes: DATA.slice(0, 2), length: 2, frame: 1 });
  expect(bytesOf(stream.push({ sequence: far, bytes: DATA.slice(0, 4), length: 4, frame: 2 }))).toEqual([MESSAGES[0]]);
});

describe('cut by the snap length', () => {
  it('gives the last message as far as it goes and stays in step when it ends the segment', () => {
    const stream = new TcpStream(framing, START, true);
    const { messages, lost } = push(stream, 0, 7, 1, 6);
    expect(messages.map(({ bytes, length }) => [bytes.length, length])).toEqual([
      [4, 4],
      [2, 3],
    ]);
    expect(lost).toBe(0);
    expect(bytesOf(push(stream, 7, 12))).toEqual([MESSAGES[2]]);
  });

  it('tells what it could not see', () => {
    const stream = new TcpStream(framing, START, true);
    expect(push(stream, 0, 7, 1, 4)).toMatchObject({ lost: 3, messages: [{ length: 4 }] });
    expect(bytesOf(push(stream, 7, 12))).toEqual([MESSAGES[2]]);
  });
});

it('follows a bounded number of streams', () => {
  const streams = new TcpStreams<string>();
  for (let i = 0; i < 3000; i++) streams.open(`${i}`, new TcpStream(framing, 0, true), 'test');
  expect(streams.size).toBe(2048);
  expect(streams.get('0')).toBeUndefined();
  expect(streams.get('2999')?.protocol).toBe('test');
  streams.close('2999');
  expect(streams.get('2999')).toBeUndefined();
});
