import type { Sourced } from '../../../model/connection.js';
import type { ConfigEnd } from '../../effective/config-end.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect, Mismatch } from '../mismatch.js';

/** ESP in UDP: what one end forces, the other has to take. */
export const aspect: Aspect = {
  id: 'nat-traversal',
  compare({ ours, theirs }) {
    const [a, b] = [cellOf(ours), cellOf(theirs)];
    const forced = [ours, theirs].some(({ connection }) => connection.forceEncapsulation.value);
    const off = { ours: isOff(ours), theirs: isOff(theirs) };
    const agrees = !off.ours && !off.theirs;
    const rows = [row('NAT traversal', a, b, agrees || !forced)];
    if (agrees) return { rows, mismatches: [] };
    // Off by default is not a decision: whether a NAT is there is not to be seen from here.
    const decided = [ours, theirs].some(({ connection: { natTraversal } }) => natTraversal?.value === false && natTraversal.line > 0);
    const mismatches: Mismatch[] = [
      {
        code: 'config/nat-traversal',
        severity: forced ? 'error' : decided ? 'warning' : 'info',
        breaks: forced ? 'up' : decided ? 'traffic' : 'nothing',
        title: `NAT traversal is off at ${off.ours && off.theirs ? 'both ends' : off.ours ? 'our end' : 'the other end'}${forced ? ', and an end forces ESP into UDP' : ''}`,
        cause: forced
          ? 'Forced encapsulation needs the detection of NAT in phase 1 and UDP 4500 at both ends; without them it is not agreed on, or ESP is sent that the other does not take.'
          : 'As soon as a NAT stands between the two, protocol 50 does not get through; without one nothing is wrong.',
        evidence: bothPlaces(a, b),
        change: {
          ...(off.ours && { ours: { kind: 'nat-traversal', value: true } as const }),
          ...(off.theirs && { theirs: { kind: 'nat-traversal', value: true } as const }),
        },
        refs: ['RFC 3947', 'RFC 3948'],
      },
    ];
    return { rows, mismatches };
  },
};

function isOff({ connection }: ConfigEnd): boolean {
  return connection.natTraversal?.value === false;
}

function cellOf({ connection }: ConfigEnd): ReturnType<typeof cell> {
  const { natTraversal, forceEncapsulation } = connection;
  const place: Sourced<boolean> =
    natTraversal?.value === false ? natTraversal : forceEncapsulation.value ? forceEncapsulation : (natTraversal ?? forceEncapsulation);
  return cell(place, natTraversal?.value === false ? 'off' : forceEncapsulation.value ? 'forced' : 'where there is a NAT');
}
