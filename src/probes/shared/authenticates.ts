import type { ProbeTarget } from '../target.js';

/** Steps after which nothing of IKE_AUTH is wanted. */
const INIT_ONLY: ReadonlySet<string> = new Set(['resolve', 'route', 'udp-500', 'udp-4500', 'ike-sa-init', 'nat']);

/** Whether IKE_AUTH is to be sent at all: not without credentials, and not when the probe is to end before. */
export function authenticates({ tunnel, until }: ProbeTarget): boolean {
  return tunnel.proof !== undefined && !INIT_ONLY.has(until ?? '');
}
