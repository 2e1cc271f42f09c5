import { innerMtu } from '../../engine/esp/inner-mtu.js';
import { PathMtuSearch } from '../../engine/inner/path-mtu-search.js';
import { probeFinding } from '../shared/finding.js';
import { identifier } from '../shared/ping.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';

const USUAL_MTU = 1500;
/** RFC 791, RFC 8200 §5: what every link takes. */
const LEAST_V4 = 576;
const LEAST_V6 = 1280;
const TRIES = 2;
/** A reply is waited for that many round trips, within bounds in milliseconds. */
const ROUND_TRIPS = 6;
const SHORTEST = 150;
const LONGEST = 1000;
/** IPv4 and TCP headers without options. */
const TCP_IP = 40;
const TCP_IPV6 = 60;

/** The largest packet that passes inside the tunnel, and whether anybody says so of larger ones. */
export const probe: Probe = {
  id: 'inner-path-mtu',
  title: 'path MTU inside',
  after: ['child', 'echo'],
  plan: (_target, facts) => (facts.echo === undefined ? skips('needs an address inside that answers echo (--ping)') : applies),
  async run({ target, facts, link }) {
    if (facts.echo === undefined) return { status: 'skip', text: 'no echo' };
    const { from, to } = facts.echo.addresses;
    const v6 = from.includes(':');
    const result = await link.run(
      new PathMtuSearch({
        route: { src: from, dst: to },
        identifier: identifier(link),
        least: v6 ? LEAST_V6 : LEAST_V4,
        most: target.mtu ?? USUAL_MTU,
        timeout: Math.min(Math.max(facts.echo.roundTrip * ROUND_TRIPS, SHORTEST), LONGEST),
        tries: TRIES,
      }),
    );
    if (result === undefined) return { status: 'unreached', text: 'interrupted' };
    const { outcome, mtu, text } = result;
    if (mtu !== undefined) facts.innerMtu = mtu;
    const details = [`${result.requests} requests`];
    if (outcome === 'whole' || outcome === 'told') return { status: 'pass', text, details };
    if (mtu === undefined) return { status: 'unknown', text, details };
    const natural = facts.child === undefined ? 0 : innerMtu(facts.child, USUAL_MTU, facts.address?.includes(':') === true ? 6 : 4);
    if (mtu >= natural && natural > 0) {
      return { status: 'pass', text: `packets of up to ${mtu} bytes pass, all that a link of ${USUAL_MTU} bytes leaves inside`, details };
    }
    const mss = mtu - (v6 ? TCP_IPV6 : TCP_IP);
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
          fix: [
            {
              end: 'either',
              text: `clamp the MSS to ${mss}: nft add rule inet filter forward tcp flags syn tcp option maxseg size set ${mss}; iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss ${mss}; Cisco ASA: sysopt connection tcpmss ${mss}`,
            },
            { end: 'path', text: 'let ICMP type 3 code 4 (ICMPv6 type 2) pass' },
          ],
          refs: ['RFC 2923 §2.1', 'RFC 4821'],
        }),
      ],
    };
  },
};
