import type { Timestamp } from '../../model/packet.js';
import type { SaFacts } from '../../model/sa.js';
import { seconds } from './clock.js';
import type { Peers } from './peers.js';

/** SAs of these peers, either direction, that began after a moment: what a negotiation then brought up. */
export function sasBegunAfter(peers: Peers, moment: Timestamp): readonly SaFacts[] {
  return peers.sas.filter((sa) => seconds(moment, sa.firstTime) >= 0);
}
