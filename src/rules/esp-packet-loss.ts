import type { SaFacts } from '../model/sa.js';
import { finding, type Rule } from './rule.js';
import { peersOf } from './shared/peers.js';

const LEAST_LOST = 5;
const LEAST_SHARE = 0.01;
/** More numbers missing than came, many times over: a jump of the sender, not loss. */
const JUMP = 20;

/** Sequence numbers that never came. */
export const rule: Rule = {
  code: 'esp/packet-loss',
  title: 'Sequence numbers are missing',
  severity: 'warning',
  refs: ['RFC 4303 §3.3.3', 'RFC 4302 §3.3.2'],
  dependsOn: ['path/mtu-black-hole'],
  *evaluate(facts) {
    const shared = sharedSenders(facts.sas);
    for (const peers of peersOf(facts)) {
      for (const sa of peers.sas) {
        if (sa.protocol === 'ipcomp' || sa.restarts > 0 || shared.has(senderOf(sa))) continue;
        const share = sa.lost / (sa.lost + sa.packets);
        if (sa.lost < LEAST_LOST || share < LEAST_SHARE) continue;
        const jump = sa.lost > JUMP * sa.packets;
        const name = sa.protocol.toUpperCase();
        yield finding(rule, {
          severity: jump ? 'info' : 'warning',
          confidence: jump ? 0.5 : 0.8,
          subject: peers.subject,
          title: jump
            ? `${name} ${sa.spi} from ${sa.src} jumps ahead: ${sa.lost} sequence numbers missing beside ${sa.packets} packets`
            : `${name} ${sa.spi} from ${sa.src} to ${sa.dst}: ${sa.lost} of ${sa.lost + sa.packets} packets missing (${(100 * share).toFixed(1)} %)`,
          cause: jump
            ? 'So large a gap is a sender that skipped (a cluster that took over does so on purpose), a capture that was paused or filtered, or two senders with one SPI, rather than loss.'
            : `The sender numbers every packet, so these were sent and did not reach this place: lost on the path before it, or dropped by the capture itself (see its drop counter; seen here ${sa.packets} packets). It cannot be seen what is lost behind this place.`,
          evidence: [
            { frame: sa.firstFrame, field: 'sequence number', text: `${sa.firstSequence}, the first` },
            { frame: sa.lastFrame, field: 'sequence number', text: `${sa.lastSequence}, the last; ${sa.packets} packets seen` },
          ],
          fix: [
            {
              end: 'path',
              text: 'compare a capture at the sender with one at the receiver over the same time; look for an overloaded link, a policer, or large packets only (MTU)',
            },
          ],
          retest: `vpndoctor sniff --esp --spi ${sa.spi} --summary at both ends`,
        });
      }
    }
  },
};

const senderOf = ({ protocol, src, spi }: SaFacts): string => `${protocol} ${src} ${spi}`;

/** Manual keys, as in OSPFv3 (RFC 4552), count one sequence over several destinations: no one of them gets every number. */
function sharedSenders(sas: readonly SaFacts[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  const shared = new Set<string>();
  for (const sa of sas) {
    const sender = senderOf(sa);
    const dst = first.get(sender);
    if (dst === undefined) first.set(sender, sa.dst);
    else if (dst !== sa.dst) shared.add(sender);
  }
  return shared;
}
