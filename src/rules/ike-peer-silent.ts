import { IKE_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { backoffOf } from './shared/backoff.js';
import { cameUp, initiatorOf, kindOf, repetitionText, responderHeard, responderOf, seen, trailingSilence } from './shared/handshake.js';

const LARGE = 1400;

/** F01: only first messages with an empty responder SPI, again and again. */
export const rule: Rule = {
  code: 'ike/peer-silent',
  title: 'The peer answers no IKE message at all',
  severity: 'error',
  refs: ['RFC 7296 §2.1', 'RFC 7296 §2.4', 'RFC 2408 §5.1'],
  dependsOn: ['path/port-unreachable', 'path/admin-prohibited', 'path/host-unreachable', 'path/routing-loop'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) => {
      if (session.startsMidway || responderHeard(session) || BigInt(session.spiR) !== 0n) return undefined;
      return trailingSilence(facts, session);
    })) {
      const { peers, session, hit, severity } = attempts;
      const other = peers.sessions.find(responderHeard);
      const others = other === undefined || kindOf(other) === kindOf(session) ? undefined : kindOf(other);
      const port = hit.message.dst.port ?? IKE_PORT;
      const stack = backoffOf(hit.intervals);
      const large = hit.message.ipFragments > 1 || hit.length > LARGE;
      const clues = [
        stack === undefined ? '' : ` The repetitions keep the clock of ${stack}.`,
        other === undefined
          ? ''
          : ` The same peer answered ${kindOf(other)} (packet ${other.messages.find((m) => !m.fromInitiator)?.frame ?? 0}), so the path is open and it is this request that it ignores: version, proposal or address may not be configured there.`,
        large
          ? ` The request is ${hit.length} bytes long${hit.message.ipFragments > 1 ? ` and went in ${hit.message.ipFragments} IP fragments` : ''}: a path that drops fragments looks the same.`
          : '',
      ].join('');
      const wasUp = peers.sessions.some((s) => s !== session && cameUp(s));
      yield finding(rule, {
        severity: severity === 'error' ? severity : 'info',
        confidence: other === undefined && !large ? 0.9 : 0.7,
        subject: peers.subject,
        title: `${session.responder.address} ${others === undefined ? 'answers nothing' : `answers ${others}, and not this`} on UDP ${port}: ${initiatorOf(session)} sent ${hit.message.exchange} ${repetitionText(hit)}${furtherAttempts(attempts)}`,
        cause: `No packet of the peer and no ICMP error came back. Wrong address, a firewall on the way or at the peer, no daemon listening there, no route back, or a peer that stays silent towards what it does not know (Cisco ASA does so for an unknown peer or proposal). The capture cannot tell these apart.${wasUp ? ' The same peers had a tunnel earlier in this capture.' : ''}${clues}${recoveryText(attempts)}`,
        evidence: [
          seen(hit.message, `${hit.message.exchange} to ${hit.message.dst.address}:${port}, responder SPI all zero`),
          ...hit.copies.slice(1, 4).map((m) => seen(m, 'the same message again, still no answer')),
        ],
        fix: [
          {
            end: 'ours',
            text: `check that ${session.responder.address} is the peer's address (ip route get ${session.responder.address}) and that UDP ${port} may leave`,
          },
          {
            end: 'theirs',
            text: `check that the daemon listens (ss -lun 'sport = :${port}'), that UDP 500 and 4500 are let in (nft list ruleset), and that packets arrive: tcpdump -ni any udp port ${port} and host ${session.initiator.address}`,
          },
          {
            end: 'theirs',
            text: `Cisco ASA: crypto ${session.protocol} enable outside, and a tunnel-group ${session.initiator.address} type ipsec-l2l`,
          },
        ],
        retest: `capture at ${responderOf(session)} while the initiator tries again: vpndoctor sniff -i any --ike --host ${session.initiator.address}`,
      });
    }
  },
};
