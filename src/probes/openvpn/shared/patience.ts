import type { ProbeTarget } from '../target.js';

/** Milliseconds that a step waits for the engine, which gives up by itself before and says why. */
export function stepPatience({ patience }: Pick<ProbeTarget, 'patience'>): number {
  return patience * 1.5 + 2000;
}

/** Seconds for a whole handshake: a reset may have taken some of it. */
export function handshakeWindow(patience: number): number {
  return Math.ceil(patience / 1000) + 1;
}
