import { count } from '../bytes/count.js';
import type { Evidence } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import type { SaFacts } from '../model/sa.js';
import { secondsBetween } from '../model/seconds-between.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { NOTIFY_V1 } from '../wire/ike/tables/notify-v1.js';
import { finding, type Rule } from './rule.js';
import { cameUp, notifiesOf, seen } from './shared/handshake.js';
import { type Peers, peersOf } from './shared/peers.js';

/** A few packets still come on an old SA while the news travels. */
const LEAST_PACKETS = 5;
const LEAST_SECONDS = 2;
/** So long, and so many packets more than the other way, nobody answers by chance. */
const LEAST_ALONE = 1;
const LEAST_LONELY = 3;

interface Restart {
  readonly confidence: number;
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
}

/** F64: one end has forgotten what the other still uses. */
export const rule: Rule = {
  code: 'ike/peer-restarted',
  title: 'One end restarted and the other did not notice',
  severity: 'warning',
  refs: ['RFC 7296 §2.4', 'RFC 7296 §1.5', 'RFC 7296 §2.21.4', 'RFC 2407 §4.6.3.3', 'RFC 4303 §3.3.3'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      for (const restart of [unknownIkeSpi(peers), staleSa(peers) ?? beganAnew(peers), sequenceRestart(peers)]) {
        if (restart === undefined) continue;
        yield finding(rule, {
          ...restart,
          severity: 'warning',
          subject: peers.subject,
          fix: [
            {
              end: 'either',
              text: 'let both ends notice: libreswan dpddelay=10 dpdtimeout=30 dpdaction=restart and initial-contact=yes; swanctl.conf dpd_delay = 10s, dpd_action = restart; Cisco ASA: isakmp keepalive threshold 10 retry 2',
            },
            {
              end: 'either',
              text: 'at once, on the end that still uses the old SA: ipsec auto --down NAME; ipsec auto --up NAME (libreswan); swanctl --terminate --ike NAME; swanctl --initiate --child NAME (strongSwan); clear crypto ipsec sa peer ADDRESS (ASA)',
            },
          ],
          retest: 'vpndoctor sniff --ike --esp: only SPIs of the last negotiation carry packets',
        });
      }
    }
  },
};

/** INVALID_IKE_SPI and, in IKEv1, INVALID-COOKIE have the same number. */
function unknownIkeSpi(peers: Peers): Restart | undefined {
  const told = peers.sessions.flatMap((session) =>
    notifiesOf(session, ({ type }) => type === (session.protocol === 'ikev2' ? NOTIFY.INVALID_IKE_SPI : NOTIFY_V1['INVALID-COOKIE'])).map(
      (found) => ({ ...found, session }),
    ),
  );
  const [first] = told;
  if (first === undefined) return undefined;
  return {
    confidence: 0.88,
    title: `${first.message.src.address} does not know the IKE SA ${first.session.spiI} ${first.session.spiR} any more: N(${first.notify.name})`,
    cause: `${first.message.src.address} restarted or deleted the SA, and ${first.message.dst.address} still talks on it. The notify is not authenticated, so it is only a hint; until dead peer detection fires nothing passes.`,
    evidence: told.slice(0, 3).map(({ message, notify }) => seen(message, `from ${message.src.address}`, `N(${notify.name})`)),
  };
}

/** Negotiations that are looked at, the latest: each is compared with all SAs. */
const LATEST = 8;

const latestUp = ({ sessions }: Peers): readonly IkeSession[] =>
  sessions.filter((session) => cameUp(session) && !session.startsMidway && session.rekeyOf === undefined).slice(-LATEST);

/** A new IKE SA came up; the end that lost the old SAs is silent on them, the other goes on using one. */
function staleSa(peers: Peers): Restart | undefined {
  for (const session of latestUp(peers)) {
    const { old, begun } = split(peers, session);
    const still = old.find((sa) => sa.packets >= LEAST_PACKETS && secondsBetween(session.firstTime, sa.lastTime) >= LEAST_SECONDS);
    if (still === undefined) continue;
    // In IKEv1 phase 1 is renewed while the phase 2 SAs live on: then both directions go on.
    const back = old.filter((sa) => sa.src === still.dst);
    const silent = back.length > 0 && back.every((sa) => secondsBetween(sa.lastTime, session.firstTime) > 0);
    if (!silent || !begun.some((sa) => sa.src === still.dst)) continue;
    const [begin] = session.messages;
    return {
      confidence: 0.7,
      title: `${still.src} goes on sending on the old SPI ${still.spi} after the new negotiation in packet ${begin?.frame ?? 0}`,
      cause: `The other direction of the old SA fell silent before the new negotiation, and ${still.src} still uses its half of it afterwards: ${still.dst} restarted (or lost its SAs) and drops those packets. A new negotiation does not delete the SAs of the old one unless INITIAL_CONTACT says so, which is encrypted.`,
      evidence: [
        ...(begin === undefined ? [] : [seen(begin, 'a new negotiation begins')]),
        { frame: still.lastFrame, field: 'ESP', text: `SPI ${still.spi}, in use since packet ${still.firstFrame}` },
      ],
    };
  }
  return undefined;
}

/** SAs from before a negotiation and from after it. */
function split({ sas }: Peers, { firstTime }: IkeSession): { readonly old: readonly SaFacts[]; readonly begun: readonly SaFacts[] } {
  const old: SaFacts[] = [];
  const begun: SaFacts[] = [];
  for (const sa of sas) (secondsBetween(sa.firstTime, firstTime) > 0 ? old : begun).push(sa);
  return { old, begun };
}

/** One direction of the old SAs falls silent, the other sends on into the void, and then the silent end negotiates anew. */
function beganAnew(peers: Peers): Restart | undefined {
  for (const session of latestUp(peers)) {
    const [begin] = session.messages;
    if (begin === undefined) continue;
    const from = session.initiator.address;
    const { old } = split(peers, session);
    const silent = latest(old.filter((sa) => sa.src === from));
    const lonely = latest(old.filter((sa) => sa.dst === from));
    if (silent === undefined || lonely === undefined) continue;
    const alone = secondsBetween(silent.lastTime, lonely.lastTime);
    if (alone < LEAST_ALONE || lonely.packets - silent.packets < LEAST_LONELY) continue;
    return {
      confidence: 0.75,
      title: `${from} stopped answering on SPI ${lonely.spi}, then began a new negotiation in packet ${begin.frame}: it restarted`,
      cause: `For ${alone.toFixed(1)} s ${lonely.src} sent ESP on the old SPI and nothing came back; then ${from} opened a new IKE SA itself instead of using the old one. It had lost its SAs (a restart of the host or the daemon). All packets in between are lost, because ${lonely.src} did not notice.`,
      evidence: [
        { frame: silent.lastFrame, field: 'ESP', text: `SPI ${silent.spi}: the last of ${from} under the old SAs` },
        { frame: lonely.lastFrame, field: 'ESP', text: `SPI ${lonely.spi}: ${lonely.src} still uses the old one` },
        seen(begin, `${from} begins anew`),
      ],
    };
  }
  return undefined;
}

const latest = (sas: readonly SaFacts[]): SaFacts | undefined =>
  sas.reduce<SaFacts | undefined>((a, b) => (a === undefined || b.lastFrame > a.lastFrame ? b : a), undefined);

/** The same SPI counts from one again: manual keys, or a table that was restored. */
function sequenceRestart(peers: Peers): Restart | undefined {
  const sa = peers.sas.find(({ restarts }) => restarts > 0);
  if (sa === undefined) return undefined;
  return {
    confidence: 0.8,
    title: `The sequence numbers of ${sa.protocol.toUpperCase()} ${sa.spi} from ${sa.src} start again (${count(sa.restarts, 'time')})`,
    cause:
      'An SA never counts backwards (RFC 4303 §3.3.3). Under one SPI that is a sender with manual keys that restarted, two hosts with the same SA, or a capture that joins two tests. A receiver with a replay window drops everything until the old number is passed.',
    evidence: [
      { frame: sa.firstFrame, field: 'sequence number', text: `${sa.firstSequence}` },
      { frame: sa.lastFrame, field: 'sequence number', text: `${sa.lastSequence}, highest before ${sa.highestSequence}` },
    ],
  };
}
