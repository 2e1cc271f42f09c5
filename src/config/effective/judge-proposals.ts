import type { Dropped } from '../../crypto/grades.js';
import type { Connection, SourcedProposal } from '../../model/connection.js';
import { type ProposedTransform, parseProposal } from '../proposals.js';
import { compareVersions } from '../versions.js';

/** A proposal as written, in one place, with what is wrong with its algorithms. */
export interface JudgedProposal {
  readonly proposal: SourcedProposal;
  readonly use: 'ike' | 'esp';
  /** Those that have it: a line of a `%default` section is many connections'. */
  readonly connections: readonly [Connection, ...Connection[]];
  /** Words that are no algorithm. */
  readonly unknown: readonly string[];
  /** What the release that reads the file does not have. */
  readonly absent: readonly { readonly transform: ProposedTransform; readonly dropped: Dropped }[];
  /** What the implementation requirements advise against. */
  readonly weak: readonly ProposedTransform[];
}

/** A product by its name, of a version or of the newest. */
export interface Release {
  readonly product: string;
  readonly version: string | 'newest';
}

/** A release that does not have an algorithm at all, by the words of the table of grades. */
const ABSENT = new Set(['removed', 'not implemented']);

/** Judges the algorithms of every proposal once. `releaseOf`: who reads a connection's file; undefined: not known. */
export function judgeProposals(
  connections: readonly Connection[],
  releaseOf: (connection: Connection) => Release | undefined,
): readonly JudgedProposal[] {
  const byPlace = new Map<string, { proposal: SourcedProposal; use: 'ike' | 'esp'; connections: [Connection, ...Connection[]] }>();
  for (const connection of connections)
    for (const use of ['ike', 'esp'] as const)
      for (const proposal of use === 'ike' ? connection.ikeProposals : connection.espProposals) {
        const key = `${proposal.file}:${proposal.line} ${proposal.value} ${use}`;
        const same = byPlace.get(key);
        if (same === undefined) byPlace.set(key, { proposal, use, connections: [connection] });
        else same.connections.push(connection);
      }
  return [...byPlace.values()].map((same): JudgedProposal => {
    const { transforms, unknown } = parseProposal(same.proposal.value, same.use);
    const release = releaseOf(same.connections[0]);
    return {
      ...same,
      unknown,
      absent: transforms.flatMap((transform) => {
        const dropped = transform.removed.find((one) => hasGone(one, release));
        return dropped === undefined ? [] : [{ transform, dropped }];
      }),
      weak: transforms.filter(({ weakness }) => weakness !== undefined),
    };
  });
}

function hasGone({ product, version, what }: Dropped, release: Release | undefined): boolean {
  if (release?.product !== product || !ABSENT.has(what)) return false;
  return release.version === 'newest' || compareVersions(release.version, version) >= 0;
}
