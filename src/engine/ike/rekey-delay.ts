import type { Environment } from '../step.js';

/** We rekey at 80 to 90 percent of a lifetime, so that two ends with the same one seldom do it at once (RFC 7296 §2.8). */
const EARLIEST = 0.8;
const SPREAD = 0.1;

/** Milliseconds after which something of this lifetime in seconds is rekeyed. */
export function rekeyDelay(lifetime: number, { env }: { readonly env: Pick<Environment, 'random'> }): number {
  const [byte = 0] = env.random(1);
  return lifetime * 1000 * (EARLIEST + (SPREAD * byte) / 256);
}
