import { count } from '../bytes/count.js';
import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import type { SaFacts } from '../model/sa.js';
import { secondsBetween } from '../model/seconds-between.js';
import { EXCHANGE, EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../wire/ike/tables/notify-v1.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { span } from './shared/clock.js';
import { cameUp, copiesOf, distinctMessages, seen, senderOf } from './shared/handshake.js';
import type { Peers } from './shared/peers.js';
import { sealedSize, sizeText } from './shared/sealed-size.js';

/** Copies until silence means something: one can be lost. */
const COPIES = 3;

interface Timeout {
  readonly first: IkeMessageFacts;
  readonly copies: readonly IkeMessageFacts[];
  /** ESP of the silent end that still came. */
  readonly alive: SaFacts | undefined;
}

/** F63: liveness checks of an established SA get no answer. */
export const rule: Rule = {
  code: 'ike/dpd-timeout',
  title: 'Liveness checks get no answer',
  severity: 'error',
  refs: ['RFC 7296 §2.4', 'RFC 7296 §1.4', 'RFC 3706 §5.5'],
  dependsOn: ['path/port-unreachable', 'path/admin-prohibited', 'path/host-unreachable', 'path/nat-mapping-expired', 'ike/peer-restarted'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, timeout)) {
      const { peers, session, hit } = attempts;
      const { first, copies, alive } = hit;
      const last = copies.at(-1) ?? first;
      const silent = senderOf(session, !first.fromInitiator);
      const size = first.decrypted ? undefined : sealedSize(session, first);
      // The session itself came up before; only what was heard afterwards counts.
      const back = peers.sessions.some(
        (s) => cameUp(s) && s.messages.some((m) => m.src.address === first.dst.address && m.frame > last.frame),
      );
      yield finding(rule, {
        severity: back ? 'warning' : 'error',
        confidence: session.protocol === 'ikev2' ? 0.9 : 0.7,
        subject: peers.subject,
        title: `${silent} no longer answers: ${senderOf(session, first.fromInitiator)} sent ${first.exchange} ${count(copies.length, 'time')} within ${span(secondsBetween(first, last))}${alive === undefined ? '' : ', while its ESP still arrives'}${furtherAttempts(attempts)}`,
        cause: `${alive === undefined ? `Nothing of the silent end, neither IKE nor ESP, is in the capture from packet ${first.frame} on: it is down, its address or NAT mapping changed, or the path is cut.` : `ESP of the silent end goes on (SPI ${alive.spi}, until packet ${alive.lastFrame}), so it lives and the path carries ESP: IKE alone is lost (a filter or policer on UDP 500/4500, an overloaded daemon), and a tunnel that works will be torn down.`}${size === undefined ? '' : ` What the requests hold is encrypted (${sizeText(size)}): an empty one is a liveness check, 8 bytes and more are a delete or a notify.`}`,
        evidence: [
          ...copies.slice(0, 4).map((m) => seen(m, `${m.length} bytes, unanswered`)),
          ...(alive === undefined ? [] : [{ frame: alive.lastFrame, field: 'ESP', text: `from ${alive.src}, SPI ${alive.spi}` }]),
        ],
        fix: [
          alive === undefined
            ? { end: 'theirs', text: 'is the host up, the daemon running (ipsec status, swanctl --stats), its address unchanged?' }
            : { end: 'path', text: 'do not police or drop UDP 500 and 4500 under load' },
          {
            end: 'ours',
            text: 'give it more time: libreswan dpdtimeout= (IKEv1), retransmit-timeout=; swanctl.conf dpd_delay, charon.retransmit_tries; Cisco ASA: tunnel-group PEER ipsec-attributes / isakmp keepalive threshold 30 retry 5',
          },
        ],
        retest: 'vpndoctor sniff --ike for two intervals of dead peer detection: every INFORMATIONAL request answered',
      });
    }
  },
};

function timeout(session: IkeSession, peers: Peers): Timeout | undefined {
  if (!cameUp(session)) return undefined;
  return session.protocol === 'ikev2' ? timeoutV2(session, peers) : timeoutV1(session, peers);
}

function timeoutV2(session: IkeSession, peers: Peers): Timeout | undefined {
  for (const first of distinctMessages(session)) {
    if (first.exchangeType !== EXCHANGE.INFORMATIONAL || first.response) continue;
    const copies = copiesOf(session, first);
    if (copies.length < COPIES) continue;
    const answered = session.messages.some(
      (m) =>
        m.response &&
        m.messageId === first.messageId &&
        m.fromInitiator !== first.fromInitiator &&
        m.exchangeType === EXCHANGE.INFORMATIONAL,
    );
    if (!answered) return { first, copies, alive: stillSending(peers, first) };
  }
  return undefined;
}

/** In IKEv1 every R-U-THERE has a message id of its own, and all of them are encrypted: several of one size at the end, and nothing back. */
function timeoutV1(session: IkeSession, peers: Peers): Timeout | undefined {
  const messages = distinctMessages(session);
  const last = messages.at(-1);
  if (last === undefined || last.exchangeType !== EXCHANGE_V1.Informational) return undefined;
  const row: IkeMessageFacts[] = [];
  for (const m of messages.toReversed()) {
    if (m.fromInitiator !== last.fromInitiator || m.exchangeType !== last.exchangeType) break;
    const probe = m.decrypted ? m.notifies.some(({ type }) => type === NOTIFY_V1['R-U-THERE']) : m.encrypted;
    if (!probe) break;
    row.unshift(m);
  }
  const [first] = row;
  if (first === undefined || row.length < COPIES || row.some((m) => m.length !== first.length)) return undefined;
  // Deletes of several SAs go out together; checks are seconds apart.
  const apart = row.slice(1).every((m, i) => secondsBetween(row[i] as IkeMessageFacts, m) >= 1);
  return apart ? { first, copies: row, alive: stillSending(peers, first) } : undefined;
}

function stillSending(peers: Peers, first: IkeMessageFacts): SaFacts | undefined {
  return peers.sas.find((sa) => sa.src === first.dst.address && secondsBetween(first, sa.lastTime) > 0);
}
