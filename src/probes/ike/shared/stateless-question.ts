import type { RandomSource } from '../../../crypto/random-source.js';
import { out } from '../../../engine/ikev2/payloads.js';
import type { OutgoingPayload } from '../../../wire/ike/chain.js';
import { questionMark } from '../../../wire/ike/question-mark.js';
import { PROTOCOL } from '../../../wire/ike/tables/protocols.js';
import { TRANSFORM } from '../../../wire/ike/tables/transforms.js';
import { saInitMessage } from './sa-init-message.js';

/** Numbers that IANA withdrew or never gave to anything anybody runs: nobody can accept them. */
const NOBODY_HAS = { cipher: 1, prf: 3, integrity: 3, group: 3 } as const;
const KEY_DATA = 64;
const NONCE = 32;
const PAYLOAD_HEADER = 4;

/**
 * An IKE_SA_INIT that every responder refuses with NO_PROPOSAL_CHOSEN and forgets: asks whether a message of `length` bytes gets
 * there, without leaving a half-open IKE SA behind. Never shorter than it has to be.
 */
export function statelessQuestion(random: RandomSource, length = 0): Uint8Array {
  const small = build(random, []);
  const missing = length - small.length - PAYLOAD_HEADER;
  return missing < 0 ? small : build(random, [out.vendorId(padding(missing))]);
}

/** Whoever finds it in a capture or log shall know what it is. */
function padding(length: number): Uint8Array {
  return new TextEncoder().encode('vpndoctor: padding, to find the path MTU. '.repeat(Math.ceil(length / 42)).slice(0, length));
}

function build(random: RandomSource, padding: readonly OutgoingPayload[]): Uint8Array {
  const transform = (type: number, id: number) => ({ type, id, attributes: [] });
  const transforms = [
    transform(TRANSFORM.ENCR, NOBODY_HAS.cipher),
    transform(TRANSFORM.PRF, NOBODY_HAS.prf),
    transform(TRANSFORM.INTEG, NOBODY_HAS.integrity),
    transform(TRANSFORM.KE, NOBODY_HAS.group),
  ];
  return saInitMessage(random(8), [
    out.sa([{ number: 1, protocol: PROTOCOL.IKE, spi: new Uint8Array(0), transforms }]),
    out.ke(NOBODY_HAS.group, random(KEY_DATA)),
    out.nonce(random(NONCE)),
    out.vendorId(questionMark()),
    ...padding,
  ]);
}
