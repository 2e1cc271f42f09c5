import { type ConfigEnd, productNames } from '../../effective/config-end.js';
import { droppedAlgorithms } from '../../effective/dropped-algorithms.js';
import { splitProposals } from '../../proposals.js';
import { evidence } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

/** Algorithms that stand in a proposal and that the product does not have: it does not load the connection, whatever the other end says. */
export const aspect: Aspect = {
  id: 'dropped-algorithms',
  compare: ({ ours, theirs }) => ({ rows: [], mismatches: [...droppedOf(ours, 'ours'), ...droppedOf(theirs, 'theirs')] }),
};

function droppedOf(end: ConfigEnd, who: 'ours' | 'theirs'): readonly Mismatch[] {
  const { connection, product, version } = end;
  return (['ike', 'esp'] as const).flatMap((use) =>
    (use === 'ike' ? connection.ikeProposals : connection.espProposals).flatMap((proposal): readonly Mismatch[] => {
      const found = splitProposals(proposal.value).flatMap((one) => droppedAlgorithms(one, use, end));
      const [first] = found;
      if (first === undefined || proposal.line === 0) return [];
      const gone = found.some(({ what }) => what !== 'not built');
      const names = [...new Map(found.map((one) => [one.name, `${one.name} is ${one.what} since ${one.version}`])).values()].join(', ');
      return [
        {
          code: 'config/dropped-algorithm',
          // Some build what others leave out; and of the newest release nobody said that it is the one.
          severity: gone ? (version === undefined ? 'warning' : 'error') : 'info',
          breaks: gone ? 'up' : 'nothing',
          title: `${who === 'ours' ? 'our end' : 'the other end'} asks ${productNames[product]} for what it does not have: ${names}`,
          cause: `${productNames[product]} does not load a connection with an algorithm that it does not know${gone ? '' : ': the packages of distributions are built without this one, look with "ipsec algparse" or in the log when it loads'}.`,
          evidence: [evidence(who, proposal, proposal.value)],
          change: {},
          refs: [],
        },
      ];
    }),
  );
}
