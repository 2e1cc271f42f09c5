import { describe, expect, it } from 'vitest';
import { ArrivalQueue } from '../../src/transport/arrival-queue.js';
import type { Arrival } from '../../src/transport/transport.js';

const end = { address: '127.0.0.1', port: 1 };
const esp = (length: number): Arrival => ({
  kind: 'esp',
  path: { encapsulation: 'udp', local: end, remote: end },
  bytes: new Uint8Array(length),
});
const keepalive: Arrival = { kind: 'keepalive', path: { channel: 'natt', local: end, remote: end } };

describe('arrivals before anybody listens', () => {
  it.each([
    ['many', keepalive, 256],
    ['large', esp(65_535), 16],
  ])('%s: kept up to a bound, in order, once', (_, arrival, kept) => {
    const queue = new ArrivalQueue();
    for (let n = 0; n < 1000; n++) queue.push(arrival);
    expect(queue.dropped).toBe(1000 - kept);
    const heard: Arrival[] = [];
    queue.listen((one) => heard.push(one));
    expect(heard).toHaveLength(kept);
    queue.push(keepalive);
    expect(heard).toHaveLength(kept + 1);
    const later: Arrival[] = [];
    queue.listen((one) => later.push(one));
    queue.push(keepalive);
    expect([heard.length, later.length]).toEqual([kept + 1, 1]);
  });
});
