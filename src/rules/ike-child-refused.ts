import { espLines, suitesOf } from '../config/offers.js';
import type { Evidence } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import { EXCHANGE } from '../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { sasBegunAfter } from './shared/esp-traffic.js';
import { notifiesOf, responderOf, seen } from './shared/handshake.js';
import { sealedSize, sizeText } from './shared/sealed-size.js';

/** Errors that refuse the CHILD_SA and leave the IKE SA alone (RFC 7296 §1.2, §2.21.2); selectors have a rule of their own. */
const CHILD_ERRORS: ReadonlyMap<number, string> = new Map<number, string>([
  [NOTIFY.NO_PROPOSAL_CHOSEN, 'no ESP or AH proposal in common (algorithms, key length, ESN, group)'],
  [NOTIFY.SINGLE_PAIR_REQUIRED, 'the responder takes one pair of addresses per CHILD_SA only'],
  [NOTIFY.NO_ADDITIONAL_SAS, 'the responder allows no further CHILD_SA on this IKE SA'],
  [NOTIFY.INTERNAL_ADDRESS_FAILURE, 'the responder has no address to hand out: the pool is empty or there is none'],
  [NOTIFY.FAILED_CP_REQUIRED, 'the responder wants to hand out an address and none was asked for'],
]);

interface Refusal {
  readonly confidence: number;
  readonly title: string;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
}

/** F47, F55: IKE_AUTH succeeded, the CHILD_SA did not. */
export const rule: Rule = {
  code: 'ike/child-refused',
  title: 'The IKE SA comes up, the CHILD_SA is refused',
  severity: 'error',
  refs: ['RFC 7296 §1.2', 'RFC 7296 §2.21.2', 'RFC 7296 §2.7', 'RFC 7296 §2.9'],
  dependsOn: ['ike/auth-failed'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, refusal)) {
      const { peers, session, hit } = attempts;
      const lines = espLines(session, suitesOf(session.children[0]?.offered ?? []));
      const later = attempts.all.at(-1)?.session ?? session;
      const came = sasBegunAfter(peers, later.lastTime).length > 0;
      yield finding(rule, {
        severity: came ? 'warning' : 'error',
        confidence: hit.confidence,
        subject: peers.subject,
        title: `${hit.title}${furtherAttempts(attempts)}`,
        cause: `${hit.cause}${came ? recoveryText({ ...attempts, severity: 'warning' }) : ''}`,
        evidence: hit.evidence,
        fix: [
          ...lines.map((text) => ({ end: 'theirs' as const, text: `accept what was offered: ${text}` })),
          ...(lines.length > 0
            ? []
            : [
                {
                  end: 'either' as const,
                  text: 'ESP proposals with one in common: ipsec.conf esp=aes256-sha2_256, swanctl.conf esp_proposals = aes256-sha256, Cisco ASA: crypto ipsec ikev2 ipsec-proposal VPN / protocol esp encryption aes-256 / protocol esp integrity sha-256',
                },
              ]),
          {
            end: 'either',
            text: 'selectors crosswise the same: leftsubnet/rightsubnet (ipsec.conf), local_ts/remote_ts (swanctl.conf), crypto map ACL the mirror (ASA)',
          },
          {
            end: 'theirs',
            text: 'its log has both lists: "received proposals" / "configured proposals", "traffic selectors … unacceptable" (charon), "no local proposal matches remote proposals", "responding with TS_UNACCEPTABLE" (pluto)',
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike --esp: a larger IKE_AUTH reply, then ESP in both directions',
      });
    }
  },
};

function refusal(session: IkeSession): Refusal | undefined {
  if (session.protocol !== 'ikev2') return undefined;
  return readable(session) ?? hidden(session);
}

function readable(session: IkeSession): Refusal | undefined {
  const found = notifiesOf(session, ({ type }) => CHILD_ERRORS.has(type)).find(
    ({ message }) =>
      message.decrypted &&
      (message.exchangeType === EXCHANGE.IKE_AUTH || message.exchangeType === EXCHANGE.CREATE_CHILD_SA) &&
      !message.fromInitiator,
  );
  if (found === undefined) return undefined;
  const { message, notify } = found;
  if (message.exchangeType === EXCHANGE.CREATE_CHILD_SA && rekeys(session, message.messageId)) return undefined;
  return {
    confidence: 0.97,
    title: `${responderOf(session)} refuses the CHILD_SA: N(${notify.name})`,
    cause: `Authentication succeeded and the IKE SA stays up, but no traffic can pass: ${CHILD_ERRORS.get(notify.type) ?? notify.name}.`,
    evidence: [seen(message, `reply to ${message.exchange}, read with the keys given`, `N(${notify.name})`)],
  };
}

function rekeys(session: IkeSession, messageId: number): boolean {
  return session.messages.some((m) => m.messageId === messageId && m.notifies.some(({ type }) => type === NOTIFY.REKEY_SA));
}

/** By its size the reply to IKE_AUTH authenticates and sets up nothing. */
function hidden(session: IkeSession): Refusal | undefined {
  const found = session.hiddenError;
  if (found?.kind !== 'child-refused') return undefined;
  const reply = session.messages.find(({ frame }) => frame === found.frame);
  const size = reply === undefined ? undefined : sealedSize(session, reply);
  return {
    confidence: 0.85,
    title: `${responderOf(session)} authenticated but set up no CHILD_SA: its IKE_AUTH reply of ${found.length} bytes has no room for SA and selectors (contents encrypted)`,
    cause: `The reply is encrypted, so its notify is hidden. It has ${size === undefined ? `${found.length} bytes` : sizeText(size)}: more than a bare N(AUTHENTICATION_FAILED)${found.notifyLength === undefined ? '' : `, which would make a message of ${found.notifyLength} bytes`}, less than AUTH, SA, TSi and TSr take. So AUTH and a notify: NO_PROPOSAL_CHOSEN (ESP algorithms) or TS_UNACCEPTABLE (subnets), perhaps INTERNAL_ADDRESS_FAILURE or FAILED_CP_REQUIRED; their sizes are the same.`,
    evidence: [{ frame: found.frame, field: 'SK', text: `${found.length} bytes${size === undefined ? '' : `: ${sizeText(size)} inside`}` }],
  };
}
