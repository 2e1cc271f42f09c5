import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

/** IPComp. */
export const aspect: Aspect = {
  id: 'compression',
  compare({ ours, theirs, version }) {
    const [mine, yours] = [ours.connection.compress, theirs.connection.compress];
    const [a, b] = [mine, yours].map((said) => cell(said, said.value ? 'on' : 'off'));
    if (a === undefined || b === undefined || (!mine.value && !yours.value)) return { rows: [], mismatches: [] };
    const agrees = mine.value === yours.value;
    return {
      rows: [row('compression', a, b, agrees)],
      mismatches: agrees
        ? []
        : [
            {
              code: 'config/compression',
              severity: 'warning',
              breaks: version === 'ikev2' ? 'nothing' : 'up',
              title: `compression is ${a.text} at our end, ${b.text} at the other`,
              cause:
                version === 'ikev2'
                  ? 'It is negotiated in IKEv2: nothing is compressed, and nothing fails.'
                  : 'In IKEv1 it is part of the proposal: whether one without it is offered too depends on the product; where it is not, NO_PROPOSAL_CHOSEN.',
              evidence: bothPlaces(a, b),
              change: { ours: { kind: 'compress', value: yours.value }, theirs: { kind: 'compress', value: mine.value } },
              refs: ['RFC 3173', 'RFC 7296 §2.22'],
            },
          ],
    };
  },
};
