import { UsageError } from '../../bytes/errors.js';
import type { IkeSettings } from '../../engine/ike/settings.js';
import type { TunnelFlags } from './flags.js';

/** Below this a tunnel would do little but rekey. */
const SHORTEST = 10;
/** Of a timer: 24 days. */
const LONGEST = 2_147_483;
const MOST_KILOBYTES = 2 ** 32 - 1;

/** Lifetimes that flags name, in seconds; 0 where nothing is rekeyed by itself. @throws UsageError */
export function lifetimesOf({ ikeLifetime, lifetime }: TunnelFlags): IkeSettings['lifetimes'] {
  return {
    ike: amountOf(ikeLifetime, '--ike-lifetime', 'seconds', SHORTEST, LONGEST) ?? 0,
    child: amountOf(lifetime, '--lifetime', 'seconds', SHORTEST, LONGEST) ?? 0,
  };
}

/** Whether it is one that flags take. */
export function isLifetime(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= SHORTEST && seconds <= LONGEST;
}

/** Kilobytes after which a CHILD_SA is rekeyed. @throws UsageError */
export function kilobytesOf({ lifebytes }: TunnelFlags): number | undefined {
  return amountOf(lifebytes, '--lifebytes', 'kilobytes', 1, MOST_KILOBYTES);
}

function amountOf(text: string | undefined, flag: string, unit: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const amount = Number(text);
  if (!Number.isInteger(amount) || amount < least || amount > most) {
    throw new UsageError(`${flag} ${text} is no lifetime`, `a whole number of ${unit} from ${least} to ${most}`);
  }
  return amount;
}
