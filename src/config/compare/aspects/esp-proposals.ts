import { comparePfs } from '../../effective/pfs-groups.js';
import type { Change } from '../../mend/change.js';
import { compareOffers } from '../compare-offers.js';
import type { Aspect, Mismatch, Pair } from '../mismatch.js';

/** A proposal of phase 2 in common; its group is a matter of PFS. Of ESP and AH there can be none: that is said elsewhere. */
export const aspect: Aspect = {
  id: 'esp-proposals',
  compare: (pair) => {
    if (pair.ours.connection.protocol.value !== pair.theirs.connection.protocol.value) return { rows: [], mismatches: [] };
    const { rows, mismatches } = compareOffers(pair, 'esp');
    return { rows, mismatches: mismatches.map((mismatch) => withGroups(mismatch, pair)) };
  },
};

/** Algorithms and the group of PFS may stand in one line: where both differ, the correction of one has the other. */
function withGroups(mismatch: Mismatch, { ours, theirs, version }: Pair): Mismatch {
  if (version === undefined) return mismatch;
  const { mine, yours, agrees } = comparePfs(ours, theirs, version);
  if (agrees) return mismatch;
  const change = (known: Change | undefined, { groups }: typeof mine) =>
    known?.kind === 'esp-proposals' ? { ...known, groups: groups.slice(0, 1) } : known;
  const [here, there] = [change(mismatch.change.ours, yours), change(mismatch.change.theirs, mine)];
  return { ...mismatch, change: { ...(here !== undefined && { ours: here }), ...(there !== undefined && { theirs: there }) } };
}
