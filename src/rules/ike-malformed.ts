import type { Evidence } from '../model/finding.js';
import type { IkeMessageFacts, IkeSession } from '../model/ike-session.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { NOTIFY_V1 } from '../wire/ike/tables/notify-v1.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { type NotifySeen, notifiesOf, phase1Auth, seen, senderOf } from './shared/handshake.js';

/** Notifies that call a message unreadable. */
const V1_MALFORMED: ReadonlySet<number> = new Set([
  NOTIFY_V1['INVALID-PAYLOAD-TYPE'],
  NOTIFY_V1['INVALID-FLAGS'],
  NOTIFY_V1['BAD-PROPOSAL-SYNTAX'],
  NOTIFY_V1['PAYLOAD-MALFORMED'],
  NOTIFY_V1['UNEQUAL-PAYLOAD-LENGTHS'],
]);

interface Malformation {
  readonly told: NotifySeen | undefined;
  readonly broken: IkeMessageFacts | undefined;
}

/** F21: one end says that a message is malformed, or it is to be seen here. */
export const rule: Rule = {
  code: 'ike/malformed',
  title: 'An IKE message is malformed',
  severity: 'error',
  refs: ['RFC 7296 §2.21.2', 'RFC 7296 §3.10.1', 'RFC 2408 §5.3'],
  dependsOn: ['ike/auth-failed', 'ike/version-refused', 'esp/non-esp-marker-missing'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session): Malformation | undefined => {
      const told = complaint(session);
      const broken = session.messages.find((message) => message.malformed !== undefined && !isPadded(session, message));
      return told === undefined && broken === undefined ? undefined : { told, broken };
    })) {
      const { peers, session, hit, severity } = attempts;
      const { told, broken } = hit;
      const field = broken?.malformed;
      const evidence: Evidence[] = [
        ...(told === undefined ? [] : [seen(told.message, `from ${told.message.src.address}`, `N(${told.notify.name})`)]),
        ...(broken === undefined || field === undefined ? [] : [seen(broken, `offset ${field.offset}: ${field.message}`, field.field)]),
      ];
      yield finding(rule, {
        severity:
          told !== undefined ? severity : attempts.all.every(({ session: { outcome } }) => outcome === 'established') ? 'info' : 'warning',
        confidence: told === undefined ? 0.5 : 0.85,
        subject: peers.subject,
        title:
          told === undefined
            ? `${broken?.exchange ?? 'A message'} from ${broken?.src.address ?? '?'} cannot be read to its end: ${field?.field ?? '?'}, ${field?.message ?? '?'}${furtherAttempts(attempts)}`
            : `${senderOf(session, told.message.fromInitiator)} calls a message malformed: N(${told.notify.name})${furtherAttempts(attempts)}`,
        cause: `${
          told === undefined
            ? 'The bytes do not fit their own lengths. When the packet was captured with a short snap length that is all there is to it; otherwise a faulty sender, or a middlebox that changed it.'
            : 'It met a payload that it cannot parse: a fault or an extension of the sender that it does not know, or a message damaged on the way. Where the message was encrypted, another key gives the same.'
        }${recoveryText(attempts)}`,
        evidence,
        fix: [
          {
            end: 'either',
            text: 'update the daemon that sends it; leave out what is new: fewer proposals, no vendor extensions (libreswan ms-dh-downgrade=, strongSwan send_vendor_id = no)',
          },
          { end: 'either', text: 'capture whole packets: vpndoctor sniff -i any -w file.pcap' },
        ],
        retest: 'try again and run vpndoctor sniff --ike -v: every payload decoded',
      });
    }
  },
};

/** Bytes behind the message, which the other end went over and answered: Cisco's VPN client rounds up to 16. */
function isPadded(session: IkeSession, { malformed, frame, fromInitiator }: IkeMessageFacts): boolean {
  return malformed?.field === 'length' && session.messages.some((later) => later.frame > frame && later.fromInitiator !== fromInitiator);
}

function complaint(session: IkeSession): NotifySeen | undefined {
  if (session.protocol === 'ikev2') return notifiesOf(session, ({ type }) => type === NOTIFY.INVALID_SYNTAX)[0];
  const five = phase1Auth(session, true);
  // From message 5 on it is another key that makes a message unreadable: another rule's.
  return notifiesOf(session, ({ type }) => V1_MALFORMED.has(type)).find(({ message }) => five === undefined || message.frame < five.frame);
}
