import { EchoClient, type EchoResult } from '../../../engine/inner/echo-client.js';
import type { InnerAddresses } from './inner-addresses.js';
import type { Link } from './link.js';

/** Bytes of an IP packet as ping sends them. */
const USUAL_LENGTH = 84;
const USUAL_LENGTH_V6 = 104;
/** Milliseconds between requests. */
const INTERVAL = 20;

/** Some echo requests through the tunnel; undefined when interrupted. */
export function ping(link: Link, { from, to }: InnerAddresses, count: number, timeout: number): Promise<EchoResult | undefined> {
  return link.run(
    new EchoClient({
      route: { src: from, dst: to },
      identifier: identifier(link),
      count,
      length: from.includes(':') ? USUAL_LENGTH_V6 : USUAL_LENGTH,
      interval: INTERVAL,
      timeout,
    }),
  );
}

/** 16 random bits. */
export function identifier(link: Link): number {
  const [high = 0, low = 0] = link.random(2);
  return (high << 8) | low;
}
