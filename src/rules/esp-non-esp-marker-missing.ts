import { count } from '../bytes/count.js';
import type { IkeSession } from '../model/ike-session.js';
import type { SaFacts } from '../model/sa.js';
import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

/** `0x` and the first four bytes. */
const FOUR_BYTES = 10;

/** F23: IKE on UDP 4500 without its four zero bytes is read as ESP: the "SPI" is the first half of an IKE SPI. */
export const rule: Rule = {
  code: 'esp/non-esp-marker-missing',
  title: 'IKE on UDP 4500 lacks the non-ESP marker',
  severity: 'error',
  refs: ['RFC 3948 §2.2', 'RFC 7296 §3.1'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const pair = find(peers.sessions, peers.sas);
      if (pair === undefined) continue;
      const { session, sa } = pair;
      yield finding(rule, {
        severity: 'error',
        confidence: 0.9,
        subject: peers.subject,
        title: `${sa.src} sends IKE to UDP 4500 without the four zero bytes in front: it is read as ESP with SPI ${sa.spi}`,
        cause: `The first eight bytes are the initiator's IKE SPI ${session.spiI}. Without the marker the receiver takes the packet for ESP of an SA it does not have and drops it. A faulty sender, or a middlebox that strips the marker.`,
        evidence: [
          {
            frame: sa.firstFrame,
            field: 'UDP payload',
            text: `begins with ${session.spiI.slice(2)}, ${count(sa.packets, 'packet')} of that kind`,
          },
        ],
        fix: [{ end: 'either', text: `on ${sa.src}: update the IKE daemon; take ALGs ("IPsec pass-through", "VPN helper") off the path` }],
        retest: 'vpndoctor sniff -i any --port 4500: IKE is shown as IKE',
      });
    }
  },
};

function find(
  sessions: readonly IkeSession[],
  sas: readonly SaFacts[],
): { readonly session: IkeSession; readonly sa: SaFacts } | undefined {
  const bySpi = new Map(
    sas.filter(({ protocol, encapsulation }) => protocol === 'esp' && encapsulation === 'udp').map((sa) => [sa.spi, sa]),
  );
  for (const session of sessions) {
    const sa = bySpi.get(session.spiI.slice(0, FOUR_BYTES));
    // The sequence number is then the second half of the SPI, and never moves.
    if (sa !== undefined && sa.firstSequence === Number.parseInt(session.spiI.slice(FOUR_BYTES), 16)) return { session, sa };
  }
  return undefined;
}
