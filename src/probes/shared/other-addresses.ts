import type { Fix } from '../../model/finding.js';
import type { Probed, ProbedAddresses } from './finding.js';

/** A name with several addresses was tried at one of them: the daemon may be at another, as a rule that of the other IP version. */
export function otherAddressFixes(
  { host }: Probed,
  { address, otherAddresses }: ProbedAddresses & { readonly otherAddresses: readonly string[] },
): readonly Fix[] {
  if (otherAddresses.length === 0) return [];
  const version = address?.includes(':') === true ? 6 : 4;
  const other = otherAddresses.find((one) => one.includes(':') === (version === 4));
  const retry =
    other === undefined ? `vpndoctor probe peer ${otherAddresses[0]}` : `vpndoctor probe peer ${host} -${version === 6 ? 4 : 6}`;
  return [{ end: 'ours', text: `${host} has other addresses too (${otherAddresses.slice(0, 3).join(', ')}): ${retry}` }];
}
