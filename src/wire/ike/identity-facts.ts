import { toHex } from '../../bytes/hex.js';
import { isPrintable, printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { IdentityFacts } from '../../model/ike-session.js';
import { addressText, rangeText, subnetText } from './address-text.js';
import { distinguishedNameText } from './distinguished-name.js';
import type { Id } from './payloads/id.js';
import type { IdV1 } from './payloads/id-v1.js';
import { ID_TYPE, ID_TYPE_V1, IKEV1_ID_TYPES, IKEV2_ID_TYPES } from './tables/identities.js';

/** The plain facts of an IKEv2 identity. */
export function identityFacts(id: Id): IdentityFacts {
  return { type: nameOf(IKEV2_ID_TYPES, id.type), value: identityText(id.type, id.data) };
}

/** The plain facts of an IKEv1 identity; of one of quick mode, `selectorFactsV1` is what is wanted. */
export function identityFactsV1(id: IdV1): IdentityFacts {
  return { type: nameOf(IKEV1_ID_TYPES, id.type), value: identityText(id.type, id.data) };
}

/** An identity in words; the types that both versions have are the same. Key ids and unknown ones are hex unless they are text. */
export function identityText(type: number, data: Uint8Array): string {
  const half = data.length / 2;
  switch (type) {
    case ID_TYPE.ID_IPV4_ADDR:
    case ID_TYPE.ID_IPV6_ADDR:
      return addressText(data);
    case ID_TYPE.ID_FQDN:
    case ID_TYPE.ID_RFC822_ADDR:
      return printableText(data);
    case ID_TYPE_V1.ID_IPV4_ADDR_SUBNET:
    case ID_TYPE_V1.ID_IPV6_ADDR_SUBNET:
      return subnetText(data.subarray(0, half), data.subarray(half));
    case ID_TYPE_V1.ID_IPV4_ADDR_RANGE:
    case ID_TYPE_V1.ID_IPV6_ADDR_RANGE:
      return rangeText(data.subarray(0, half), data.subarray(half));
    case ID_TYPE.ID_DER_ASN1_DN:
      return distinguishedNameText(data);
    default:
      return data.length === 0 ? '' : isPrintable(data) ? printableText(data) : `0x${toHex(data)}`;
  }
}
