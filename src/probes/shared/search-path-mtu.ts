import { PathMtuSearch } from '../../engine/inner/path-mtu-search.js';
import { LEAST_MTU, USUAL_MTU } from '../../wire/ip/sizes.js';
import { clampFix } from './clamp-fix.js';
import { type Probed, type ProbedAddresses, probeFinding } from './finding.js';
import { type InnerLink, identifier } from './ping.js';
import type { Outcome } from './probe.js';

/** What every host takes, in fragments or whole (RFC 791 §3.1): smaller ones are not asked for. */
const LEAST_V4 = 576;
const TRIES = 2;
/** A reply is waited for that many round trips, within bounds in milliseconds. */
const ROUND_TRIPS = 6;
const SHORTEST = 150;
const LONGEST = 1000;

/**
 * The largest packet that passes inside the tunnel, and whether anybody says so of larger ones, for the step of any protocol.
 * @param natural bytes that a link of 1500 bytes leaves inside; 0: not known
 */
export async function searchPathMtu(
  target: Probed & { readonly mtu?: number },
  facts: ProbedAddresses & { innerMtu?: number },
  link: InnerLink,
  { from, to, roundTrip }: { readonly from: string; readonly to: string; readonly roundTrip: number },
  natural: number,
): Promise<Outcome> {
  const v6 = from.includes(':');
  const result = await link.run(
    new PathMtuSearch({
      route: { src: from, dst: to },
      identifier: identifier(link),
      least: v6 ? LEAST_MTU[6] : LEAST_V4,
      most: target.mtu ?? USUAL_MTU,
      timeout: Math.min(Math.max(roundTrip * ROUND_TRIPS, SHORTEST), LONGEST),
      tries: TRIES,
    }),
  );
  if (result === undefined) return { status: 'unreached', text: 'interrupted' };
  const { outcome, mtu, text } = result;
  if (mtu !== undefined) facts.innerMtu = mtu;
  const details = [`${result.requests} requests`];
  if (outcome === 'whole' || outcome === 'told') return { status: 'pass', text, details };
  if (mtu === undefined) return { status: 'unknown', text, details };
  if (mtu >= natural && natural > 0) {
    return { status: 'pass', text: `packets of up to ${mtu} bytes pass, all that a link of ${USUAL_MTU} bytes leaves inside`, details };
  }
  return {
    status: 'warn',
    text,
    details,
    findings: [
      probeFinding(target, facts, {
        slug: 'inner-mtu-black-hole',
        severity: 'warning',
        confidence: 0.85,
        title: `Packets of more than ${mtu} bytes vanish in the tunnel, and nobody says so`,
        cause: `Echo requests up to ${mtu} bytes come back, larger ones do not, and no "fragmentation needed" (IPv6 "packet too big") arrives: connections hang as soon as they send full segments, though ping works. Either a link on the way is smaller and its ICMP is filtered, or fragments of the outer packets are dropped.`,
        evidence: [{ text: `step inner-path-mtu: ${text}` }],
        fix: [clampFix(mtu, v6), { end: 'path', text: 'let ICMP type 3 code 4 (ICMPv6 type 2) pass' }],
        refs: ['RFC 2923 §2.1', 'RFC 4821'],
      }),
    ],
  };
}
