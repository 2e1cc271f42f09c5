import type { ChildSettings, Ikev2Settings } from '../../engine/ikev2/settings.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';

/** A responder that takes both ways of rekeying: the proposals without a group and, behind them, with those of the IKE SA. */
export function withAndWithoutPfs(child: ChildSettings, ike: Ikev2Settings['ikeProposals']): ChildSettings {
  const groups = ike.flatMap(({ transforms }) => transforms.filter(({ type }) => type === TRANSFORM.KE));
  const unique = groups.filter((group, i) => groups.findIndex(({ id }) => id === group.id) === i);
  const isKe = (type: number) => type === TRANSFORM.KE;
  const plain = child.proposals.map((one) => ({ ...one, transforms: one.transforms.filter(({ type }) => !isKe(type)) }));
  const asked = child.proposals.filter(({ transforms }) => transforms.some(({ type }) => isKe(type)));
  const pfs = asked.length > 0 ? asked : plain.map((one) => ({ ...one, transforms: [...one.transforms, ...unique] }));
  return { ...child, proposals: [...plain, ...pfs] };
}
