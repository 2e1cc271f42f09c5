import type { ConfigEnd } from '../../effective/config-end.js';
import { bothPlaces, cell, row } from '../cells.js';
import type { Aspect } from '../mismatch.js';

/** Somebody has to begin. */
export const aspect: Aspect = {
  id: 'start',
  compare({ ours, theirs }) {
    const [mine, yours] = [ours.connection.auto, theirs.connection.auto];
    const [a, b] = [cell(mine, mine.value), cell(yours, yours.value)];
    const starts = begins(ours) || begins(theirs);
    const loaded = [ours, theirs].every(({ connection, product }) => !(connection.auto.value === 'ignore' && product !== 'strongswan'));
    const rows = [row('start', a, b, starts && loaded)];
    if (starts && loaded) return { rows, mismatches: [] };
    const change = { kind: 'start' } as const;
    const unloaded = ['ours', 'theirs'].filter((who) => (who === 'ours' ? ours : theirs).connection.auto.value === 'ignore');
    return {
      rows,
      mismatches: [
        {
          code: loaded ? 'config/nobody-starts' : 'config/not-loaded',
          severity: 'warning',
          breaks: 'up',
          title: loaded
            ? 'neither end begins by itself'
            : `the connection is not loaded at ${unloaded.length === 2 ? 'either end' : unloaded[0] === 'ours' ? 'our end' : 'the other end'} (auto=ignore)`,
          cause: loaded
            ? 'Both ends wait for the other: the tunnel comes up only when somebody starts it by hand.'
            : 'Without auto=add, route or start the daemon does not know the connection.',
          evidence: bothPlaces(a, b),
          change: loaded
            ? { ours: change, theirs: change }
            : { ...(unloaded.includes('ours') && { ours: change }), ...(unloaded.includes('theirs') && { theirs: change }) },
          refs: [],
        },
      ],
    };
  },
};

function begins({ connection }: ConfigEnd): boolean {
  return /^(start|up|route|ondemand|keep|trap|trap\|start|start\|trap|on)$/.test(connection.auto.value);
}
