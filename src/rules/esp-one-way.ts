import { count } from '../bytes/count.js';
import type { Finding, Severity } from '../model/finding.js';
import type { SaFacts } from '../model/sa.js';
import { secondsBetween } from '../model/seconds-between.js';
import { finding, type Rule } from './rule.js';
import { listenedAfter, span } from './shared/clock.js';
import { type Direction, directionsOf, speaksIke } from './shared/directions.js';
import { cameUp } from './shared/handshake.js';
import { type Peers, peersOf } from './shared/peers.js';

/** Fewer packets, or a shorter time, are a slow start. */
const LEAST_PACKETS = 5;
const LEAST_SECONDS = 1;
/** Traffic of mixed sizes may be one-way by nature (syslog, streams): it must be more of it. */
const LEAST_MIXED_PACKETS = 20;
const LEAST_MIXED_SECONDS = 10;

/** F05, F06: the tunnel is negotiated and only one end's ESP is ever seen. */
export const rule: Rule = {
  code: 'esp/one-way',
  title: 'ESP flows in one direction only',
  severity: 'error',
  refs: ['RFC 4303 §3.4', 'RFC 3948 §2.1', 'RFC 4301 §4.1'],
  dependsOn: [
    'path/protocol-unreachable',
    'path/port-unreachable',
    'path/admin-prohibited',
    'path/host-unreachable',
    'path/mtu-black-hole',
    'ike/nat-without-natt',
    'ike/phase2-refused',
    'ike/child-refused',
    'ike/auth-failed',
    'ike/peer-restarted',
    'ike/dpd-timeout',
    'esp/encapsulation-mismatch',
    'esp/icv-length-mismatch',
    'esp/icv-bad',
    'esp/unknown-spi',
    'ah/through-nat',
  ],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      for (const protocol of ['esp', 'ah'] as const) {
        const directions = directionsOf(peers, protocol);
        if (directions === undefined) continue;
        if (directions[1].packets > 0) {
          const stopped = stoppedAnswering(directions);
          if (stopped !== undefined) yield stoppedFinding(peers, stopped);
          continue;
        }
        const [there, back] = directions;
        const first = there.sas[0] as SaFacts;
        const last = there.sas.at(-1) as SaFacts;
        const lasting = secondsBetween(first.firstTime, last.lastTime);
        const alike = there.sas.every(({ minLength, maxLength }) => minLength === maxLength);
        const enough = alike
          ? there.packets >= LEAST_PACKETS && listenedAfter(facts, first.firstTime) >= LEAST_SECONDS
          : there.packets >= LEAST_MIXED_PACKETS && lasting >= LEAST_MIXED_SECONDS;
        if (!enough) continue;
        const session = peers.sessions.find(cameUp);
        const heard = speaksIke(peers, there.dst, first.firstFrame);
        const name = protocol.toUpperCase();
        const carried =
          first.encapsulation === 'none' ? `protocol ${protocol === 'esp' ? 50 : 51}` : first.encapsulation === 'udp' ? 'UDP 4500' : 'TCP';
        const severity: Severity = alike && session !== undefined ? 'error' : alike || session !== undefined ? 'warning' : 'info';
        yield finding(rule, {
          severity,
          confidence: severity === 'error' ? (heard !== undefined ? 0.85 : 0.75) : 0.5,
          subject: peers.subject,
          title: `${count(there.packets, `${name} packet`)} from ${there.src} to ${there.dst} (${carried}) within ${span(lasting)}, none back`,
          cause: `${session === undefined ? 'The negotiation is not in this capture. ' : 'IKE is established. '}${heard === undefined ? '' : `The capture does hear ${there.dst} (its IKE in packet ${heard}), so it is ${name} of that direction that is missing. `}${
            alike
              ? 'All packets have one size, as repeated requests that nobody answers have. '
              : 'The packets have different sizes; an application that only sends would look the same. '
          }Either ${back.src} never answers - it drops what it gets (wrong ICV, no policy, rp_filter, no forwarding, firewall), its host has no route back, or masquerading takes the answer out of the tunnel - or it answers and the path loses ${carried} in that direction. A capture at ${back.src} tells: do the packets arrive there, and does an answer leave?`,
          evidence: evidence(there, protocol),
          fix: [
            first.encapsulation === 'none'
              ? {
                  end: 'path',
                  text: `permit protocol ${protocol === 'esp' ? 50 : 51} from ${back.src} to ${back.dst}, or carry ESP in UDP 4500: libreswan encapsulation=yes, swanctl.conf encap = yes, Cisco ASA crypto isakmp nat-traversal 20`,
                }
              : {
                  end: 'path',
                  text: `permit ${carried} from ${back.src} to ${back.dst} also for ESP, not only for IKE (no filter on the non-ESP marker, no stateful timeout)`,
                },
            {
              end: 'either',
              text: `on ${there.dst}: cat /proc/net/xfrm_stat twice (XfrmInStateProtoError: key or ICV; XfrmInTmplMismatch or XfrmInNoPols: policy; XfrmInNoStates: SPI), ip -s xfrm state, sysctl net.ipv4.ip_forward net.ipv4.conf.all.rp_filter; Cisco ASA: show crypto ipsec sa (encaps, decaps)`,
            },
            {
              end: 'either',
              text: `on ${there.dst}: a rule ahead of masquerading for tunnel traffic: iptables -t nat -I POSTROUTING -m policy --dir out --pol ipsec -j ACCEPT`,
            },
          ],
          retest: `ping through the tunnel and run vpndoctor sniff -i any --esp --host ${there.dst} at both ends: both SPIs must count up`,
        });
      }
    }
  },
};

interface Stopped {
  readonly there: SaFacts;
  readonly back: SaFacts;
  readonly alone: number;
}

/** An echo in packets of one size that was answered and is not any more, until the end of what was captured. */
function stoppedAnswering(directions: readonly [Direction, Direction]): Stopped | undefined {
  for (const [one, other] of [directions, directions.toReversed() as [Direction, Direction]] as const) {
    const there = lastOf(one);
    const back = other.sas.find(({ spi }) => spi === there?.pairSpi);
    if (there === undefined || back === undefined || lastOf(other) !== back) continue;
    const alike = [there.minLength, there.maxLength, back.minLength].every((length) => length === back.maxLength);
    const alone = secondsBetween(back.lastTime, there.lastTime);
    if (alike && there.packets - back.packets >= LEAST_PACKETS && alone >= LEAST_SECONDS) return { there, back, alone };
  }
  return undefined;
}

function lastOf({ sas }: Direction): SaFacts | undefined {
  return sas.reduce<SaFacts | undefined>((a, b) => (a === undefined || b.lastFrame > a.lastFrame ? b : a), undefined);
}

function stoppedFinding({ subject }: Peers, { there, back, alone }: Stopped): Finding {
  return finding(rule, {
    severity: 'warning',
    confidence: 0.65,
    subject,
    title: `${back.src} answered until packet ${back.lastFrame}, and in the ${span(alone)} after it ${there.src} sends alone`,
    cause: `Both directions carried packets of one size, as an echo does; then one end fell silent while the other goes on. The silent end restarted or lost its SAs (it then drops SPI ${there.spi} without a word), its host or link went down, or a filter on the way changed. Without dead peer detection the sender goes on until its lifetime ends.`,
    evidence: [
      {
        frame: back.lastFrame,
        field: back.protocol.toUpperCase(),
        text: `SPI ${back.spi}, sequence ${back.lastSequence}: the last from ${back.src}`,
      },
      {
        frame: there.lastFrame,
        field: there.protocol.toUpperCase(),
        text: `SPI ${there.spi}, sequence ${there.lastSequence}: still from ${there.src}`,
      },
    ],
    fix: [
      {
        end: 'either',
        text: `on ${there.dst}: ip xfrm state must list SPI ${there.spi}; if it does not, take the tunnel down and up on ${there.src}: ipsec auto --down NAME; ipsec auto --up NAME, or swanctl --terminate --ike NAME; swanctl --initiate --child NAME`,
      },
      {
        end: 'either',
        text: 'dead peer detection, so that it heals itself: libreswan dpddelay=10 dpdtimeout=30 dpdaction=restart; swanctl.conf dpd_delay = 10s, dpd_action = restart',
      },
    ],
    retest: `on ${there.dst}: XfrmInNoStates in /proc/net/xfrm_stat must stand still while packets of SPI ${there.spi} arrive`,
  });
}

function evidence(there: Direction, protocol: string) {
  return there.sas.slice(0, 3).flatMap((sa) => [
    {
      frame: sa.firstFrame,
      field: protocol.toUpperCase(),
      text: `SPI ${sa.spi}, sequence ${sa.firstSequence}: the first of ${sa.packets}`,
    },
    {
      frame: sa.lastFrame,
      field: protocol.toUpperCase(),
      text: `SPI ${sa.spi}, sequence ${sa.lastSequence}: the last; nothing from ${sa.dst} in between`,
    },
  ]);
}
