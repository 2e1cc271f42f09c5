import { commonOffer } from '../../effective/common-offer.js';
import type { ConfigEnd } from '../../effective/config-end.js';
import { offersOf } from '../../effective/offer.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

/** How much of SHA2-256 is sent: 128 bits, or the 96 of old Linux kernels. */
export const aspect: Aspect = {
  id: 'hash-truncation',
  compare({ ours, theirs, version }) {
    if (version === undefined) return { rows: [], mismatches: [] };
    const hash = commonOffer(offersOf(ours, 'esp', version), offersOf(theirs, 'esp', version), false)?.chosen.hash;
    const [mine, yours] = [truncated(ours), truncated(theirs)];
    if (hash !== SHA256 || (!mine.value && !yours.value)) return { rows: [], mismatches: [] };
    const [a, b] = [mine, yours].map((said) => cell(said, said.value ? '96 bits' : '128 bits'));
    if (a === undefined || b === undefined) return { rows: [], mismatches: [] };
    const agrees = mine.value === yours.value;
    return {
      rows: [row('SHA2-256 cut to', a, b, agrees)],
      mismatches: agrees
        ? []
        : [
            {
              code: 'config/hash-truncation',
              severity: 'error',
              breaks: 'traffic',
              title: `SHA2-256 is cut to ${a.text} at our end, to ${b.text} at the other`,
              cause:
                'The tunnel comes up and no packet passes: each end takes the other’s for forged, without a word (XfrmInStateProtoError).',
              evidence: bothPlaces(a, b),
              change: { ours: { kind: 'truncation', value: yours.value }, theirs: { kind: 'truncation', value: mine.value } },
              refs: ['RFC 4868 §2.3'],
            },
          ],
    };
  },
};

const SHA256 = 12;

function truncated({ connection }: ConfigEnd): { readonly value: boolean; readonly file: string; readonly line: number } {
  const said = connection.other.find(({ key }) => /^(sha2[-_]truncbug|sha256_96|children\.sha256_96)$/.test(key))?.value;
  return said === undefined ? { value: false, file: connection.file, line: 0 } : { ...said, value: /^(yes|true|on|1)$/i.test(said.value) };
}
