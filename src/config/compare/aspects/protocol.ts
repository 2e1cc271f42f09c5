import { offersOf } from '../../effective/offer.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

/** ESP or AH. */
export const aspect: Aspect = {
  id: 'protocol',
  compare({ ours, theirs, version }) {
    const [mine, yours] = [ours.connection.protocol, theirs.connection.protocol];
    if (mine.value === yours.value) return { rows: [], mismatches: [] };
    const [a, b] = [cell(mine, mine.value.toUpperCase()), cell(yours, yours.value.toUpperCase())];
    const offer = (end: typeof ours) => (version === undefined ? undefined : offersOf(end, 'esp', version)[0]);
    return {
      rows: [row('protocol', a, b, false)],
      mismatches: [
        {
          code: 'config/protocol',
          severity: 'error',
          breaks: 'up',
          title: `${a.text} at our end, ${b.text} at the other`,
          cause: 'The two protocols have nothing in common: NO_PROPOSAL_CHOSEN in phase 2. AH encrypts nothing and does not pass a NAT.',
          evidence: bothPlaces(a, b),
          change: {
            ours: { kind: 'protocol', value: yours.value, offer: offer(theirs) },
            theirs: { kind: 'protocol', value: mine.value, offer: offer(ours) },
          },
          refs: ['RFC 4302', 'RFC 4303'],
        },
      ],
    };
  },
};
