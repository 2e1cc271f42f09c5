import { describe, expect, it } from 'vitest';
import { BugError, EnvironmentError } from '../../../src/bytes/errors.js';
import type { HeldTunnel } from '../../../src/services/probe/tun.js';
import { type OfferedTunnel, ServeTun } from '../../../src/services/serve/tun.js';

interface Peer extends OfferedTunnel {
  readonly name: string;
  up: boolean;
}

const peer = (name: string): Peer => ({ name, up: true, taker: undefined });

/** A bridge that holds whatever is up, and writes down what it does; `refusing`: what it says of a tunnel. */
function scene(refusing: Readonly<Record<string, Error>> = {}) {
  const did: string[] = [];
  const warnings: string[] = [];
  const tun = new ServeTun(
    (end) => ({
      async hold(held: HeldTunnel) {
        const name = held.outside;
        const error = refusing[name];
        if (error !== undefined) throw error;
        did.push(`holds ${name}`);
        while (held.isUp() && !end.aborted) await new Promise((resolve) => setImmediate(resolve));
        did.push(`gives ${name} up`);
      },
      deliver: (packet) => did.push(`takes ${packet[0]}`),
    }),
    (line) => warnings.push(line),
  );
  const offer = (one: Peer) => {
    const counts = () => ({ sent: 0, received: 0, drops: [] });
    const held = { addresses: [], mtu: 1400, routes: [], outside: one.name, send: () => {}, isUp: () => one.up, counts };
    tun.offer(one, async () => held);
  };
  const goes = (one: Peer) => {
    one.up = false;
    tun.withdraw(one);
  };
  return { tun, did, warnings, offer, goes };
}

const until = async (met: () => boolean) => {
  for (let left = 1000; left > 0 && !met(); left--) await new Promise((resolve) => setImmediate(resolve));
  expect(met()).toBe(true);
};

describe('the interface of serve', () => {
  it('has one tunnel at a time, and the next when that goes', async () => {
    const { tun, did, offer, goes } = scene();
    const [first, second, third] = [peer('first'), peer('second'), peer('third')];
    for (const one of [first, second, third]) offer(one);
    await until(() => did.length === 1);
    expect([first, second, third].map(({ taker }) => taker === undefined)).toEqual([false, true, true]);
    first.taker?.(Uint8Array.of(7));
    // One that waits may go as well.
    goes(second);
    goes(first);
    await until(() => did.includes('holds third'));
    expect(first.taker).toBeUndefined();
    await tun.close();
    expect(did).toEqual(['holds first', 'takes 7', 'gives first up', 'holds third', 'gives third up']);
    expect(third.taker).toBeUndefined();
  });

  it('is free again for who comes later, and for nobody behind the end', async () => {
    const { tun, did, offer, goes } = scene();
    const [first, second] = [peer('first'), peer('second')];
    offer(first);
    await until(() => did.length === 1);
    goes(first);
    await until(() => did.length === 2);
    offer(second);
    await until(() => did.length === 3);
    await tun.close();
    offer(peer('third'));
    await tun.close();
    expect(did).toEqual(['holds first', 'gives first up', 'holds second', 'gives second up']);
  });

  it('passes over a tunnel that it cannot have, and says so', async () => {
    const { tun, did, warnings, offer } = scene({ first: new EnvironmentError('ip route add: File exists') });
    const [first, second] = [peer('first'), peer('second')];
    offer(first);
    offer(second);
    await until(() => did.length === 1);
    expect(first.taker).toBeUndefined();
    expect(warnings).toEqual(['vpndoctor: the interface cannot have this tunnel, which is answered inside: ip route add: File exists']);
    await tun.close();
  });

  it('a fault of our own comes out at the end', async () => {
    const { tun, offer } = scene({ first: new BugError('what') });
    offer(peer('first'));
    await expect(tun.close()).rejects.toThrow('what');
  });
});
