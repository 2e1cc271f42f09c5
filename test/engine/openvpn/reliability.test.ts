import { describe, expect, it } from 'vitest';
import { ReliableReceiver, ReliableSender } from '../../../src/engine/openvpn/reliability.js';

const NONE = new Uint8Array(0);
const ids = (list: readonly { readonly packetId: number }[]) => list.map(({ packetId }) => packetId);
const sender = (count: number) => {
  const it = new ReliableSender();
  for (let i = 0; i < count; i++) it.queue(4, NONE);
  return it;
};

describe('sending', () => {
  it('a few at a time, more when they are acknowledged', () => {
    const s = sender(10);
    expect(ids(s.take(0))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ids(s.take(0))).toEqual([]);
    s.acknowledge([0, 1, 99], 0);
    expect(ids(s.take(0))).toEqual([6, 7]);
    expect(s.idle).toBe(false);
  });

  it('again and again, twice as late every time, up to a bound', () => {
    const s = sender(1);
    s.take(0);
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      const due = s.due ?? 0;
      times.push(due);
      expect(s.take(due - 1)).toEqual([]);
      expect(s.take(due)[0]?.times).toBe(i + 2);
    }
    expect(times.map((at, i) => at - (times[i - 1] ?? 0))).toEqual([1000, 2000, 4000, 8000, 16_000, 16_000, 16_000]);
    s.acknowledge([0], 0);
    expect([s.due, s.idle]).toEqual([undefined, true]);
  });

  it('what three later ones overtook goes again at once', () => {
    const s = sender(5);
    s.take(0);
    s.acknowledge([1, 2], 10);
    expect(ids(s.take(10))).toEqual([]);
    s.acknowledge([3], 10);
    expect(ids(s.take(10))).toEqual([0]);
  });

  it('does not take more than it can hold', () => {
    const s = new ReliableSender();
    let taken = 0;
    while (taken < 100_000 && s.queue(4, NONE)) taken++;
    expect(taken).toBe(1000);
  });
});

describe('receiving', () => {
  const message = (packetId: number) => ({ packetId, opcode: 4, payload: NONE });
  const deliverAll = (r: ReliableReceiver) => {
    const all: number[] = [];
    for (let one = r.deliver(); one !== undefined; one = r.deliver()) all.push(one.packetId);
    return all;
  };

  it('puts into order, and takes nothing twice', () => {
    const r = new ReliableReceiver();
    expect(r.take(message(1))).toBe('new');
    expect(deliverAll(r)).toEqual([]);
    expect(r.take(message(1))).toBe('duplicate');
    expect(r.take(message(0))).toBe('new');
    expect(deliverAll(r)).toEqual([0, 1]);
    expect(r.take(message(0))).toBe('duplicate');
    expect(deliverAll(r)).toEqual([]);
  });

  it('neither keeps nor acknowledges what lies too far ahead', () => {
    const r = new ReliableReceiver();
    expect(r.take(message(12))).toBe('outside');
    expect(r.take(message(2 ** 32 - 1))).toBe('outside');
    expect(r.owesAcks).toBe(false);
    expect(r.take(message(11))).toBe('new');
  });

  it('acknowledges what it owes, then what may have been lost', () => {
    const r = new ReliableReceiver();
    for (const id of [0, 1, 2, 3, 4, 5]) r.take(message(id));
    expect(r.acks()).toEqual([0, 1, 2, 3]);
    expect(r.owesAcks).toBe(true);
    // Never more than four: SoftEther takes no packet that has more.
    expect(r.acks()).toEqual([4, 5, 0, 1]);
    expect(r.owesAcks).toBe(false);
    expect(r.acks()).toEqual([4, 5, 0, 1]);
    // Repeated: acknowledged again.
    r.take(message(2));
    expect(r.acks()[0]).toBe(2);
  });
});
