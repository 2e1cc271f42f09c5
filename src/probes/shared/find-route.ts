import { EnvironmentError } from '../../bytes/errors.js';
import { type ProbedAddresses, probeFinding } from './finding.js';
import { otherAddressFixes } from './other-addresses.js';
import type { Outcome } from './probe.js';

/** Which way packets leave, and from which address, for the step of any protocol. */
export async function findRoute(
  target: { readonly host: string; readonly source?: string },
  facts: ProbedAddresses & { source?: string; readonly otherAddresses: readonly string[] },
  link: { route(address: string): Promise<{ readonly source: string; readonly interface?: string }> },
): Promise<Outcome> {
  const address = facts.address as string;
  let route: Awaited<ReturnType<typeof link.route>>;
  try {
    route = await link.route(address);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    const finding = probeFinding(target, facts, {
      slug: 'no-route',
      severity: 'error',
      confidence: 0.99,
      title: error.message,
      cause: 'This host does not know where to send packets for the peer, so none leaves.',
      evidence: [{ text: `step route: ${error.message}` }],
      fix: [
        ...otherAddressFixes(target, facts),
        { end: 'ours', text: `ip route get ${address}; ip route show; add the missing route or default gateway` },
      ],
      refs: [],
    });
    return { status: 'fail', text: error.message, findings: [finding] };
  }
  const source = target.source ?? route.source;
  facts.source = source;
  const text = `from ${source}${route.interface === undefined ? '' : ` through ${route.interface}`}`;
  return {
    status: 'pass',
    text:
      target.source !== undefined && target.source !== route.source
        ? `${text} as asked for; the host itself would take ${route.source}`
        : text,
  };
}
