import { DecodeError } from '../../../bytes/errors.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import { firstOf, out } from '../../../engine/ikev1/payloads.js';
import type { OutgoingPayload } from '../../../wire/ike/chain.js';
import { decodeMessage, encodeMessage } from '../../../wire/ike/message.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import type { SaV1 } from '../../../wire/ike/payloads/sa-v1.js';
import { questionMark } from '../../../wire/ike/question-mark.js';
import { EXCHANGE_V1 } from '../../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../../wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../../wire/ike/tables/protocols.js';
import { type Ikev1Suite, likeliestSuites, METHOD, suiteOf, suiteOffer } from './ikev1-suite.js';
import type { SideAnswer } from './probe-facts.js';

const NO_COOKIE = new Uint8Array(8);
const NONCE = 20;

function encode(
  exchangeType: number,
  cookies: { readonly spiI: Uint8Array; readonly spiR: Uint8Array },
  messageId: number,
  payloads: readonly OutgoingPayload[],
): Uint8Array {
  return encodeMessage({ ...cookies, major: 1, minor: 0, exchangeType, flags: 0, messageId }, payloads);
}

/** The first message of main mode (RFC 2409 §5). */
export function mainModeQuestion(sa: SaV1, random: RandomSource): Uint8Array {
  return encode(EXCHANGE_V1['Identity Protection (Main Mode)'], { spiI: random(8), spiR: NO_COOKIE }, 0, [
    out.sa(sa),
    out.vendorId(questionMark()),
  ]);
}

/** That of aggressive mode: with a public value of the group in the offer, and a name (RFC 2409 §5). */
export function aggressiveQuestion(sa: SaV1, publicValue: Uint8Array, id: Id, random: RandomSource): Uint8Array {
  const payloads = [out.sa(sa), out.ke(publicValue), out.nonce(random(NONCE)), out.id(id), out.vendorId(questionMark())];
  return encode(EXCHANGE_V1.Aggressive, { spiI: random(8), spiR: NO_COOKIE }, 0, payloads);
}

/**
 * Tells a peer that has answered one of these that it was all: strongSwan drops its half-open IKE SA for an error in clear, others let
 * it expire.
 */
export function endQuestion(spiI: Uint8Array, spiR: Uint8Array, random: RandomSource): Uint8Array {
  const notify = out.notify(NOTIFY_V1['NO-PROPOSAL-CHOSEN'], { protocol: PROTOCOL.IKE, spi: Uint8Array.of(...spiI, ...spiR) });
  return encode(EXCHANGE_V1.Informational, { spiI, spiR }, (Buffer.from(random(4)).readUInt32BE() | 1) >>> 0, [notify]);
}

/**
 * The first message of main mode without any wish to go on: whoever answers it speaks IKEv1. Offers what is common with one method:
 * libreswan says nothing to several, unless one connection takes them all.
 */
export function ikev1Question(random: RandomSource, method: number = METHOD.psk): Uint8Array {
  return mainModeQuestion(suiteOffer(likeliestSuites(method), true), random);
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
  return saOf(answer) !== undefined;
}

/** What it chose; undefined where it refuses, or says nothing. */
export function chosenSuite(answer: SideAnswer | undefined): Ikev1Suite | undefined {
  const transform = saOf(answer)?.proposals[0]?.transforms[0];
  return transform === undefined ? undefined : suiteOf(transform);
}

function saOf(answer: SideAnswer | undefined): SaV1 | undefined {
  if (answer?.kind !== 'answered') return undefined;
  try {
    const { version, payloads } = decodeMessage(answer.bytes);
    return version === 1 ? firstOf(payloads, 'sa-v1') : undefined;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}
