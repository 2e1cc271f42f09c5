import type { InnerMachine, InnerStep } from '../../engine/inner/machine.js';
import type { Clock } from '../../transport/clock.js';

interface Running {
  onPacket(packet: Uint8Array): boolean;
}

/** Runs pieces of test traffic: their packets into the tunnel, what comes out to the one it belongs to. */
export class InnerTraffic {
  readonly #clock: Clock;
  readonly #send: (packet: Uint8Array) => void;
  readonly #running = new Set<Running>();

  constructor(clock: Clock, send: (packet: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** To the end; undefined when the signal said so. */
  run<Result>(machine: InnerMachine<Result>, signal: AbortSignal): Promise<Result | undefined> {
    const clock = this.#clock;
    const timers = new Map<string, () => void>();
    return new Promise((resolve) => {
      const finish = (result: Result | undefined) => {
        for (const cancel of timers.values()) cancel();
        timers.clear();
        this.#running.delete(running);
        signal.removeEventListener('abort', aborted);
        resolve(result);
      };
      const aborted = () => finish(undefined);
      const carryOut = (step: InnerStep<Result>) => {
        for (const { id, at } of step.timers) {
          timers.get(id)?.();
          timers.delete(id);
          if (at !== undefined)
            timers.set(
              id,
              clock.after(at - clock.now(), () => carryOut(machine.onTimer(id, clock.now()))),
            );
        }
        if (step.result !== undefined) return finish(step.result);
        for (const packet of step.send) this.#send(packet);
      };
      const running: Running = {
        onPacket: (packet) => {
          const step = machine.onPacket(packet, clock.now());
          if (step !== undefined) carryOut(step);
          return step !== undefined;
        },
      };
      this.#running.add(running);
      signal.addEventListener('abort', aborted, { once: true });
      if (signal.aborted) aborted();
      else carryOut(machine.start(clock.now()));
    });
  }

  /** A packet that came out of the tunnel; false when it was nobody's. */
  deliver(packet: Uint8Array): boolean {
    for (const running of [...this.#running]) if (running.onPacket(packet)) return true;
    return false;
  }
}
