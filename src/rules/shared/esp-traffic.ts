import type { Timestamp } from '../../model/packet.js';
import type { SaFacts } from '../../model/sa.js';
import { secondsBetween } from '../../model/seconds-between.js';
import type { Peers } from './peers.js';

/** SAs of these peers, either direction, that began after a moment: what a negotiation then brought up. */
export function sasBegunAfter(peers: Peers, moment: Timestamp): readonly SaFacts[] {
  return peers.sas.filter((sa) => secondsBetween(moment, sa.firstTime) >= 0);
}
