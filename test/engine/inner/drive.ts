import type { InnerMachine, InnerStep } from '../../../src/engine/inner/machine.js';
import { Responder, type ResponderSettings } from '../../../src/engine/inner/responder.js';
import { seededRandom } from '../esp/make-child.js';

/** What a network between machine and host does with a packet: `undefined` loses it, several are duplicates or answers of its own. */
export type Network = (packet: Uint8Array, direction: 'there' | 'back') => readonly Uint8Array[];

export const clear: Network = (packet) => [packet];

export interface Driven<Result> {
  readonly result: Result;
  /** Milliseconds that went by. */
  readonly took: number;
  /** Packets that the machine sent. */
  readonly sent: readonly Uint8Array[];
}

/** Each way takes this long. */
export const DELAY = 5;

/**
 * Runs a machine against a host on a clock of its own until it has a result. `host`: what a `Responder` is made of, or a function that
 * answers in its stead, routers on the way included.
 */
export function drive<Result>(
  machine: InnerMachine<Result>,
  network: Network = clear,
  host: Partial<ResponderSettings> | ((packet: Uint8Array) => readonly Uint8Array[]) = {},
): Driven<Result> {
  const responder = typeof host === 'function' ? undefined : new Responder({ random: seededRandom(3), ...host });
  const answer = (packet: Uint8Array, at: number) => (typeof host === 'function' ? host(packet) : (responder?.answer(packet, at) ?? []));
  const queue: { at: number; packet: Uint8Array; to: 'host' | 'machine' }[] = [];
  const timers = new Map<string, number>();
  const sent: Uint8Array[] = [];
  let now = 1000;
  let result: Result | undefined;
  const take = (step: InnerStep<Result> | undefined) => {
    if (step === undefined) return;
    for (const { id, at } of step.timers) at === undefined ? timers.delete(id) : timers.set(id, at);
    for (const packet of step.send) {
      sent.push(packet);
      for (const passed of network(packet, 'there')) queue.push({ at: now + DELAY, packet: passed, to: 'host' });
    }
    if (step.result !== undefined) result ??= step.result;
  };
  take(machine.start(now));
  for (let steps = 0; result === undefined; steps++) {
    if (steps > 10_000) throw new TypeError('no end');
    const packet = queue.reduce<(typeof queue)[number] | undefined>(
      (first, one) => (first === undefined || one.at < first.at ? one : first),
      undefined,
    );
    const timer = [...timers].reduce<[string, number] | undefined>(
      (first, one) => (first === undefined || one[1] < first[1] ? one : first),
      undefined,
    );
    if (packet !== undefined && (timer === undefined || packet.at <= timer[1])) {
      queue.splice(queue.indexOf(packet), 1);
      now = packet.at;
      if (packet.to === 'machine') take(machine.onPacket(packet.packet, now));
      else
        for (const back of answer(packet.packet, now)) {
          for (const passed of network(back, 'back')) queue.push({ at: now + DELAY, packet: passed, to: 'machine' });
        }
    } else if (timer !== undefined) {
      timers.delete(timer[0]);
      now = timer[1];
      take(machine.onTimer(timer[0], now));
    } else throw new TypeError('nothing left to happen, and no result');
  }
  return { result, took: now - 1000, sent };
}
