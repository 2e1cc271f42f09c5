import { DecodeError } from '../../../bytes/errors.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import { decodeMessage, type IkeMessage } from '../../../wire/ike/message.js';
import { NOTIFY } from '../../../wire/ike/tables/notify.js';
import { V2 } from '../../../wire/ike/tables/payload-types.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../../wire/ike/tables/transforms.js';
import type { SideAnswer } from './probe-facts.js';
import { type ScanQuestion, scanProposals, scanQuestion } from './scan-question.js';

/** AES-GCM. */
const COMBINED = 20;
/** What IKEv2 devices have in common, by IANA number. */
const CIPHERS = [COMBINED, 12].flatMap((id) => [256, 128].map((bits) => ({ id, bits })));
const OTHERS = { [TRANSFORM.PRF]: [5, 7, 2], [TRANSFORM.INTEG]: [12, 14, 2], [TRANSFORM.KE]: [19, 14, 31, 20, 2, 5] };

/** An IKE_SA_INIT that leaves nothing behind at the peer: whoever accepts it asks for another group. */
export function ikev2Question(random: RandomSource): ScanQuestion {
  const transforms = [
    ...CIPHERS.map(({ id, bits }) => ({ type: TRANSFORM.ENCR, id, attributes: [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: bits }] })),
    ...Object.entries(OTHERS).flatMap(([type, ids]) => ids.map((id) => ({ type: Number(type), id, attributes: [] }))),
  ];
  return scanQuestion(
    scanProposals(transforms, ({ id }) => id === COMBINED),
    true,
    random,
  );
}

/**
 * Whether an answer is of IKEv2 and goes on with it: a choice, or another group. A refusal is none, nor is a cookie: a daemon under load
 * demands one of whoever asks, before it looks for a connection.
 */
export function acceptsIkev2(answer: SideAnswer | undefined): boolean {
  const goesOn = read(answer)?.payloads.some(
    (node) => node.type === V2.SA || (node.kind === 'notify' && node.value.type === NOTIFY.INVALID_KE_PAYLOAD),
  );
  return goesOn === true;
}

/** What is to be sent back with the same question (RFC 7296 §2.6); undefined where nothing is demanded. */
export function cookieOf(answer: SideAnswer | undefined): Uint8Array | undefined {
  const payloads = read(answer)?.payloads ?? [];
  return payloads.flatMap((node) => (node.kind === 'notify' && node.value.type === NOTIFY.COOKIE ? [node.value.data] : []))[0];
}

function read(answer: SideAnswer | undefined): IkeMessage | undefined {
  if (answer?.kind !== 'answered') return undefined;
  try {
    const message = decodeMessage(answer.bytes);
    return message.version === 2 ? message : undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}
