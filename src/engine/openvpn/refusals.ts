import type { Refusal, RefusedBy } from '../refusal.js';

/** Where a session can fail. */
export type Stage = 'reset' | 'TLS' | 'key method 2' | 'credentials' | 'cipher negotiation' | 'push' | 'session';

export function refusal(
  code: string,
  by: RefusedBy,
  exchange: Stage,
  text: string,
  values: Pick<Refusal, 'ours' | 'theirs' | 'suspected'> = {},
): Refusal {
  return { code, by, exchange, text, ...values };
}
