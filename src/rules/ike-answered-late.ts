import { count } from '../bytes/count.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf } from './shared/attempts.js';
import { span } from './shared/clock.js';
import { copiesOf, distinctMessages, seen, senderOf } from './shared/handshake.js';

/** An answer to a later attempt with the same message id comes at once: that figure would mislead. */
const LEAST_SHOWN = 0.1;

/** Requests that had to be repeated and were answered then. */
export const rule: Rule = {
  code: 'ike/answered-late',
  title: 'Requests were answered only after a retransmission',
  severity: 'info',
  refs: ['RFC 7296 §2.1', 'RFC 2408 §5.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const { peers, session, hit } of attemptsOf(facts, (candidate) => {
      const late = candidate.exchanges.filter(({ answered, retransmissions }) => answered && retransmissions > 0);
      return late.length > 0 ? late : undefined;
    })) {
      const [first] = hit;
      const message = distinctMessages(session).find(({ frame }) => first?.frames.includes(frame));
      if (first === undefined || message === undefined) continue;
      yield finding(rule, {
        severity: 'info',
        confidence: 0.8,
        subject: peers.subject,
        title: `${first.exchange} of ${senderOf(session, first.fromInitiator)} was sent ${count(first.retransmissions + 1, 'time')} before it was answered${first.roundTrip === undefined || first.roundTrip < LEAST_SHOWN ? '' : ` after ${span(first.roundTrip)}`}${hit.length > 1 ? `; ${hit.length} exchanges in all` : ''}`,
        cause:
          'The request or its answer was lost once, or the peer was slow (a heavy key exchange, a user who types a password). The tunnel did not suffer.',
        evidence: copiesOf(session, message)
          .slice(0, 4)
          .map((m) => seen(m, m.retransmissionOf === undefined ? 'first sent' : 'sent again')),
        fix: [{ end: 'path', text: 'nothing to do if it stays rare; else look for loss between the peers' }],
        retest: 'vpndoctor sniff --ike over several rekeys',
      });
    }
  },
};
