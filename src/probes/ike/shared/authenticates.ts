import { IKEV1_EXCHANGE_TYPES } from '../../../wire/ike/tables/exchange-types.js';
import type { ProbeTarget } from '../target.js';

/** Steps after which nothing of IKE_AUTH is wanted. */
const INIT_ONLY: ReadonlySet<string> = new Set(['resolve', 'route', 'udp-500', 'udp-4500', 'ike-sa-init', 'nat']);

/** Whether IKE_AUTH is to be sent at all: not without credentials, and not when the probe is to end before. */
export function authenticates({ tunnel, until }: ProbeTarget): boolean {
  return tunnel.proof !== undefined && !INIT_ONLY.has(until ?? '');
}

/** Whether a message is the one that shows who its sender is: IKE_AUTH, and of IKEv1 the messages of phase 1 with a hash or a signature. */
export function isAuthentication({ exchange, payloads }: { readonly exchange: string; readonly payloads: readonly string[] }): boolean {
  return exchange === 'IKE_AUTH' || (PHASE1.has(exchange) && (payloads.includes('HASH') || payloads.includes('SIG')));
}

/** Whether the keys of the first encrypted messages hang on a pre-shared key (RFC 2409 §5): with signatures, and in hybrid, they do not. */
export function needsPresharedKey({ settings, ikev1 }: ProbeTarget['tunnel']): boolean {
  return settings.localAuth.method === 'psk' && ikev1?.hybrid !== true;
}

const PHASE1: ReadonlySet<string> = new Set([IKEV1_EXCHANGE_TYPES[2], IKEV1_EXCHANGE_TYPES[4]]);
