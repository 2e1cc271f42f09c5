import type { RandomSource } from '../../crypto/random-source.js';
import { encodeMessage } from '../../wire/ike/message.js';
import type { TransformV1 } from '../../wire/ike/payloads/sa-v1.js';
import { ISAKMP_TRANSFORM, PHASE1, SITUATION } from '../../wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { V1 } from '../../wire/ike/tables/payload-types.js';
import { DOI, PROTOCOL_V1 } from '../../wire/ike/tables/protocols.js';

/** Suites of phase 1 that IKEv1 devices have in common: cipher, key length, hash, group (RFC 2409 appendix A). */
const SUITES: readonly (readonly [number, number | undefined, number, number])[] = [
  [7, 256, 4, 14],
  [7, 256, 2, 14],
  [7, 256, 2, 5],
  [7, 128, 2, 14],
  [7, 128, 2, 2],
  [5, undefined, 2, 2],
  [5, undefined, 1, 2],
];
const PRE_SHARED_KEY = 1;
const RSA_SIGNATURES = 3;
const SECONDS = 1;
const EIGHT_HOURS = 28_800;

/**
 * The first message of IKEv1 main mode, without any wish to go on: whoever answers it speaks IKEv1 (RFC 2409 §5). Offers what is common
 * with a pre-shared key and with certificates.
 */
export function ikev1Question(random: RandomSource): Uint8Array {
  const transforms: TransformV1[] = [PRE_SHARED_KEY, RSA_SIGNATURES].flatMap((method) =>
    SUITES.map(([cipher, keyLength, hash, group]) => ({
      number: 0,
      id: ISAKMP_TRANSFORM.KEY_IKE,
      attributes: [
        { type: PHASE1.ENCRYPTION_ALGORITHM, value: cipher },
        ...(keyLength === undefined ? [] : [{ type: PHASE1.KEY_LENGTH, value: keyLength }]),
        { type: PHASE1.HASH_ALGORITHM, value: hash },
        { type: PHASE1.AUTHENTICATION_METHOD, value: method },
        { type: PHASE1.GROUP_DESCRIPTION, value: group },
        { type: PHASE1.LIFE_TYPE, value: SECONDS },
        { type: PHASE1.LIFE_DURATION, value: EIGHT_HOURS },
      ],
    })),
  );
  return encodeMessage(
    {
      spiI: random(8),
      spiR: new Uint8Array(8),
      major: 1,
      minor: 0,
      exchangeType: EXCHANGE_V1['Identity Protection (Main Mode)'],
      flags: 0,
      messageId: 0,
    },
    [
      {
        kind: 'sa-v1',
        type: V1.SA,
        value: {
          doi: DOI.IPSEC,
          situation: SITUATION.SIT_IDENTITY_ONLY,
          proposals: [
            {
              number: 1,
              protocol: PROTOCOL_V1.IKE,
              spi: new Uint8Array(0),
              transforms: transforms.map((transform, i) => ({ ...transform, number: i + 1 })),
            },
          ],
        },
      },
    ],
  );
}
