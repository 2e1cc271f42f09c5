import { contains, parseNetwork } from '../../../wire/ip/network.js';
import type { ConfigEnd } from '../../effective/config-end.js';
import { cell, evidence, row } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

/** Each end looks for the other where it is. */
export const aspect: Aspect = {
  id: 'peer-address',
  compare({ ours, theirs }) {
    const rows = [];
    const mismatches: Mismatch[] = [];
    for (const who of ['ours', 'theirs'] as const) {
      const [here, there] = who === 'ours' ? [ours, theirs] : [theirs, ours];
      const wanted = here.connection.remote.addresses;
      const own = there.connection.local.addresses;
      const agrees = reaches(here, there);
      const looked = cell(wanted[0] ?? unsaid(here), wanted.map(({ value }) => value).join(', '));
      const stands = cell(own[0] ?? unsaid(there), own.map(({ value }) => value).join(', '));
      const label = who === 'ours' ? 'their address' : 'our address';
      rows.push(who === 'ours' ? row(label, looked, stands, agrees !== false) : row(label, stands, looked, agrees !== false));
      if (agrees !== false) continue;
      const nat = own.some(({ value }) => isPrivate(value)) && !wanted.some(({ value }) => isPrivate(value));
      mismatches.push({
        code: 'config/peer-address',
        severity: nat ? 'info' : 'error',
        breaks: nat ? 'nothing' : 'up',
        title: `${who === 'ours' ? 'our end' : 'the other end'} looks for its peer at ${looked.text}; the peer has ${stands.text}`,
        cause: nat
          ? 'A private address at that end: right when a NAT in front of it has the public one.'
          : 'Messages go to another machine, and those of the peer come from an address that no connection is for.',
        evidence: [evidence(who, looked, looked.text), evidence(who === 'ours' ? 'theirs' : 'ours', stands, stands.text)],
        change: { [who]: { kind: 'remote-address', value: own[0]?.value ?? '' } },
        refs: [],
      });
    }
    return { rows, mismatches };
  },
};

function unsaid({ connection }: ConfigEnd): { readonly file: string; readonly line: number } {
  return { file: connection.file, line: 0 };
}

/** Whether one of the addresses looked for is one of those that the other has; undefined: names or wildcards are among them. */
function reaches(here: ConfigEnd, there: ConfigEnd): boolean | undefined {
  const wanted = here.connection.remote.addresses.map(({ value }) => parseNetwork(value));
  const own = there.connection.local.addresses.map(({ value }) => parseNetwork(value));
  if (wanted.length === 0 || own.length === 0 || wanted.includes(undefined) || own.includes(undefined)) return undefined;
  return wanted.some((outer) =>
    own.some((inner) => outer !== undefined && inner !== undefined && (contains(outer, inner) || contains(inner, outer))),
  );
}

function isPrivate(text: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(text);
}
