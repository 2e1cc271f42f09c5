import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { attemptsOf, furtherAttempts } from './shared/attempts.js';
import { notifiesOf, seen, senderOf } from './shared/handshake.js';

/** F46, when the notify can be read. */
export const rule: Rule = {
  code: 'ike/ts-unacceptable',
  title: 'The traffic selectors are refused',
  severity: 'error',
  refs: ['RFC 7296 §2.9', 'RFC 7296 §3.13'],
  dependsOn: ['ike/auth-failed'],
  *evaluate(facts) {
    for (const attempts of attemptsOf(facts, (session) =>
      session.protocol === 'ikev2' ? notifiesOf(session, ({ type }) => type === NOTIFY.TS_UNACCEPTABLE)[0] : undefined,
    )) {
      const { peers, session, hit } = attempts;
      const child = session.children.findLast(({ frame }) => frame <= hit.message.frame);
      const text = (selectors: readonly { readonly text: string }[]) =>
        selectors.length === 0 ? '?' : selectors.map((s) => s.text).join(', ');
      const asked =
        child === undefined ? 'the selectors offered' : `${text(child.selectorsInitiator)} === ${text(child.selectorsResponder)}`;
      const [ours, theirs] =
        child === undefined ? ['OUR-NET', 'THEIR-NET'] : [text(child.selectorsInitiator), text(child.selectorsResponder)];
      const up = session.children.some(({ outcome, frame }) => outcome === 'established' && frame > hit.message.frame);
      yield finding(rule, {
        severity: up ? 'warning' : 'error',
        confidence: 0.97,
        subject: peers.subject,
        title: `${senderOf(session, hit.message.fromInitiator)} refuses the selectors ${asked}: N(TS_UNACCEPTABLE)${furtherAttempts(attempts)}`,
        cause:
          'No connection at the refusing end covers these two subnets, in this direction. They must be the mirror of its own, or overlap them so that it can narrow (RFC 7296 §2.9).',
        evidence: [seen(hit.message, `reply to ${hit.message.exchange}`, 'N(TS_UNACCEPTABLE)')],
        fix: [
          { end: 'ours', text: `what the other end has: ipsec.conf leftsubnet= / rightsubnet=; swanctl.conf local_ts = / remote_ts =` },
          {
            end: 'theirs',
            text: `or there the mirror of ours: ipsec.conf leftsubnet=${theirs} rightsubnet=${ours}; swanctl.conf local_ts = ${theirs} remote_ts = ${ours}; Cisco ASA: access-list VPN extended permit ip ${theirs} ${ours} (address and mask)`,
          },
        ],
        retest: 'try again and run vpndoctor sniff --ike --esp with keys: TSi and TSr in the reply, then ESP in both directions',
      });
    }
  },
};
