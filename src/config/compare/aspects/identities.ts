import { parseNetwork } from '../../../wire/ip/network.js';
import { expectedIdentity, identitiesAgree, ownIdentity } from '../../effective/identity.js';
import { keyIdOf } from '../../identity-words.js';
import { canonicalIdentity } from '../../ipsec-secrets/find-secret.js';
import { cell, evidence, row } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

/** Each end says that it is whom the other expects. */
export const aspect: Aspect = {
  id: 'identities',
  compare({ ours, theirs }) {
    const rows = [];
    const mismatches: Mismatch[] = [];
    for (const who of ['ours', 'theirs'] as const) {
      const [here, there] = who === 'ours' ? [ours, theirs] : [theirs, ours];
      const [own, expected] = [ownIdentity(here), expectedIdentity(there)];
      const agrees = identitiesAgree(own, expected);
      const a = cell(own.place, own.value ?? 'not in the files');
      const b = cell(expected.place, expected.value === '%any' ? 'any' : (expected.value ?? 'not in the files'));
      const label = who === 'ours' ? 'our identity' : 'their identity';
      rows.push(who === 'ours' ? row(label, a, b, agrees !== false) : row(label, b, a, agrees !== false));
      if (agrees !== false || own.value === undefined || expected.value === undefined) continue;
      const asked = parseNetwork(expected.value) !== undefined && there.connection.remote.id === undefined;
      // Two addresses that nobody spoke of as identities: the addresses differ, which is said already.
      if (asked && here.connection.local.id === undefined) continue;
      mismatches.push({
        code: 'config/identity',
        severity: 'error',
        breaks: 'up',
        title: `${who === 'ours' ? 'our end' : 'the other end'} says it is ${own.value}, ${who === 'ours' ? 'the other end' : 'our end'} expects ${expected.value}`,
        cause: `${bareName(own.value) === bareName(expected.value) ? 'The kinds of the two differ. ' : ''}An identity that is not the expected one finds no connection and no secret: AUTHENTICATION_FAILED, INVALID_ID_INFORMATION or silence.`,
        evidence: [evidence(who, a, `is ${a.text}`), evidence(who === 'ours' ? 'theirs' : 'ours', b, `expects ${b.text}`)],
        change: {
          [who]: { kind: 'local-id', value: expected.value },
          [who === 'ours' ? 'theirs' : 'ours']: { kind: 'remote-id', value: own.value },
        },
        refs: ['RFC 2407 §4.6.2', 'RFC 7296 §3.5'],
      });
    }
    return { rows, mismatches };
  },
};

/** Without what tells its kind. */
function bareName(id: string): string {
  return canonicalIdentity(keyIdOf(id) ?? id);
}
