import { describe, expect, it } from 'vitest';
import type { InnerMachine } from '../../../src/engine/inner/machine.js';
import { WorldLink } from '../../../src/probes/shared/link.js';
import { FakeClock } from '../../support/fake-clock.js';

/** A tunnel that keeps what goes in. */
class Tunnel extends WorldLink {
  readonly sent: Uint8Array[] = [];

  sendInner(packet: Uint8Array): void {
    this.sent.push(packet);
  }

  arrive(packet: Uint8Array): void {
    this.cameOut(packet);
  }
}

/** Sends one byte, and is done with the same byte come back. */
const echo: InnerMachine<string> = {
  start: () => ({ send: [Uint8Array.of(7)], timers: [] }),
  onPacket: ([byte]) => (byte === 7 ? { send: [], timers: [], result: 'back' } : undefined),
  onTimer: () => ({ send: [], timers: [] }),
};

function link() {
  const clock = new FakeClock();
  const others: number[] = [];
  const interrupt = new AbortController();
  const tunnel = new Tunnel({
    clock,
    environment: { random: (length) => new Uint8Array(length).fill(9), date: () => 1_000_000 },
    signal: interrupt.signal,
    resolve: (host) => Promise.resolve([`${host} resolved`]),
    route: (address) => Promise.resolve({ source: `to ${address}` }),
    onInnerPacket: ([byte = 0]) => others.push(byte),
  });
  return { tunnel, clock, others, interrupt };
}

describe('a link', () => {
  it('shows the world it was given', async () => {
    const { tunnel, clock } = link();
    expect([tunnel.now(), tunnel.date(), ...tunnel.random(2)]).toEqual([clock.now(), 1_000_000, 9, 9]);
    expect([await tunnel.resolve('gw'), await tunnel.route('192.0.2.1')]).toEqual([['gw resolved'], { source: 'to 192.0.2.1' }]);
  });

  it('brings what comes out to the test that waits for it, and the rest to whoever takes it', async () => {
    const { tunnel, others } = link();
    const result = tunnel.run(echo);
    expect(tunnel.sent).toEqual([Uint8Array.of(7)]);
    tunnel.arrive(Uint8Array.of(8));
    tunnel.arrive(Uint8Array.of(7));
    expect(await result).toBe('back');
    tunnel.arrive(Uint8Array.of(7));
    expect(others).toEqual([8, 7]);
  });

  it('is interrupted with its signal', async () => {
    const { tunnel, interrupt } = link();
    const [result, met] = [tunnel.run(echo), tunnel.waitFor(() => false, 1000)];
    interrupt.abort();
    expect([await result, await met, tunnel.signal.aborted]).toEqual([undefined, false, true]);
  });
});
