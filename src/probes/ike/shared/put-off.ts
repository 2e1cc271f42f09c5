import type { Outcome } from '../../shared/probe.js';
import type { ProbeFacts } from './probe-facts.js';

const BUSY = 'N(TEMPORARY_FAILURE)';

/**
 * How a rekeying ends that the peer put off each time until our patience was over (RFC 7296 §2.25): that is no silence.
 * @param since milliseconds of the link's clock
 */
export function putOff({ received }: Pick<ProbeFacts, 'received'>, since: number): Outcome | undefined {
  const times = received.filter(({ at, response, payloads }) => at >= since && response && payloads.includes(BUSY)).length;
  if (times === 0) return undefined;
  return {
    status: 'warn',
    text: `the peer puts it off, ${times === 1 ? 'once' : `${times} times`} so far: ${BUSY}`,
    details: [
      'it is at an exchange of its own: it rekeys by itself, on account of a very short lifetime or of a NAT that changes our port again and again',
    ],
  };
}
