import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

const word = (aggressive: boolean) => (aggressive ? 'aggressive' : 'main');

/** Main or aggressive mode of IKEv1. */
export const aspect: Aspect = {
  id: 'exchange-mode',
  compare({ ours, theirs, version }) {
    if (version !== 'ikev1') return { rows: [], mismatches: [] };
    const [a, b] = [ours, theirs].map(({ connection: { aggressive } }) => cell(aggressive, word(aggressive.value)));
    if (a === undefined || b === undefined) return { rows: [], mismatches: [] };
    const agrees = a.text === b.text;
    return {
      rows: [row('phase 1 mode', a, b, agrees)],
      mismatches: agrees
        ? []
        : [
            {
              code: 'config/exchange-mode',
              severity: 'error',
              breaks: 'up',
              title: `phase 1 in ${a.text} mode at our end, in ${b.text} mode at the other`,
              cause:
                'An end that is configured for one mode does not answer the other. Main mode is the better one: aggressive mode with a preshared key lets anybody guess it offline.',
              evidence: bothPlaces(a, b),
              change: {
                ours: { kind: 'aggressive', value: theirs.connection.aggressive.value },
                theirs: { kind: 'aggressive', value: ours.connection.aggressive.value },
              },
              refs: ['RFC 2409 §5.3', 'RFC 2409 §5.4'],
            },
          ],
    };
  },
};
