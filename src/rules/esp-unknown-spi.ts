import type { Evidence } from '../model/finding.js';
import type { IkeSession } from '../model/ike-session.js';
import { secondsBetween } from '../model/seconds-between.js';
import { NOTIFY } from '../wire/ike/tables/notify.js';
import { finding, type Rule } from './rule.js';
import { notifiesOf, seen } from './shared/handshake.js';
import { type Peers, peersOf } from './shared/peers.js';

/** After a negotiation an old SA may still carry a few packets. */
const LEAST_PACKETS = 5;
const SHOWN = 3;

/** F64: ESP for an SA that the receiver does not have. Notify 11 has the same number in both versions. */
export const rule: Rule = {
  code: 'esp/unknown-spi',
  title: 'ESP is sent on an SPI that the receiver does not know',
  severity: 'error',
  refs: ['RFC 7296 §1.5', 'RFC 7296 §2.21.4', 'RFC 4303 §3.4.2'],
  dependsOn: ['ike/peer-restarted', 'esp/non-esp-marker-missing'],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const told = peers.sessions.flatMap((session) => notifiesOf(session, ({ type }) => type === NOTIFY.INVALID_SPI));
      const stray = told.length > 0 ? [] : strays(peers);
      if (told.length === 0 && stray.length === 0) continue;
      const [first] = told;
      const spis =
        first === undefined
          ? stray.map(({ spi }) => spi)
          : told.flatMap(({ notify }) => (notify.spi === undefined || notify.spi === '' ? [] : [notify.spi]));
      const receiver = first?.message.src.address ?? stray[0]?.dst ?? '';
      const evidence: readonly Evidence[] =
        first === undefined
          ? stray.slice(0, SHOWN).map((sa) => ({
              frame: sa.firstFrame,
              field: 'ESP',
              text: `SPI ${sa.spi} from ${sa.src}: ${sa.packets} packets, not among the SPIs negotiated`,
            }))
          : told.slice(0, SHOWN).map(({ message, notify }) => seen(message, `from ${message.src.address}`, `N(${notify.name})`));
      yield finding(rule, {
        severity: first === undefined ? 'warning' : 'error',
        confidence: first === undefined ? 0.75 : 0.92,
        subject: peers.subject,
        title:
          first === undefined
            ? `ESP to ${receiver} on SPI ${list(spis)}, which nobody negotiated in this capture`
            : `${receiver} says N(${first.notify.name})${spis.length === 0 ? '' : ` for SPI ${list(spis)}`}`,
        cause: `The sender still has an SA that the receiver has lost or never had: the receiver restarted, its SA expired, or a delete was lost. ${first === undefined ? 'Every negotiation of these peers in the capture was readable, and none gave this SPI; it may be an SA of before the capture.' : 'The notify outside an IKE SA is not authenticated.'} The packets are dropped until the sender notices.`,
        evidence,
        fix: [
          {
            end: 'ours',
            text: 'let the dead end be noticed: libreswan dpddelay=10 dpdtimeout=30 dpdaction=restart; swanctl.conf dpd_delay = 10s, dpd_action = restart; then bring the tunnel up anew: ipsec auto --down NAME; ipsec auto --up NAME, or swanctl --terminate --ike NAME; swanctl --initiate --child NAME',
          },
          { end: 'theirs', text: 'Cisco ASA: clear crypto ipsec sa peer ADDRESS; IOS: crypto isakmp invalid-spi-recovery' },
        ],
        retest: `on ${receiver}: XfrmInNoStates in /proc/net/xfrm_stat must stand still while ESP arrives`,
      });
    }
  },
};

const list = (spis: readonly string[]): string =>
  spis.slice(0, SHOWN).join(', ') + (spis.length > SHOWN ? `, and ${spis.length - SHOWN} more` : '');

/** ESP that began after the last readable negotiation, on an SPI that none of them gave. Nothing when any negotiation is hidden. */
function strays(peers: Peers) {
  const spis = new Set<string>();
  for (const session of peers.sessions) {
    if (session.startsMidway || session.messagesDropped > 0 || !childrenKnown(session)) return [];
    for (const { spiInitiator, spiResponder } of session.children)
      for (const spi of [spiInitiator, spiResponder]) if (spi !== undefined) spis.add(spi);
  }
  const [first] = peers.sessions;
  if (first === undefined || spis.size === 0) return [];
  return peers.sas.filter(
    ({ protocol, spi, packets, firstTime }) =>
      protocol !== 'ipcomp' && packets >= LEAST_PACKETS && !spis.has(spi) && secondsBetween(first.firstTime, firstTime) > 0,
  );
}

function childrenKnown({ messages, children }: IkeSession): boolean {
  return (
    messages.every(({ encrypted, decrypted }) => !encrypted || decrypted) &&
    children.every(
      ({ outcome, spiInitiator, spiResponder }) => outcome !== 'established' || (spiInitiator !== undefined && spiResponder !== undefined),
    )
  );
}
