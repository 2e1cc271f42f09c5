import type { CaptureFacts } from '../model/capture-facts.js';
import type { IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { NATT_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { hasKeys, initiatorOf, MAIN_MODE, repetitionText, responderOf, type Silence, seen, trailingSilence } from './shared/handshake.js';
import { isTooLarge } from './shared/large.js';
import type { Peers } from './shared/peers.js';

/** F04: all is well on port 500, then the initiator moves to 4500 and hears nothing any more. */
export const rule: Rule = {
  code: 'ike/natt-4500-blocked',
  title: 'IKE works on UDP 500 and dies on UDP 4500',
  severity: 'error',
  refs: ['RFC 7296 §2.23', 'RFC 3947 §4'],
  dependsOn: ['path/port-unreachable', 'path/admin-prohibited', 'path/host-unreachable', 'path/routing-loop'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session, peers) => silentOn4500(facts, session, peers))) {
      const { peers, session, hit, severity } = attempts;
      const v1 = session.protocol === 'ikev1';
      const repeatsOld = session.messages.find(
        (m) => !m.fromInitiator && m.retransmissionOf !== undefined && m.src.port !== NATT_PORT && m.frame > hit.message.frame,
      );
      yield finding(rule, {
        severity,
        confidence: repeatsOld !== undefined ? 0.95 : v1 ? 0.7 : 0.9,
        subject: peers.subject,
        title: `UDP 500 is answered, UDP 4500 is not: ${initiatorOf(session)} sent ${v1 ? 'message 5 of Main Mode' : hit.message.exchange} ${repetitionText(hit)} to ${hit.message.dst.address}:4500${furtherAttempts(attempts)}`,
        cause: `${session.nat.initiatorBehindNat === true || session.nat.responderBehindNat === true ? `A NAT was detected (${session.nat.text}), so` : 'The initiator'} ${session.nat.initiatorBehindNat === true || session.nat.responderBehindNat === true ? 'both ends must move' : 'moved'} to UDP 4500, and nothing came back from there. A firewall or port forwarding has 500 but not 4500, in one direction or both. ${
          repeatsOld !== undefined
            ? `That the responder repeats its last message on port 500 (packet ${repeatsOld.frame}) says that the packets on 4500 do not arrive there.`
            : v1
              ? 'In IKEv1 a responder with another pre-shared key may also stay silent here (an ASA does); logs call both "possible authentication failure".'
              : 'IKEv2 answers also a failed authentication, so silence speaks for the path.'
        }${recoveryText(attempts)}`,
        evidence: [
          ...session.messages
            .filter((m) => !m.fromInitiator)
            .slice(0, 1)
            .map((m) => seen(m, `${m.src.address} answers on port ${m.src.port ?? 500}`)),
          ...hit.copies.slice(0, 4).map((m) => seen(m, `${m.length} bytes to UDP ${NATT_PORT}, unanswered`)),
        ],
        fix: [
          {
            end: 'path',
            text: `permit UDP 4500 both ways between ${session.initiator.address} and ${session.responder.address}, and forward it where 500 is forwarded: nft add rule inet filter input udp dport { 500, 4500 } accept`,
          },
          { end: 'theirs', text: "the daemon must listen on 4500: ss -lun 'sport = :4500'; Cisco ASA: crypto isakmp nat-traversal 20" },
        ],
        retest: `vpndoctor sniff -i any --ike --port 4500 at ${responderOf(session)} while the initiator tries again: do its packets arrive?`,
      });
    }
  },
};

function silentOn4500(facts: CaptureFacts, session: IkeSession, peers: Peers): Silence | undefined {
  if (!hasKeys(session)) return undefined;
  const silence = trailingSilence(facts, session);
  if (silence === undefined || !silence.message.fromInitiator || !silence.message.encrypted) return undefined;
  const { message } = silence;
  if (message.dst.port !== NATT_PORT || isTooLarge(silence)) return undefined;
  if (session.protocol === 'ikev1' && message.exchangeType !== MAIN_MODE) return undefined;
  const back = peers.sessions.some((s) => s.messages.some((m) => m.src.address === message.dst.address && m.src.port === NATT_PORT));
  const esp = peers.sas.some(
    (sa) => sa.src === message.dst.address && sa.encapsulation === 'udp' && secondsBetween(session.firstTime, sa.lastTime) > 0,
  );
  return back || esp ? undefined : silence;
}
