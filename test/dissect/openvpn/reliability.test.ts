import { expect, it } from 'vitest';
import { ReliableStream } from '../../../src/dissect/openvpn/reliability.js';

const piece = (n: number) => Uint8Array.of(n);

/** Message numbers as they come; what is delivered after each. */
function delivered(ids: readonly number[], synchronise = false): number[][] {
  const stream = new ReliableStream();
  return ids.map((id, frame) => stream.push(id, piece(id), frame + 1, synchronise).delivered.map(({ payload }) => payload[0] ?? -1));
}

it('delivers in order, whatever the order of arrival', () => {
  expect(delivered([0, 1, 2])).toEqual([[0], [1], [2]]);
  expect(delivered([0, 2, 3, 1])).toEqual([[0], [], [], [1, 2, 3]]);
});

it('delivers nothing twice, and says which packet it was first', () => {
  const stream = new ReliableStream();
  stream.push(0, piece(0), 7, false);
  expect(stream.push(0, piece(0), 9, false)).toEqual({ retransmissionOf: 7, delivered: [] });
});

it('begins where the capture does when it was joined in the middle', () => {
  expect(delivered([5, 6], true)).toEqual([[5], [6]]);
  expect(delivered([5, 6])).toEqual([[], []]);
});

it('holds back no more than a window', () => {
  const stream = new ReliableStream();
  for (let id = 1; id < 5000; id++) stream.push(id, piece(id & 255), id, false);
  expect(stream.push(0, piece(0), 9999, false).delivered).toHaveLength(65);
});

it('what waits is a copy: packets are views', () => {
  const stream = new ReliableStream();
  const bytes = Uint8Array.of(1);
  stream.push(1, bytes, 1, false);
  bytes[0] = 99;
  expect(stream.push(0, piece(0), 2, false).delivered.map(({ payload }) => payload[0])).toEqual([0, 1]);
});
