import { describe, expect, it } from 'vitest';
import type { Path } from '../../src/engine/step.js';
import type { Arrival } from '../../src/transport/transport.js';
import { FakeClock } from './fake-clock.js';
import { type Conditions, type HostOptions, type MemoryHost, MemoryNetwork } from './memory-network.js';

const A = '10.0.0.1';
const B = '10.0.0.2';
const SPI = Uint8Array.of(0xd5, 0x14, 0xee, 0xd9, 0, 0, 0, 1);

function pair(conditions: Conditions = {}, options: Partial<HostOptions> = {}, seed = 1) {
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock, seed);
  const a = network.attach({ addresses: [A], conditions, ...options });
  const b = network.attach({ addresses: [B] });
  const heard: Arrival[] = [];
  b.onArrival((arrival) => heard.push(arrival));
  const told: Arrival[] = [];
  a.onArrival((arrival) => told.push(arrival));
  return { clock, network, a, b, heard, told };
}

function path(channel: 'ike' | 'natt' | 'tcp', from: MemoryHost, to: MemoryHost): Path {
  return { channel, local: from.paths[channel], remote: to.paths[channel] };
}

function numbers(heard: readonly Arrival[]): number[] {
  return heard.map((arrival) => ('bytes' in arrival ? (arrival.bytes[0] ?? -1) : -1));
}

describe('the network in memory', () => {
  it.each(['ike', 'natt', 'tcp'] as const)('carries IKE on %s', (channel) => {
    const { a, b, heard, clock } = pair();
    a.sendMessage(path(channel, a, b), Uint8Array.of(1, 2, 3));
    clock.advance(1);
    expect(heard).toEqual([
      { kind: 'message', path: { channel, local: b.paths[channel], remote: a.paths[channel] }, bytes: Uint8Array.of(1, 2, 3) },
    ]);
  });

  it.each(['none', 'udp', 'tcp'] as const)('carries ESP with encapsulation %s, until it drops it', (encapsulation) => {
    const { a, b, heard, clock } = pair();
    const ports = encapsulation === 'none' ? 0 : 4500;
    const espPath = { encapsulation, local: { address: A, port: ports }, remote: { address: B, port: ports } };
    a.sendEsp(espPath, 'esp', SPI);
    clock.advance(1);
    expect(heard).toMatchObject([{ kind: 'esp', path: { encapsulation, local: espPath.remote, remote: espPath.local } }]);
    a.conditions = { dropEsp: true };
    a.sendEsp(espPath, 'esp', SPI);
    a.sendMessage(path('natt', a, b), SPI);
    clock.advance(1);
    expect(heard.map(({ kind }) => kind)).toEqual(['esp', 'message']);
  });

  it('gives the same run for the same seed, and another for another', () => {
    const run = (seed: number) => {
      const { a, b, heard, clock, network } = pair({ loss: 0.2, duplicate: 0.2, reorder: 0.2, corrupt: 0.2, delay: [1, 20] }, {}, seed);
      for (let n = 0; n < 200; n++) a.sendMessage(path('ike', a, b), Uint8Array.of(n));
      clock.advance(1000);
      return { numbers: numbers(heard), counters: network.counters };
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const { counters, numbers: order } = run(7);
    expect(counters.delivered).toBe(order.length);
    for (const [what, count] of Object.entries(counters)) expect(count, what).toBeGreaterThan(20);
    expect(order).not.toEqual([...order].sort((x, y) => x - y));
  });

  it('tells of closed ports, but not where a firewall swallows', () => {
    const { a, b, told, heard, clock } = pair();
    const nowhere: Path = { channel: 'ike', local: a.paths.ike, remote: { address: B, port: 501 } };
    a.sendMessage(nowhere, SPI);
    clock.advance(2);
    expect(told).toEqual([{ kind: 'error', path: nowhere, reason: 'port-unreachable', from: B, text: 'port unreachable' }]);
    a.conditions = { blockedPorts: [500] };
    a.sendMessage(path('ike', a, b), SPI);
    clock.advance(2);
    expect(heard).toEqual([]);
    expect(told).toHaveLength(1);
  });

  it.each([
    ['fragment', 1, 0],
    ['drop', 0, 0],
    ['frag-needed', 0, 1],
  ] as const)('what is too big: %s', (tooBig, arrives, complaints) => {
    const { a, b, heard, told, clock } = pair({ mtu: 1280, tooBig });
    a.sendMessage(path('ike', a, b), new Uint8Array(1252));
    clock.advance(2);
    expect(heard).toHaveLength(1);
    a.sendMessage(path('ike', a, b), new Uint8Array(1253));
    clock.advance(2);
    expect(heard).toHaveLength(1 + arrives);
    expect(told.filter((arrival) => arrival.kind === 'error' && arrival.mtu === 1280)).toHaveLength(complaints);
  });

  it('NAT: rewrites, lets answers in, forgets, and passes no ESP', () => {
    const { a, b, heard, told, clock } = pair({}, { nat: { address: '192.0.2.1', lifetime: 1000 } });
    a.sendMessage(path('natt', a, b), SPI);
    clock.advance(1);
    const outside = { address: '192.0.2.1', port: 30_000 };
    expect(heard).toMatchObject([{ path: { remote: outside } }]);
    b.sendMessage({ channel: 'natt', local: b.paths.natt, remote: outside }, SPI);
    clock.advance(1);
    expect(told).toMatchObject([{ kind: 'message', path: { local: a.paths.natt, remote: b.paths.natt } }]);
    // Not from a port that was never spoken to, and not past the NAT.
    b.sendMessage({ channel: 'ike', local: b.paths.ike, remote: outside }, SPI);
    b.sendMessage({ channel: 'natt', local: b.paths.natt, remote: a.paths.natt }, SPI);
    a.sendEsp({ encapsulation: 'none', local: { address: A, port: 0 }, remote: { address: B, port: 0 } }, 'esp', SPI);
    clock.advance(1);
    expect([heard.length, told.length]).toEqual([1, 1]);
    clock.advance(1001);
    b.sendMessage({ channel: 'natt', local: b.paths.natt, remote: outside }, SPI);
    clock.advance(1);
    expect(told).toHaveLength(1);
    a.sendMessage(path('natt', a, b), SPI);
    clock.advance(1);
    expect(heard[1]).toMatchObject({ path: { remote: { address: '192.0.2.1', port: 30_001 } } });
  });
});

describe('the fake clock', () => {
  it('keeps the order of time and, where that is equal, of setting', () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    for (const at of [5, 1, 3, 1, 9, 2, 3]) clock.after(at, () => seen.push(at * 10 + seen.length));
    const cancel = clock.after(4, () => seen.push(-1));
    cancel();
    cancel();
    expect(clock.pending).toBe(7);
    clock.advance(3);
    expect(seen).toEqual([10, 11, 22, 33, 34]);
    expect(clock.now()).toBe(3);
    expect(clock.runUntil(() => seen.length === 6, 1)).toBe(false);
    expect(clock.runUntil(() => seen.length === 6)).toBe(true);
    expect(clock.now()).toBe(5);
    clock.advance(100);
    expect(clock.pending).toBe(0);
    expect(clock.step()).toBe(false);
  });

  it('settles a promise, or says that nothing can', async () => {
    const clock = new FakeClock();
    await expect(clock.settle(new Promise((resolve) => clock.after(1e6, () => resolve('late'))))).resolves.toBe('late');
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow('nothing is left');
  });
});
