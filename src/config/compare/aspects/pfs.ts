import { groupName } from '../../effective/algorithm-names.js';
import { commonOffer, nearestOffers } from '../../effective/common-offer.js';
import { productNames } from '../../effective/config-end.js';
import { offersOf } from '../../effective/offer.js';
import { comparePfs } from '../../effective/pfs-groups.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

/** Perfect forward secrecy: a Diffie-Hellman exchange of phase 2, and its group. */
export const aspect: Aspect = {
  id: 'pfs',
  compare({ ours, theirs, version }) {
    if (version === undefined) return { rows: [], mismatches: [] };
    const { mine, yours, agrees } = comparePfs(ours, theirs, version);
    const text = ({ groups }: typeof mine) => (groups.length === 0 ? 'without' : groups.map(groupName).join(', '));
    const [a, b] = [cell(mine.place, text(mine)), cell(yours.place, text(yours))];
    const rows = [row('PFS', a, b, agrees)];
    if (agrees) return { rows, mismatches: [] };
    const half = mine.groups.length === 0 || yours.groups.length === 0;
    const [tolerant] = [ours, theirs].filter(
      (end, i) => (i === 0 ? mine : yours).groups.length === 0 && end.product !== 'strongswan' && end.product !== 'racoon',
    );
    // Where the algorithms have to be others as well, both stand in one line: the correction of either has both.
    const [first, second] = [offersOf(ours, 'esp', version), offersOf(theirs, 'esp', version)];
    const nearest = commonOffer(first, second, false) === undefined ? nearestOffers(first, second, false) : undefined;
    return {
      rows,
      mismatches: [
        {
          code: 'config/pfs',
          severity: 'error',
          breaks: version === 'ikev2' ? 'rekey' : 'up',
          title: half
            ? `PFS ${a.text === 'without' ? `is off at our end and on at the other: ${b.text}` : `is on at our end and off at the other: ${a.text}`}`
            : `PFS with ${a.text} at our end, ${b.text} at the other`,
          cause:
            version === 'ikev2'
              ? 'The first CHILD_SA is made from the keys of IKE_SA_INIT, without an exchange of its own: the tunnel comes up, and the first rekey is refused with NO_PROPOSAL_CHOSEN or INVALID_KE_PAYLOAD.'
              : `Quick mode carries a KE payload with that group or none${half && tolerant !== undefined ? `: ${productNames[tolerant.product]} takes it when it answers and offers none when it begins, so the tunnel comes up, and comes back, only from one side` : ': NO_PROPOSAL_CHOSEN, and phase 2 does not come up'}.`,
          evidence: bothPlaces(a, b),
          change: {
            ours: { kind: 'pfs', group: yours.groups[0], offer: nearest?.theirs ?? first[0] },
            theirs: { kind: 'pfs', group: mine.groups[0], offer: nearest?.ours ?? second[0] },
          },
          refs: ['RFC 2409 §5.5', 'RFC 7296 §1.3.1'],
        },
      ],
    };
  },
};
