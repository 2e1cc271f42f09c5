import { count } from '../bytes/count.js';
import type { IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { finding, type Rule } from './rule.js';
import { span } from './shared/clock.js';
import { cameUp, seen } from './shared/handshake.js';
import { type Peers, peersOf } from './shared/peers.js';
import { createChildExchanges, quickModes } from './shared/phase2.js';

const LEAST = 6;
/** Nobody configures lifetimes as short as this, seconds. */
const SHORT = 60;
/** Several tunnels of one pair of gateways come up together within seconds. */
const LEAST_SPAN = 20;

/** F45, F66, F71: SAs made anew again and again. */
export const rule: Rule = {
  code: 'ike/lifetime-churn',
  title: 'SAs are renewed far too often',
  severity: 'warning',
  refs: ['RFC 7296 §2.8', 'RFC 2407 §4.5.4'],
  dependsOn: ['ike/auth-failed', 'ike/phase2-refused', 'ike/child-refused', 'ike/rekey-failed', 'ike/dpd-timeout'],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const made = madeSas(peers);
      const [first] = made;
      const last = made.at(-1);
      if (first === undefined || last === undefined || made.length < LEAST) continue;
      const mean = secondsBetween(first, last) / (made.length - 1);
      if (mean >= SHORT || secondsBetween(first, last) < LEAST_SPAN) continue;
      yield finding(rule, {
        severity: 'warning',
        confidence: 0.7,
        subject: peers.subject,
        title: `${count(made.length, 'IPsec SA')} negotiated within ${span(secondsBetween(first, last))}, one every ${span(mean)}`,
        cause:
          'Lifetimes that differ or are very short, a byte limit that a fast link reaches at once, both ends rekeying against each other, or an SA that is deleted and made anew because something behind it fails. Which it is, the deletes and the logs tell. Several tunnels between the same two peers look the same when they come up together.',
        evidence: made.slice(0, 4).map((m) => seen(m, `${m.exchange} begins`)),
        fix: [
          {
            end: 'either',
            text: 'lifetimes alike at both ends, the initiator a little shorter: ipsec.conf salifetime=8h ikelifetime=24h; swanctl.conf rekey_time = 1h, life_time = 66m; Cisco ASA: crypto ipsec security-association lifetime seconds 28800 kilobytes unlimited',
          },
          { end: 'either', text: 'one end that rekeys: libreswan rekey=no at the other' },
        ],
        retest: 'vpndoctor sniff --ike --summary for ten minutes: no new SA',
      });
    }
  },
};

function madeSas({ sessions }: Peers) {
  return sessions
    .filter(cameUp)
    .flatMap((session: IkeSession) =>
      session.protocol === 'ikev1'
        ? quickModes(session)
            .filter(({ confirmed }) => confirmed)
            .map(({ request }) => request)
        : [
            ...session.messages.slice(0, 1),
            ...createChildExchanges(session)
              .filter(({ reply, refused }) => reply !== undefined && !refused)
              .map(({ request }) => request),
          ],
    )
    .sort((a, b) => a.frame - b.frame);
}
