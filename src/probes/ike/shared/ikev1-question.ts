import { DecodeError } from '../../../bytes/errors.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import { decodeMessage, encodeMessage } from '../../../wire/ike/message.js';
import type { TransformV1 } from '../../../wire/ike/payloads/sa-v1.js';
import { ISAKMP_TRANSFORM, PHASE1, SITUATION } from '../../../wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../../wire/ike/tables/exchange-types.js';
import { V1 } from '../../../wire/ike/tables/payload-types.js';
import { DOI, PROTOCOL_V1 } from '../../../wire/ike/tables/protocols.js';
import type { SideAnswer } from './probe-facts.js';

/**
 * Suites of phase 1 that IKEv1 devices have in common: cipher, key length, hash, group (RFC 2409 appendix A). No more than fit into one
 * packet with both methods of authentication.
 */
const SUITES: readonly (readonly [number, number | undefined, number, number])[] = [
  ...[256, 128].flatMap((bits) => [4, 2].flatMap((hash) => [14, 5, 2].map((group) => [7, bits, hash, group] as const))),
  ...[2, 1].flatMap((hash) => [5, 2].map((group) => [5, undefined, hash, group] as const)),
  [7, 256, 4, 19],
  [7, 256, 5, 20],
];
const PRE_SHARED_KEY = 1;
const RSA_SIGNATURES = 3;

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

/** Whether an answer is one of IKEv1, if only a refusal. */
export function speaksIkev1(answer: SideAnswer | undefined): boolean {
  if (answer?.kind !== 'answered') return false;
  try {
    return decodeMessage(answer.bytes).version === 1;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return false;
  }
}

/** Whether an answer goes on with main mode: a peer that refuses IKEv1 answers too, with a notify. */
export function acceptsIkev1(answer: SideAnswer | undefined): boolean {
  if (answer?.kind !== 'answered') return false;
  try {
    const { version, payloads } = decodeMessage(answer.bytes);
    return version === 1 && payloads.some(({ type }) => type === V1.SA);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return false;
  }
}
