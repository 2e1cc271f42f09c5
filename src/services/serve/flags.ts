import { networkInterfaces } from 'node:os';
import { UsageError } from '../../bytes/errors.js';
import { FOR_EVER } from '../../transport/clock.js';
import { addressOf } from '../probe/flags.js';

/** Flags of a server of either protocol, as commander gives them. */
export interface ServeRunFlags {
  readonly listen: readonly string[];
  /** End when the first peer has gone. */
  readonly once?: boolean;
  readonly timeout?: string;
  readonly tun?: string;
  readonly write?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
}

const MOST_SECONDS = 1_000_000;

/** Every address of this host unless some are named. Link-local ones need their zone. */
export function listenOn(listen: readonly string[]): readonly string[] {
  const named = listen.map((address) => {
    // A link-local one has its interface with it.
    addressOf(address.replace(/%.+$/, ''), '--listen');
    return address;
  });
  if (named.length > 0) return named;
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address }) => !/^fe[89ab]/i.test(address))
    .map(({ address }) => address);
}

/** `--timeout` of a server, in milliseconds: for ever without. @throws UsageError */
export function timeoutOf(text: string | undefined): number {
  if (text === undefined) return FOR_EVER;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MOST_SECONDS))
    throw new UsageError(`--timeout ${text} is not a time in seconds`, `above 0, ${MOST_SECONDS} at most`);
  return seconds * 1000;
}
