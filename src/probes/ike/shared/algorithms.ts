import { type GradedType, type Weakness, weaknessOf } from '../../../crypto/grades.js';
import type { Proposal } from '../../../wire/ike/payloads/sa.js';
import { TRANSFORM } from '../../../wire/ike/tables/transforms.js';
import { keyLengthOf, transformName } from '../../../wire/ike/transform-name.js';

const GRADED: Readonly<Record<number, GradedType>> = {
  [TRANSFORM.ENCR]: 'ENCR',
  [TRANSFORM.PRF]: 'PRF',
  [TRANSFORM.INTEG]: 'INTEG',
  [TRANSFORM.KE]: 'KE',
  [TRANSFORM.ADDKE1]: 'KE',
};

/** As what the algorithms of a transform type are graded; undefined where they are not. */
export function gradedTypeOf(type: number): GradedType | undefined {
  return GRADED[type];
}

/** The weak ones of a proposal that was chosen. */
export function weaknessesOf({ transforms }: Proposal): readonly Weakness[] {
  return transforms.flatMap(({ type, id }) => {
    const graded = gradedTypeOf(type);
    return (graded === undefined ? undefined : weaknessOf(graded, id)) ?? [];
  });
}

/** `AES_GCM_16_256, PRF_HMAC_SHA2_256, CURVE25519`. */
export function chosenText({ transforms }: Proposal): string {
  return transforms
    .filter(({ type, id }) => !(type === TRANSFORM.SN && id === 0))
    .map((transform) => transformName(transform.type, transform.id, keyLengthOf(transform)))
    .join(', ');
}

/** `MODP_2048`. */
export function groupName(group: number): string {
  return transformName(TRANSFORM.KE, group);
}
