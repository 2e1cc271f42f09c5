import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

/** Tunnel or transport. */
export const aspect: Aspect = {
  id: 'mode',
  compare({ ours, theirs, version }) {
    const [mine, yours] = [ours.connection.mode, theirs.connection.mode];
    const [a, b] = [cell(mine, mine.value), cell(yours, yours.value)];
    const agrees = mine.value === yours.value;
    const rows = [row('mode', a, b, agrees)];
    if (agrees) return { rows, mismatches: [] };
    const tunnel = (value: string) => (value === 'transport' ? 'transport' : 'tunnel');
    return {
      rows,
      mismatches: [
        {
          code: 'config/mode',
          severity: 'error',
          breaks: 'up',
          title: `${mine.value} mode at our end, ${yours.value} mode at the other`,
          cause:
            version === 'ikev2'
              ? 'Transport mode is asked for by a notification; an end that does not answer it leaves a tunnel, which the other does not take, or the kernel drops every packet (XfrmInStateModeError).'
              : 'The mode is an attribute of the proposal of phase 2: NO_PROPOSAL_CHOSEN.',
          evidence: bothPlaces(a, b),
          change: { ours: { kind: 'mode', value: tunnel(yours.value) }, theirs: { kind: 'mode', value: tunnel(mine.value) } },
          refs: ['RFC 2407 §4.5', 'RFC 7296 §1.3.1'],
        },
      ],
    };
  },
};
