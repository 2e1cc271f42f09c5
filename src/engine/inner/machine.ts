import type { Timer } from '../step.js';

/** What one step of test traffic gives. */
export interface InnerStep<Result> {
  /** IP packets for the tunnel. */
  readonly send: readonly Uint8Array[];
  readonly timers: readonly Timer[];
  /** With the last step. */
  readonly result?: Result;
}

/**
 * A piece of test traffic inside the tunnel: sans-I/O, driven by whoever has the tunnel and the clock. `now` in milliseconds on a
 * monotonic clock, as in `StepFunction`. Never throws for what comes out of the tunnel.
 */
export interface InnerMachine<Result> {
  start(now: number): InnerStep<Result>;
  /** Undefined when the packet does not belong to it: ask the next one. */
  onPacket(packet: Uint8Array, now: number): InnerStep<Result> | undefined;
  onTimer(id: string, now: number): InnerStep<Result>;
}
