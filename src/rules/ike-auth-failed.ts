import { count } from '../bytes/count.js';
import type { Evidence, Fix } from '../model/finding.js';
import type { HiddenErrorFacts, IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { EXCHANGE, EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { NOTIFY_V1 } from '../wire/ike/tables/notify-v1.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { distinctMessages, initiatorOf, kindOf, notifiesOf, phase1Auth, seen, senderOf } from './shared/handshake.js';
import type { Peers } from './shared/peers.js';
import { sealedSize, sizeText } from './shared/sealed-size.js';
import { secretsShown } from './shared/secret-checks.js';
import { secretLines } from './shared/secret-lines.js';

/** A daemon that refuses does it at once; a person who takes a tunnel down does not, seconds. */
const AT_ONCE = 0.5;

/** Notifies by which an IKEv1 end refuses the other's authentication, or cannot read it. */
const V1_REFUSALS: ReadonlySet<number> = new Set([
  NOTIFY_V1['PAYLOAD-MALFORMED'],
  NOTIFY_V1['INVALID-KEY-INFORMATION'],
  NOTIFY_V1['INVALID-ID-INFORMATION'],
  NOTIFY_V1['INVALID-CERT-ENCODING'],
  NOTIFY_V1['INVALID-CERTIFICATE'],
  NOTIFY_V1['CERT-TYPE-UNSUPPORTED'],
  NOTIFY_V1['INVALID-CERT-AUTHORITY'],
  NOTIFY_V1['INVALID-HASH-INFORMATION'],
  NOTIFY_V1['AUTHENTICATION-FAILED'],
  NOTIFY_V1['INVALID-SIGNATURE'],
  NOTIFY_V1['INVALID-PAYLOAD-TYPE'],
]);

interface Refusal {
  readonly confidence: number;
  /** Who refused whom, behind "Authentication refused: ". */
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
}

/** F25 to F36: one end does not believe, or cannot read, what the other says of itself. */
export const rule: Rule = {
  code: 'ike/auth-failed',
  title: 'Authentication is refused',
  severity: 'error',
  refs: ['RFC 7296 §2.15', 'RFC 7296 §2.21.2', 'RFC 2409 §5.4', 'RFC 2408 §3.14.1'],
  dependsOn: ['ike/certificate-expired'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, refusal)) {
      const { peers, session, hit, severity } = attempts;
      yield finding(rule, {
        severity,
        confidence: hit.confidence,
        subject: peers.subject,
        title: `Authentication refused: ${hit.title}${furtherAttempts(attempts)}`,
        cause: `${hit.cause}${recoveryText(attempts)}`,
        evidence: hit.evidence,
        fix: [
          ...certificateLines(session),
          ...secretLines(session),
          {
            end: 'either',
            text: 'the log of the end that refuses names the reason: libreswan journalctl -u ipsec; strongSwan journalctl -u strongswan; Cisco ASA debug crypto ikev2 protocol 127 or debug crypto ikev1 127',
          },
        ],
        retest: `try again and run vpndoctor sniff --ike${session.protocol === 'ikev2' ? ': the reply to IKE_AUTH must be larger than a bare notify' : ': message 5 must be answered by message 6 and Quick Mode follow'}; with the IKE keys of one end the notify itself can be read`,
      });
    }
  },
};

function refusal(session: IkeSession, peers: Peers): Refusal | undefined {
  return session.protocol === 'ikev2'
    ? (readableV2(session) ?? eapFailed(session) ?? hiddenV2(session))
    : (readableV1(session) ??
        hiddenV1(session) ??
        afterMessage6(session, peers) ??
        aggressiveRepeated(session) ??
        xauthRefused(session, peers));
}

const PSK_OR_ID =
  'pre-shared keys that differ, a key looked up under another identity or address, an identity (leftid, rightid, local.id, remote.id) that the other end does not expect, a certificate it does not trust, or no connection for this pair of identities';

function readableV2(session: IkeSession): Refusal | undefined {
  const found = notifiesOf(session, ({ type }) => type === NOTIFY.AUTHENTICATION_FAILED)[0];
  if (found === undefined) return undefined;
  const { message } = found;
  const ids = idText(session);
  return {
    confidence: 0.97,
    title: `${senderOf(session, message.fromInitiator)} sent N(AUTHENTICATION_FAILED)${ids}`,
    cause: `The notify says that authentication failed, not why (RFC 7296 §2.21.2 keeps that secret on purpose): ${PSK_OR_ID}.${eapText(session)}`,
    evidence: [
      ...requestEvidence(session, message),
      seen(message, message.decrypted ? 'read with the keys given' : 'in the clear', 'N(AUTHENTICATION_FAILED)'),
    ],
  };
}

/** EAP Failure takes the place of a notify (RFC 7296 §2.16). */
function eapFailed(session: IkeSession): Refusal | undefined {
  const { eap } = session;
  const last = session.messages.findLast(({ fromInitiator, payloads }) => !fromInitiator && payloads.includes('EAP'));
  if (eap?.outcome !== 'failure' || last === undefined) return undefined;
  return {
    confidence: 0.97,
    title: `${senderOf(session, false)} sent EAP Failure${eap.method === undefined ? '' : ` after ${eap.method}`}${idText(session)}`,
    cause:
      'The certificate or key of the responder was good and the user was asked: name or password are wrong, the account is locked, or the RADIUS server behind it refuses or does not answer.',
    evidence: [...requestEvidence(session, last), seen(last, 'read with the keys given', 'EAP Failure')],
  };
}

/** What size and direction say of an encrypted answer; the tracker knows the lengths. */
function hiddenV2(session: IkeSession): Refusal | undefined {
  const found = session.hiddenError;
  const message = messageOf(session, found);
  if (found === undefined || message === undefined || found.kind === 'child-refused') return undefined;
  const size = sealedSize(session, message);
  const inside = size === undefined ? `${message.length} bytes in all` : sizeText(size);
  const evidence = [...requestEvidence(session, message), seen(message, `${message.length} bytes: ${inside}`, 'SK')];
  if (found.kind === 'closed-at-once') {
    return {
      confidence: 0.65,
      title: `${senderOf(session, found.fromInitiator)} ended the IKE SA right after the reply to IKE_AUTH, before any ESP (contents encrypted)`,
      cause: `It sent an INFORMATIONAL request with ${inside}: N(AUTHENTICATION_FAILED) or the delete of the IKE SA, both take 8. A daemon does that at once when it does not accept the other end: its certificate (expired, unknown CA, wrong name), its identity, or its pre-shared key; or when it cannot install the CHILD_SA. Its own log names it.${eapText(session)}`,
      evidence,
    };
  }
  const who = found.fromInitiator ? 'the responder (or the EAP method)' : 'the initiator';
  return {
    confidence: 0.9,
    title: `${senderOf(session, found.fromInitiator)} answered with ${message.length} bytes, room for an error notify only (contents encrypted)`,
    cause: `The message is encrypted, so its notify is hidden; but going on would take AUTH and more, and this one has ${inside}: N(AUTHENTICATION_FAILED) takes 8. By its direction it is ${who} that was not accepted: ${PSK_OR_ID}.${eapText(session)}`,
    evidence,
  };
}

function readableV1(session: IkeSession): Refusal | undefined {
  const five = phase1Auth(session, true);
  const aggressive = session.messages.find((m) => m.exchangeType === EXCHANGE_V1.Aggressive);
  const start = five ?? aggressive;
  if (start === undefined || session.messages.some((m) => m.exchangeType === EXCHANGE_V1['Quick Mode'])) return undefined;
  const found = notifiesOf(session, ({ type }) => V1_REFUSALS.has(type)).find(({ message }) => message.frame > start.frame);
  if (found === undefined) return undefined;
  const { message, notify } = found;
  const malformed = notify.type === NOTIFY_V1['PAYLOAD-MALFORMED'] || notify.type === NOTIFY_V1['INVALID-PAYLOAD-TYPE'];
  const identity = notify.type === NOTIFY_V1['INVALID-ID-INFORMATION'];
  return {
    confidence: malformed ? 0.9 : 0.95,
    title: `${senderOf(session, message.fromInitiator)} sent N(${notify.name}) ${five === undefined ? 'in Aggressive Mode' : 'after message 5 of Main Mode'}${idText(session)}`,
    cause: identity
      ? 'The identity that was sent is not one the other end has a connection for.'
      : malformed
        ? 'The other end decrypted message 5 to nonsense: that is what another pre-shared key gives (Main Mode derives the encryption key from it, RFC 2409 §5.4). It picks the key by address, so the right secret under the wrong address looks the same.'
        : `The hash or signature did not verify: ${PSK_OR_ID}.`,
    evidence: [
      seen(start, five === undefined ? 'Aggressive Mode begins' : 'message 5: identity and hash, encrypted'),
      seen(message, `from ${message.src.address}`, `N(${notify.name})`),
    ],
  };
}

/** An encrypted Informational where the next message of phase 1 belongs. */
function hiddenV1(session: IkeSession): Refusal | undefined {
  const found = session.hiddenError;
  const answer = messageOf(session, found);
  if (found?.kind !== 'auth-refused' || answer === undefined) return undefined;
  const five = phase1Auth(session, true);
  const answers = distinctMessages(session).filter(
    (m) => m.fromInitiator === found.fromInitiator && m.frame >= found.frame && m.exchangeType === EXCHANGE_V1.Informational,
  );
  const place = five === undefined ? 'message 2 of Aggressive Mode' : 'message 5 of Main Mode';
  return {
    confidence: 0.88,
    title: `${senderOf(session, found.fromInitiator)} answered ${place}${idText(session)} with an Informational of ${found.length} bytes instead of going on (contents encrypted)`,
    cause: `What the Informational says is encrypted, and after a key mismatch in Main Mode it is encrypted with a wrong key, so that the other end cannot read it either. At this place it is a refusal: PAYLOAD-MALFORMED, INVALID-HASH-INFORMATION, AUTHENTICATION-FAILED or INVALID-ID-INFORMATION. ${byPsk(session) ? 'The proposal chosen authenticates by pre-shared key: the most common cause is that the two ends have different ones, or that one picks another one by address.' : `Likely: ${PSK_OR_ID}.`} Wrong key and wrong identity cannot be told apart from the wire.${five === undefined ? ` ${secretsShown(session)}` : ''}`,
    evidence: [
      ...requestEvidence(session, answer),
      ...answers.slice(0, 3).map((m) => seen(m, `Informational, ${m.length} bytes, encrypted`)),
    ],
  };
}

/** Main Mode: all six messages, then the initiator says something small instead of starting Quick Mode. */
function afterMessage6(session: IkeSession, peers: Peers): Refusal | undefined {
  const six = phase1Auth(session, false);
  if (six === undefined || six.decrypted) return undefined;
  const next = distinctMessages(session).find((m) => m.frame > six.frame);
  if (next === undefined || !next.fromInitiator || next.exchangeType !== EXCHANGE_V1.Informational || secondsBetween(six, next) > AT_ONCE)
    return undefined;
  if (session.messages.some((m) => m.exchangeType === EXCHANGE_V1['Quick Mode'] || m.exchangeType === EXCHANGE_V1.Transaction))
    return undefined;
  if (peers.sas.length > 0) return undefined;
  // A question of dead peer detection has an answer of its own size; a refusal or a delete is not answered so (RFC 3706 §5).
  const answered = session.messages.some(
    (m) => !m.fromInitiator && m.frame > next.frame && m.exchangeType === next.exchangeType && m.length === next.length,
  );
  if (answered) return undefined;
  return {
    confidence: 0.65,
    title: `${initiatorOf(session)} sent an Informational right after message 6 and no Quick Mode (contents encrypted)`,
    cause:
      'The initiator got the identity and hash of the responder and then left: it did not accept them (certificate, identity, hash), or it deleted the SA for a reason of its own. Its log names it.',
    evidence: [seen(six, 'message 6'), seen(next, `Informational, ${next.length} bytes, encrypted`)],
  };
}

/** Aggressive Mode: message 2 came and the initiator says message 1 again. */
function aggressiveRepeated(session: IkeSession): Refusal | undefined {
  const messages = session.messages.filter((m) => m.exchangeType === EXCHANGE_V1.Aggressive && m.duplicate === undefined);
  const two = messages.find((m) => !m.fromInitiator && m.payloads.includes('KE'));
  if (two === undefined || messages.some((m) => m.fromInitiator && m.frame > two.frame && m.retransmissionOf === undefined))
    return undefined;
  const repeats = messages.filter((m) => m.frame > two.frame && m.fromInitiator);
  if (repeats.length === 0) return undefined;
  return {
    confidence: 0.7,
    title: `${initiatorOf(session)} does not accept message 2 of Aggressive Mode${idText(session)}, it repeats message 1`,
    cause: `Message 2 carries the responder's identity and its hash over the pre-shared key. The initiator repeats message 1 ${count(repeats.length, 'time')} although it was answered: it drops the answer silently, or does not get it. The usual cause is another pre-shared key. ${secretsShown(session)}`,
    evidence: [seen(two, 'message 2 with HASH_R'), ...repeats.slice(0, 3).map((m) => seen(m, 'message 1 again'))],
  };
}

/** Request, reply, status and acknowledgement of XAuth (draft-beaulieu-ike-xauth-02 §3). */
const XAUTH_MESSAGES = 4;

/** Phase 1 done, XAuth asked, and then the end: what is left of the exchange is hidden. */
function xauthRefused(session: IkeSession, peers: Peers): Refusal | undefined {
  const messages = distinctMessages(session);
  const transactions = messages.filter((m) => m.exchangeType === EXCHANGE_V1.Transaction);
  const last = transactions.at(-1);
  if (last === undefined || messages.some((m) => m.exchangeType === EXCHANGE_V1['Quick Mode']) || peers.sas.length > 0) return undefined;
  const end = messages.find((m) => m.frame > last.frame && m.exchangeType === EXCHANGE_V1.Informational);
  const ended = end !== undefined && secondsBetween(last, end) <= AT_ONCE;
  const status = session.stop?.reason === 'refused';
  // The status comes from the responder, and the initiator acknowledges it, whatever it is.
  const acknowledged = last.fromInitiator && transactions.length >= XAUTH_MESSAGES && last === messages.at(-1);
  if (!ended && !acknowledged && !status) return undefined;
  return {
    confidence: status ? 0.97 : ended ? 0.75 : 0.6,
    title: status
      ? `XAuth after ${kindOf(session)} ended without Quick Mode: its status is FAIL`
      : `XAuth or mode-config after ${kindOf(session)} ended without Quick Mode${last.decrypted ? '' : ' (contents encrypted)'}`,
    cause: `Phase 1 is up, and the Transaction exchanges of extended authentication (XAuth) or mode-config ${ended && end !== undefined ? `were followed by an Informational of ${senderOf(session, end.fromInitiator)}` : 'were the last that was said'}: user name or password refused, or no address to hand out. ${status || last.decrypted ? '' : 'The status is encrypted; a capture that ends just here would look the same.'}`,
    evidence: [
      ...transactions.slice(-XAUTH_MESSAGES).map((m) => seen(m, `Transaction, ${m.length} bytes`)),
      ...(end === undefined ? [] : [seen(end, `Informational, ${end.length} bytes`)]),
    ],
  };
}

function requestEvidence(session: IkeSession, reply: IkeMessageFacts): readonly Evidence[] {
  const request = session.messages.findLast((m) => m.fromInitiator !== reply.fromInitiator && m.frame < reply.frame);
  return request === undefined ? [] : [seen(request, `${request.exchange}, ${request.length} bytes`)];
}

function eapText(session: IkeSession): string {
  const rounds = distinctMessages(session).filter((m) => m.exchangeType === EXCHANGE.IKE_AUTH && m.fromInitiator).length;
  return rounds > 1
    ? ` It took ${rounds} rounds of IKE_AUTH, so EAP was on: then also user name, password or the RADIUS server behind it.`
    : '';
}

function idText({ identityInitiator, identityResponder }: IkeSession): string {
  const ids = [identityInitiator && `IDi ${identityInitiator.value}`, identityResponder && `IDr ${identityResponder.value}`].filter(
    Boolean,
  );
  return ids.length === 0 ? '' : ` (${ids.join(', ')})`;
}

/** A responder that asks for certificates in the clear is likely to use them. */
function certificateLines(session: IkeSession): readonly Fix[] {
  const asked = session.messages.find((m) => m.payloads.includes('CERTREQ') || m.payloads.includes('CR'));
  if (asked === undefined) return [];
  return [
    {
      end: 'either',
      text: `packet ${asked.frame} asks for certificates: look at dates, CA and names of the one refused: swanctl --list-certs; ipsec auto --listall (libreswan); show crypto ca certificates (Cisco ASA); the CA of each end must be known at the other, and its identity must stand in the certificate (subject or subjectAltName)`,
    },
  ];
}

/** Authentication method 1 of IKEv1 (RFC 2409 appendix A): visible in the proposal, hidden in IKEv2. */
const PSK_METHOD = 1;

function byPsk(session: IkeSession): boolean {
  return session.chosen?.transforms.some(({ type, id }) => type === 'AUTH' && id === PSK_METHOD) ?? false;
}

function messageOf(session: IkeSession, found: HiddenErrorFacts | undefined): IkeMessageFacts | undefined {
  return found === undefined ? undefined : session.messages.find(({ frame }) => frame === found.frame);
}
