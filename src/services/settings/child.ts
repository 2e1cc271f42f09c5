import { UsageError } from '../../bytes/errors.js';
import type { ChildSettings, IkeSettings } from '../../engine/ike/settings.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import type { TunnelFlags } from './flags.js';
import { kilobytesOf } from './lifetimes.js';
import { ahProposals, espProposals, groupsNamed } from './proposals.js';
import { anySelector, parseSelectors } from './selectors.js';

/**
 * The CHILD_SA that flags ask for; undefined with `--no-child`.
 * @param esp its proposals in words, the usual ones where none are given
 * @param family of selectors that nobody named: everything in it
 * @param ike proposals of the IKE SA, whose groups `--pfs` alone takes
 * @throws UsageError
 */
export function childOf(flags: TunnelFlags, esp: string, family: 4 | 6, ike: IkeSettings['ikeProposals']): ChildSettings | undefined {
  const ikev1 = flags.ikev1 === true || flags.aggressive === true;
  if (flags.ah !== undefined && flags.esp !== undefined && !ikev1) {
    throw new UsageError('--ah and --esp exclude each other in IKEv2', 'AH around ESP is for --ikev1');
  }
  if (flags.ah !== undefined && flags.forceEncap === true)
    throw new UsageError('--ah and --force-encap exclude each other', 'AH covers the addresses that a NAT changes: it does not go in UDP');
  if (flags.lifebytes !== undefined && !ikev1)
    throw new UsageError('--lifebytes is for IKEv1', 'IKEv2 negotiates no lifetimes; add --ikev1');
  const options = { esn: flags.esn === true, groups: pfsGroups(flags.pfs, ike) };
  const around = flags.ah === undefined ? undefined : ahProposals(flags.ah, options);
  const together = around !== undefined && flags.esp !== undefined;
  const kilobytes = kilobytesOf(flags);
  const proposals = around === undefined || together ? espProposals(esp, options) : around;
  const localSelectors = parseSelectors(flags.localTs, '--local-ts');
  const remoteSelectors = parseSelectors(flags.remoteTs, '--remote-ts');
  if (!flags.child) {
    if (flags.localTs.length + flags.remoteTs.length > 0) throw new UsageError('--no-child makes no tunnel that selectors could belong to');
    return undefined;
  }
  return {
    proposals,
    localSelectors: localSelectors.length > 0 ? localSelectors : [anySelector(familyOf(remoteSelectors, family))],
    remoteSelectors: remoteSelectors.length > 0 ? remoteSelectors : [anySelector(familyOf(localSelectors, family))],
    mode: flags.transportMode === true ? 'transport' : 'tunnel',
    compress: flags.ipcomp === true,
    ...(together ? { ah: around } : {}),
    ...(kilobytes === undefined ? {} : { kilobytes }),
  };
}

/** Both ends of a tunnel speak the same family: that of the selectors named. */
function familyOf(selectors: ChildSettings['localSelectors'], otherwise: 4 | 6): 4 | 6 {
  const length = selectors[0]?.start.length;
  return length === undefined ? otherwise : length === 4 ? 4 : 6;
}

function pfsGroups(pfs: string | true | undefined, ike: IkeSettings['ikeProposals']): readonly number[] {
  if (pfs === undefined) return [];
  if (pfs !== true) return groupsNamed(pfs, '--pfs');
  const ids = ike.flatMap(({ transforms }) => transforms.filter(({ type }) => type === TRANSFORM.KE).map(({ id }) => id));
  return [...new Set(ids)];
}
