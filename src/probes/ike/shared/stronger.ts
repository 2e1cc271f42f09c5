import type { Proposal } from '../../../wire/ike/payloads/sa.js';
import { PROTOCOL } from '../../../wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../../wire/ike/tables/transforms.js';
import { weaknessesOf } from './algorithms.js';

const NO_SPI = new Uint8Array(0);
/** AES_CBC, AUTH_HMAC_SHA2_256_128, PRF_HMAC_SHA2_256, MODP_2048: what every device of the last ten years has (RFC 8221, RFC 8247). */
const AES = { type: TRANSFORM.ENCR, id: 12, attributes: [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: 256 }] };
const plain = (type: number, id: number) => ({ type, id, attributes: [] });
const SHA2 = plain(TRANSFORM.INTEG, 12);

const MODERN: Readonly<Record<'ike' | 'child', Proposal>> = {
  ike: {
    number: 1,
    protocol: PROTOCOL.IKE,
    spi: NO_SPI,
    transforms: [AES, plain(TRANSFORM.PRF, 5), SHA2, plain(TRANSFORM.KE, 14)],
  },
  child: { number: 1, protocol: PROTOCOL.ESP, spi: NO_SPI, transforms: [AES, SHA2, plain(TRANSFORM.SN, 0)] },
};

/** The proposals without a weakness among those offered; where there is none, the modern equivalent of what was meant. */
export function strongerThan(
  offered: readonly Proposal[],
  use: 'ike' | 'child',
): { readonly offered: boolean; readonly proposals: readonly Proposal[] } {
  const strong = offered.filter((proposal) => weaknessesOf(proposal).length === 0);
  return strong.length > 0 ? { offered: true, proposals: strong } : { offered: false, proposals: [MODERN[use]] };
}
