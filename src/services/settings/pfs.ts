import type { ChildSettings, IkeSettings } from '../../engine/ike/settings.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';

/**
 * A responder that takes every way of rekeying: the proposals without a group and, behind them, with those of the IKE SA, and with its
 * additional key exchanges.
 */
export function withAndWithoutPfs(child: ChildSettings, ike: IkeSettings['ikeProposals']): ChildSettings {
  const ofIke = (wanted: (type: number) => boolean) => {
    const all = ike.flatMap(({ transforms }) => transforms.filter(({ type }) => wanted(type)));
    return all.filter((one, i) => all.findIndex(({ type, id }) => type === one.type && id === one.id) === i);
  };
  const isKe = (type: number) => type === TRANSFORM.KE;
  const isAdditional = (type: number) => type >= TRANSFORM.ADDKE1 && type <= TRANSFORM.ADDKE7;
  const plain = child.proposals.map((one) => ({
    ...one,
    transforms: one.transforms.filter(({ type }) => !isKe(type) && !isAdditional(type)),
  }));
  const asked = child.proposals.filter(({ transforms }) => transforms.some(({ type }) => isKe(type)));
  const pfs = asked.length > 0 ? asked : plain.map((one) => ({ ...one, transforms: [...one.transforms, ...ofIke(isKe)] }));
  const additional = ofIke(isAdditional);
  const further =
    asked.length > 0 || additional.length === 0 ? [] : pfs.map((one) => ({ ...one, transforms: [...one.transforms, ...additional] }));
  return { ...child, proposals: [...plain, ...further, ...pfs] };
}
