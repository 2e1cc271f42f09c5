import type { Dropped } from '../../crypto/grades.js';
import { parseProposal } from '../proposals.js';
import { compareVersions } from '../versions.js';
import type { ConfigEnd } from './config-end.js';

/** An algorithm that a product does not have, or no longer has. */
export interface DroppedAlgorithm extends Dropped {
  readonly name: string;
}

/** What of a proposal the release of an end does not have; one that is still there and no longer offered by itself is not counted. */
export function droppedAlgorithms(
  value: string,
  use: 'ike' | 'esp',
  { product, version }: Pick<ConfigEnd, 'product' | 'version'>,
): readonly DroppedAlgorithm[] {
  return parseProposal(value, use).transforms.flatMap(({ name, removed }) =>
    removed
      .filter((one) => one.product === product && !/default/.test(one.what))
      .filter((one) => version === undefined || compareVersions(version, one.version) >= 0)
      .map((one) => ({ name, ...one })),
  );
}
