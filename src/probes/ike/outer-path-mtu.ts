import { innerMtu } from '../../engine/esp/inner-mtu.js';
import { LEAST_MTU, udpIpHeaders } from '../../wire/ip/sizes.js';
import { clampFix } from '../shared/clamp-fix.js';
import { probeFinding } from '../shared/finding.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { statelessQuestion } from './shared/stateless-question.js';

/** The non-ESP marker on 4500. */
const MARKER = 4;
/** Usual MTUs of links, largest first: Ethernet, PPPoE, tunnels of several kinds, the least of IPv6. */
const SIZES = [1500, 1492, 1480, 1460, 1440, 1420, 1400, 1360, 1320, 1280];
/** Where tunnels have an interface, and libreswan, which sets it on its routes. */
const smallerMtu = (mtu: number): string => `ip link set dev INTERFACE mtu ${mtu} (VTI, XFRM); ipsec.conf mtu=${mtu} (libreswan)`;
/** Milliseconds that one size is waited for: one sending, so that the kernel does not fragment a second one. */
const PATIENCE = 450;

/** The largest whole packet that gets to the peer, as IKE and ESP in UDP travel. */
export const probe: Probe = {
  id: 'outer-path-mtu',
  title: 'path MTU outside',
  after: ['ike-sa-init'],
  plan: ({ ports, tunnel }) =>
    tunnel.ikev1 !== undefined ? skips('is asked in IKEv2') : ports.tcp === undefined ? applies : skips('TCP finds its own'),
  async run(context) {
    const { target, facts, link } = context;
    const path = link.paths.natt !== undefined && facts.steps.get('udp-4500')?.status === 'pass' ? link.paths.natt : link.paths.ike;
    if (path === undefined) return { status: 'skip', text: 'no path' };
    const headers = udpIpHeaders(path.remote.address) + (path.channel === 'natt' ? MARKER : 0);
    const passes = async (size: number) =>
      (await link.ask(path, statelessQuestion(link.random, size - headers), PATIENCE)).kind === 'answered';
    const told = () => smallest(context);
    const [most = 1500, ...smaller] = SIZES;
    const whole = await passes(most);
    // Once a router has spoken the kernel cuts what is larger, and it gets there in pieces.
    if (whole && (told() ?? most) >= most) return { status: 'pass', text: `packets of ${most} bytes get to the peer` };
    if (link.signal.aborted) return { status: 'unreached', text: 'interrupted' };
    // A small one first: where that is not answered, silence says nothing about size.
    if (!whole && !(await passes(0))) return { status: 'unknown', text: 'the peer answers no question that it can only refuse' };
    let largest: number | undefined;
    for (const size of told() === undefined ? smaller : []) {
      if (link.signal.aborted) return { status: 'unreached', text: 'interrupted' };
      if (await passes(size)) {
        largest = size;
        break;
      }
    }
    const mtu = told() ?? largest;
    const text =
      mtu === undefined
        ? `packets of ${SIZES.at(-1)} bytes do not get to the peer`
        : `packets of ${mtu} bytes get to the peer, ${most} do not`;
    const silent = told() === undefined;
    facts.blackHole = silent;
    const inside =
      mtu === undefined || facts.child === undefined ? undefined : innerMtu(facts.child, mtu, path.remote.address.includes(':') ? 6 : 4);
    const v6Inside = facts.child?.localSelectors.some(({ start }) => start.length === 16) === true;
    return {
      status: 'warn',
      text: `${text}${silent ? '; no router says so' : ''}`,
      findings: [
        probeFinding(target, facts, {
          slug: silent ? 'outer-mtu-black-hole' : 'outer-mtu-small',
          severity: 'warning',
          confidence: 0.8,
          title: `The path to ${facts.address} takes packets of ${mtu ?? 'less than 1280'} bytes, not ${most}`,
          cause: `A link on the way is smaller than Ethernet${silent ? ', and its "fragmentation needed" does not arrive: what is larger is lost without a word' : ''}. Tunnel packets are larger than what they carry, so that the MTU inside is smaller still.`,
          evidence: [{ text: `step outer-path-mtu: ${text}` }],
          fix: [
            ...(inside === undefined
              ? [{ end: 'either' as const, text: 'clamp the MSS inside the tunnel: with credentials the probe says to how much' }]
              : [
                  clampFix(inside, v6Inside),
                  // IPv6 does not run over less than 1280 (RFC 8200 §5).
                  ...(v6Inside && inside < LEAST_MTU[6]
                    ? []
                    : [{ end: 'either' as const, text: `or an MTU of ${inside} for what goes into the tunnel: ${smallerMtu(inside)}` }]),
                ]),
            { end: 'path', text: 'let ICMP type 3 code 4 (ICMPv6 type 2) pass' },
          ],
          refs: ['RFC 1191', 'RFC 8201', 'RFC 7383'],
        }),
      ],
    };
  },
};

/** What routers or the kernel said of the path. */
function smallest({ facts }: ProbeContext): number | undefined {
  const told = facts.errors.flatMap(({ reason, mtu }) => (reason === 'too-big' && mtu !== undefined ? [mtu] : []));
  return told.length === 0 ? undefined : Math.min(...told);
}
