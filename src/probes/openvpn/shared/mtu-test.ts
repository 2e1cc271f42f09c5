import { USUAL_MTU, udpIpHeaders } from '../../../wire/ip/sizes.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeFacts } from './probe-facts.js';

/** Milliseconds for a dozen sizes, twice a second, and the questions for what arrived of them. */
const LONGEST = 9000;
/** Sizes of the test lie so far apart: the largest that fits may be so much smaller than the room. */
const STEP = 66;

/** Waits for the end of OpenVPN's own test (`mtu-test`), which the engine began when the tunnel came up, and judges it. */
export async function awaitMtuTest(context: ProbeContext): Promise<Outcome> {
  const { facts, link } = context;
  await link.waitFor(() => facts.mtu !== undefined || facts.ended !== undefined, LONGEST);
  if (facts.mtu === undefined)
    return { status: 'unknown', text: 'mtu-test: the peer does not say what arrived (before 2.0, or none of OpenVPN)' };
  return judgeMtuTest(context, facts.mtu);
}

/** Of the largest packets that each end sent, those that the other got. Bytes of UDP payload. */
export function judgeMtuTest(
  { facts, target }: Pick<ProbeContext, 'facts' | 'target'>,
  { ours, theirs }: NonNullable<ProbeFacts['mtu']>,
): Outcome {
  const text = `mtu-test: ours of up to ${ours.sent} bytes arrive up to ${theirs.received}, the peer's of up to ${theirs.sent} up to ${ours.received}`;
  const room = USUAL_MTU - udpIpHeaders(facts.address ?? '') - STEP;
  const lost = [
    { way: 'to the peer', sent: ours.sent, received: theirs.received },
    { way: 'from the peer', sent: theirs.sent, received: ours.received },
    // Larger ones go in fragments on any link.
  ].filter(({ sent, received }) => received < sent && received < room);
  if (lost.length === 0) return { status: 'pass', text };
  const least = Math.min(...lost.map(({ received }) => received));
  const finding = probeFinding(target, facts, {
    slug: 'openvpn-large-packets-lost',
    severity: 'warning',
    confidence: 0.85,
    title: `Packets of more than ${least} bytes are lost on the way ${lost.map(({ way }) => way).join(' and ')}`,
    cause: `${text}. A link on the path is smaller, and the ICMP message that would say so, or the fragments, are filtered: connections through the tunnel hang as soon as they send full segments, though ping works. OpenVPN's own words: "NOTE: Empirical MTU test completed [Tried,Actual] local->remote=[${ours.sent},${theirs.received}] remote->local=[${theirs.sent},${ours.received}]".`,
    evidence: lost.map(({ way, sent, received }) => ({ text: `step inner-path-mtu: ${way} ${sent} bytes tried, ${received} arrived` })),
    fix: [
      { end: 'either', text: `mssfix ${least} (for what is not TCP: fragment ${least} at both ends)` },
      { end: 'path', text: 'let ICMP type 3 code 4 (IPv6: type 2) and fragments through' },
    ],
    dependsOn: ['openvpn/ping-restart'],
    refs: ['OpenVPN manual --mtu-test', 'OpenVPN manual --mssfix'],
  });
  return { status: 'warn', text, findings: [finding] };
}
