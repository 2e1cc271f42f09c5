import type { RandomSource } from '../../crypto/random-source.js';
import { EchoClient, type EchoResult } from '../../engine/inner/echo-client.js';
import type { InnerMachine } from '../../engine/inner/machine.js';

/** Bytes of an IP packet as ping sends them. */
const USUAL_LENGTH = 84;
const USUAL_LENGTH_V6 = 104;
/** Milliseconds between requests. */
const INTERVAL = 20;

/** What test traffic needs of a tunnel. */
export interface InnerLink {
  readonly random: RandomSource;
  /** Runs test traffic through the tunnel to its end; undefined when it was interrupted. */
  run<Result>(machine: InnerMachine<Result>): Promise<Result | undefined>;
}

/**
 * Some echo requests through the tunnel; undefined when interrupted.
 * @param settling milliseconds within which the peer may still be setting up
 */
export function ping(
  link: InnerLink,
  { from, to }: { readonly from: string; readonly to: string },
  count: number,
  timeout: number,
  settling?: number,
): Promise<EchoResult | undefined> {
  return link.run(
    new EchoClient({
      route: { src: from, dst: to },
      identifier: identifier(link),
      count,
      length: from.includes(':') ? USUAL_LENGTH_V6 : USUAL_LENGTH,
      interval: INTERVAL,
      timeout,
      ...(settling === undefined ? {} : { settling }),
    }),
  );
}

/** 16 random bits. */
export function identifier(link: Pick<InnerLink, 'random'>): number {
  const [high = 0, low = 0] = link.random(2);
  return (high << 8) | low;
}
