import { productNames } from '../../effective/config-end.js';
import { initiates, versionsOf } from '../../effective/ike-versions.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

const words = { ikev1: 'IKEv1', ikev2: 'IKEv2', any: 'IKEv1 and IKEv2' } as const;

/** Both ends speak the same version of IKE, whoever begins. */
export const aspect: Aspect = {
  id: 'ike-version',
  compare({ ours, theirs, version }) {
    const said = (end: typeof ours) => cell(end.connection.ikeVersion, words[end.connection.ikeVersion.value]);
    const [a, b] = [said(ours), said(theirs)];
    const rows = [row('IKE version', a, b, version !== undefined)];
    if (version === undefined) {
      const mismatch: Mismatch = {
        code: 'config/ike-version',
        severity: 'error',
        breaks: 'up',
        title: `our end speaks ${a.text}, the other ${b.text}`,
        cause: 'Messages of one version are no messages of the other: they are refused with INVALID_MAJOR_VERSION or not answered at all.',
        evidence: bothPlaces(a, b),
        change: {
          ours: { kind: 'ike-version', value: versionsOf(theirs)[0] ?? 'ikev2' },
          theirs: { kind: 'ike-version', value: versionsOf(ours)[0] ?? 'ikev2' },
        },
        refs: ['RFC 7296 §2.5'],
      };
      return { rows, mismatches: [mismatch] };
    }
    const mismatches = (['ours', 'theirs'] as const).flatMap((who): readonly Mismatch[] => {
      const [first, second] = who === 'ours' ? [ours, theirs] : [theirs, ours];
      const begun = initiates(first);
      if (versionsOf(second).includes(begun)) return [];
      return [
        {
          code: 'config/ike-version-initiator',
          severity: 'warning',
          breaks: 'up',
          title: `${who === 'ours' ? 'our end' : 'the other end'} takes both versions and begins with ${words[begun]}, which ${who === 'ours' ? 'the other' : 'our end'} does not speak`,
          cause: `${productNames[first.product]} answers either version and begins with one of them: the tunnel comes up only when ${who === 'ours' ? 'the other end' : 'our end'} begins.`,
          evidence: bothPlaces(a, b),
          change: { [who]: { kind: 'ike-version', value: versionsOf(second)[0] ?? 'ikev2' } },
          refs: ['RFC 7296 §2.5'],
        },
      ];
    });
    return { rows, mismatches };
  },
};
