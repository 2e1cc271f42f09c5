import { count } from '../bytes/count.js';
import type { CaptureFacts } from '../model/capture-facts.js';
import type { Evidence } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import { PROTOCOL_UDP } from '../wire/ip/protocols.js';
import { IKE_PORT, NATT_PORT } from '../wire/udp-encap.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { hasKeys, repetitionText, type Silence, seen, senderOf, trailingSilence } from './shared/handshake.js';
import { isTooLarge } from './shared/large.js';
import type { Peers } from './shared/peers.js';

interface Lost {
  readonly silence: Silence | undefined;
  readonly incomplete: Peers['incompleteDatagrams'];
  readonly pieces: NonNullable<IkeSession['incompleteFragments']>;
}

/** F19, F20: a message too large for one packet gets no answer, or only a part of it arrives. */
export const rule: Rule = {
  code: 'ike/large-message-lost',
  title: 'A large IKE message is lost on the path',
  severity: 'error',
  refs: ['RFC 7383 §1', 'RFC 7383 §2.3', 'RFC 7296 §2'],
  dependsOn: ['path/admin-prohibited', 'path/host-unreachable', 'path/port-unreachable'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session, peers) => lost(facts, session, peers))) {
      const { peers, session, hit, severity } = attempts;
      const { silence, incomplete, pieces } = hit;
      const [part] = incomplete;
      const [piece] = pieces;
      const { initiator, responder } = session.fragmentation;
      const negotiated = initiator && responder;
      const fragmentation = negotiated
        ? 'Both ends offered IKE fragmentation, and yet the message went in one piece: the sender has it switched off for this size, or its fragments are still too large.'
        : `IKE fragmentation was not negotiated: ${initiator ? 'the responder' : responder ? 'the initiator' : 'neither end'} ${initiator || responder ? 'did not announce' : 'announced'} it.`;
      const what =
        part !== undefined
          ? `of the fragmented message from ${part.src} only ${part.haveFirst ? 'the first part arrives' : 'later parts arrive'} (${count(incomplete.length, 'datagram')})`
          : piece !== undefined
            ? `of a message of ${senderOf(session, piece.fromInitiator)} only ${piece.have}${piece.total === undefined ? '' : ` of ${piece.total}`} IKE fragments arrive`
            : silence === undefined
              ? ''
              : `${senderOf(session, silence.message.fromInitiator)} sent ${silence.message.exchange} of ${silence.length} bytes${silence.message.ipFragments > 1 ? ` in ${silence.message.ipFragments} IP fragments` : ''} ${repetitionText(silence)}, unanswered`;
      yield finding(rule, {
        severity,
        confidence: part !== undefined || piece !== undefined ? 0.92 : (silence?.message.ipFragments ?? 1) > 1 ? 0.85 : 0.6,
        subject: peers.subject,
        title: `A large IKE message does not get through: ${what}${furtherAttempts(attempts)}`,
        cause: `Small messages of the same negotiation were answered. Firewalls and carriers that drop IP fragments, or a path whose MTU is smaller than the sender believes, lose just the messages with certificates. ${fragmentation}${part === undefined ? ' From here it cannot be seen how far the fragments got; a refused authentication would have been answered in IKEv2.' : ''}${recoveryText(attempts)}`,
        evidence: [
          ...(silence?.copies ?? [])
            .slice(0, 3)
            .map((m) => seen(m, `${m.length} bytes${m.ipFragments > 1 ? ` in ${m.ipFragments} IP fragments` : ''}, no answer`)),
          ...pieces.slice(0, 3).map(
            ({ frame, have, total }): Evidence => ({
              frame,
              field: 'IKE fragment',
              text: `${have}${total === undefined ? '' : ` of ${total}`} fragments of the message, never whole`,
            }),
          ),
          ...incomplete.slice(0, 3).map(
            ({ frame, src, dst, haveFirst, fragments }): Evidence => ({
              frame,
              field: 'IP fragment',
              text: `${src} to ${dst}: ${count(fragments, 'fragment')}${haveFirst ? ', the first among them' : ' without the first'}, never whole`,
            }),
          ),
        ],
        fix: [
          {
            end: 'ours',
            text: 'IKE fragmentation: libreswan fragmentation=yes; swanctl.conf fragmentation = yes; Cisco ASA: crypto ikev2 fragmentation mtu 576',
          },
          { end: 'theirs', text: 'the same: it works only when both ends announce it' },
          {
            end: 'either',
            text: 'send less: ECDSA certificates, no intermediate that the other end has already (libreswan sendca=none), or a smaller fragment (strongSwan charon.fragment_size = 1200)',
          },
          { end: 'path', text: 'let IP fragments of UDP 500 and 4500 pass (no drop of "frag", reassemble before filtering)' },
        ],
        retest: 'try again and run vpndoctor sniff --ike: IKE_AUTH as SKF fragments of at most 1280 bytes, each answered',
      });
    }
  },
};

function lost(facts: CaptureFacts, session: IkeSession, peers: Peers): Lost | undefined {
  const incomplete = peers.incompleteDatagrams.filter(
    ({ protocol, srcPort, dstPort, haveFirst }) =>
      protocol === PROTOCOL_UDP && (!haveFirst || [srcPort, dstPort].some((port) => port === IKE_PORT || port === NATT_PORT)),
  );
  const silence = trailingSilence(facts, session);
  const silent =
    silence !== undefined && hasKeys(session) && isTooLarge(silence) && session.outcome !== 'established' ? silence : undefined;
  const pieces = session.incompleteFragments ?? [];
  if (session.outcome === 'established' || !hasKeys(session)) return undefined;
  return silent === undefined && incomplete.length === 0 && pieces.length === 0 ? undefined : { silence: silent, incomplete, pieces };
}
