import type { Proposal, Transform } from '../../wire/ike/payloads/sa.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { WEAK_GROUPS, WEAK_V2_ENCRYPTION, WEAK_V2_INTEGRITY, WEAK_V2_PRF, type Weakness } from '../../wire/ike/tables/weak-algorithms.js';
import { keyLengthOf, transformName } from '../../wire/ike/transform-name.js';

/** What the implementation requirements say against a transform; undefined when nothing. RFC 8221, RFC 8247, RFC 9395. */
export function weaknessOf({ type, id }: Pick<Transform, 'type' | 'id'>): Weakness | undefined {
  switch (type) {
    case TRANSFORM.ENCR:
      return WEAK_V2_ENCRYPTION[id];
    case TRANSFORM.PRF:
      return WEAK_V2_PRF[id];
    case TRANSFORM.INTEG:
      return WEAK_V2_INTEGRITY[id];
    case TRANSFORM.KE:
      return WEAK_GROUPS[id];
    default:
      return undefined;
  }
}

/** The weak ones of a proposal that was chosen. */
export function weaknessesOf({ transforms }: Proposal): readonly Weakness[] {
  return transforms.flatMap((transform) => weaknessOf(transform) ?? []);
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
