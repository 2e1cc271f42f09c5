import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts, recoveryText } from './shared/attempts.js';
import { cameUp, hasKeys, notifiesOf, responderOf, seen } from './shared/handshake.js';

/** One is normal under load, two happen when the group was wrong too. */
const TOO_MANY = 3;

/** F17: the responder answers with cookies only. */
export const rule: Rule = {
  code: 'ike/cookie-loop',
  title: 'The peer answers with cookies again and again',
  severity: 'error',
  refs: ['RFC 7296 §2.6'],
  dependsOn: [],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) => {
      if (session.protocol !== 'ikev2' || cameUp(session)) return undefined;
      const cookies = session.messages.filter((m) => !m.fromInitiator && m.notifies.some(({ type }) => type === NOTIFY.COOKIE));
      return cookies.length >= TOO_MANY ? cookies : undefined;
    })) {
      const { peers, session, hit, severity } = attempts;
      const returned = notifiesOf(session, ({ type }) => type === NOTIFY.COOKIE).filter(({ message }) => message.fromInitiator);
      const ports = new Set(session.messages.filter((m) => m.fromInitiator).map((m) => `${m.src.address}:${m.src.port ?? ''}`));
      yield finding(rule, {
        severity,
        confidence: 0.9,
        subject: peers.subject,
        title: `${responderOf(session)} answered IKE_SA_INIT with a cookie ${hit.length} times${hasKeys(session) ? ' before it took one back' : ' and never with an SA'}${furtherAttempts(attempts)}`,
        cause: `${
          ports.size > 1
            ? `The initiator's requests arrive from ${ports.size} different addresses or ports (${[...ports].slice(0, 3).join(', ')}): a NAT gives each packet another one, and the cookie is only good for the one it was made for.`
            : returned.length === 0
              ? 'The initiator never sends the cookie back: it does not get the reply, or does not know cookies.'
              : 'The initiator sends the cookie back and it is not accepted: the responder sees another source address, or changes its secret too often, or several responders share the address.'
        }${recoveryText(attempts)}`,
        evidence: [
          ...hit.slice(0, 3).map((m) => seen(m, 'only a cookie', 'N(COOKIE)')),
          ...returned.slice(0, 2).map(({ message }) => seen(message, 'the initiator returns it', 'N(COOKIE)')),
        ],
        fix: [
          { end: 'path', text: 'let the NAT keep one mapping per source port (no per-packet load balancing, no random port per packet)' },
          {
            end: 'theirs',
            text: 'strongSwan: charon.cookie_threshold (30 half-open SAs) and charon.block_threshold (5 per address) say when cookies start; libreswan: ddos-mode=unlimited to compare',
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike: N(COOKIE) at most once, then a reply with SA and KE',
      });
    }
  },
};
