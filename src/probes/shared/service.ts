import type { RandomSource } from '../../crypto/random-source.js';

/** A port of a host inside the tunnel. */
export interface InnerService {
  readonly address: string;
  readonly port: number;
}

/** Of the dynamic ports, RFC 6335 §6. */
const FIRST_EPHEMERAL = 49_152;
const EPHEMERAL = 16_384;

/** A port to send from. */
export function ephemeralPort(random: RandomSource): number {
  const [high = 0, low = 0] = random(2);
  return FIRST_EPHEMERAL + (((high << 8) | low) % EPHEMERAL);
}
