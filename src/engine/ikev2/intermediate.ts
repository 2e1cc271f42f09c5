import { DecodeError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import { deriveIkev2Keys } from '../../keymat/ikev2.js';
import { type OutgoingPayload, PAYLOAD_HEADER_LENGTH, type PayloadNode } from '../../wire/ike/chain.js';
import { encodeHeader, HEADER_LENGTH } from '../../wire/ike/header.js';
import type { OutgoingHeader } from '../../wire/ike/message.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import { beginAuth } from './auth-initiator.js';
import { refuseAuth } from './auth-responder.js';
import type { Effects } from './effects.js';
import { announceKeys } from './ike-keys.js';
import type { Incoming } from './incoming.js';
import { createProtection, encodeInner, type Inner } from './message-crypt.js';
import { errorsOf, firstOf, notifyOf, out } from './payloads.js';
import { refusal, refusedByNotify } from './refusals.js';
import type { ExpectAuthRequest, ExpectIntermediateReply, IkeSa, SecuredSa, Transcript } from './state.js';
import { headerOf, sendReply, sendRequest } from './transmit.js';

/** What IntAuth covers of one message: header and SK header as they would be without IV, padding and ICV, and the payloads (RFC 9242 §3.3.2). */
function authenticated(header: OutgoingHeader, { first, bytes }: Inner): readonly Uint8Array[] {
  const w = new ByteWriter(HEADER_LENGTH + PAYLOAD_HEADER_LENGTH);
  const payloadLength = PAYLOAD_HEADER_LENGTH + bytes.length;
  encodeHeader({ ...header, nextPayload: V2.SK, length: HEADER_LENGTH + payloadLength }, w);
  return [w.u8(first).u8(0).u16(payloadLength).finish(), bytes];
}

/** IntAuth after one more exchange. */
function withExchange(sa: SecuredSa, transcript: Transcript, request: readonly Uint8Array[], response: readonly Uint8Array[]): Transcript {
  const { intermediate } = transcript;
  const next = (key: Uint8Array, before: Uint8Array | undefined, parts: readonly Uint8Array[]) =>
    sa.suite.prf.prepare(key)(before === undefined ? parts : [before, ...parts]);
  return {
    ...transcript,
    intermediate: {
      i: next(sa.keys.skPi.reveal(), intermediate?.i, request),
      r: next(sa.keys.skPr.reveal(), intermediate?.r, response),
      rounds: (intermediate?.rounds ?? 0) + 1,
    },
  };
}

/** Keys after an additional key exchange (RFC 9370 §2.2.2): from now on everything goes under the new ones. */
function withSecret<S extends SecuredSa>(sa: S, { nonceI, nonceR }: Transcript, shared: Uint8Array, fx: Effects): S {
  const { suite, spiI, spiR } = sa;
  const seed = suite.prf.prepare(sa.keys.skD.reveal())([shared, nonceI, nonceR]);
  const keys = deriveIkev2Keys(suite.prf, seed, { nonceI, nonceR, spiI, spiR }, suite.cipher, suite.keyLength, suite.integrity);
  announceKeys(sa, suite, keys, fx);
  return { ...sa, keys, protection: createProtection(suite, keys, sa.role) };
}

/** Begins the additional key exchanges of a new IKE SA. `payloads`: the answer to IKE_SA_INIT. */
export function beginIntermediate(sa: SecuredSa, transcript: Transcript, payloads: readonly PayloadNode[], fx: Effects): IkeSa | undefined {
  if (notifyOf(payloads, NOTIFY.INTERMEDIATE_EXCHANGE_SUPPORTED) !== undefined) return exchange(sa, transcript, 0, fx);
  const text = 'the peer chose additional key exchanges without announcing INTERMEDIATE_EXCHANGE_SUPPORTED';
  const why = refusal('intermediate-not-supported', 'us', EXCHANGE.IKE_SA_INIT, text);
  return fx.down({ ...sa, kind: 'expect-auth-request', transcript, exchanged: 0 }, 'us', why);
}

function exchange(sa: SecuredSa, transcript: Transcript, index: number, fx: Effects): IkeSa | undefined {
  const method = sa.suite.additional[index];
  if (method === undefined) return beginAuth(sa, transcript, fx);
  const half = method.initiate(fx.env.random);
  const payloads = [out.ke(method.ikev2, half.publicValue)];
  const request = authenticated(headerOf(sa, EXCHANGE.IKE_INTERMEDIATE, sa.window.next, false), encodeInner(payloads));
  const window = sendRequest(sa, EXCHANGE.IKE_INTERMEDIATE, payloads, fx);
  return { ...sa, kind: 'expect-intermediate-reply', transcript, index, half, request, window };
}

/** The answer to our IKE_INTERMEDIATE. */
export function onIntermediateReply(sa: ExpectIntermediateReply, { header, payloads, inner }: Incoming, fx: Effects): IkeSa | undefined {
  const error = errorsOf(payloads)[0];
  if (error !== undefined) return fx.down(sa, 'peer', refusedByNotify(error, EXCHANGE.IKE_INTERMEDIATE));
  const ke = firstOf(payloads, 'ke');
  const method = sa.suite.additional[sa.index];
  if (ke === undefined || method === undefined || ke.group !== method.ikev2 || inner === undefined) {
    const values = { ours: method?.name ?? '', theirs: ke === undefined ? 'no KE payload' : `group ${ke.group}` };
    return fx.down(
      sa,
      'us',
      refusal('invalid-choice', 'us', EXCHANGE.IKE_INTERMEDIATE, 'the answer is not for the method that we sent', values),
    );
  }
  let shared: Uint8Array;
  try {
    shared = sa.half.finish(ke.data);
  } catch (caught) {
    if (!(caught instanceof DecodeError)) throw caught;
    return fx.down(sa, 'us', refusal('invalid-ke-data', 'us', EXCHANGE.IKE_INTERMEDIATE, caught.message));
  }
  const transcript = withExchange(sa, sa.transcript, sa.request, authenticated(header, inner));
  const { half: _, request: __, transcript: ___, index, kind: ____, ...secured } = sa;
  return exchange(withSecret(secured, transcript, shared, fx), transcript, index + 1, fx);
}

/** Answers an IKE_INTERMEDIATE of the initiator. */
export function onIntermediateRequest(sa: ExpectAuthRequest, { header, payloads, path, inner }: Incoming, fx: Effects): IkeSa | undefined {
  const ke = firstOf(payloads, 'ke');
  const method = sa.suite.additional[sa.exchanged];
  const refuse = (code: string, text: string) => {
    const why = refusal(code, 'us', EXCHANGE.IKE_INTERMEDIATE, text, { notify: NOTIFY.INVALID_SYNTAX });
    return refuseAuth(sa, NOTIFY.INVALID_SYNTAX, why, fx, [], EXCHANGE.IKE_INTERMEDIATE);
  };
  if (ke === undefined || method === undefined || ke.group !== method.ikev2 || inner === undefined) {
    return refuse('invalid-choice', `an IKE_INTERMEDIATE that is not about ${method?.name ?? 'anything that was chosen'}`);
  }
  let answer: ReturnType<typeof method.respond>;
  try {
    answer = method.respond(fx.env.random, ke.data);
  } catch (caught) {
    if (!(caught instanceof DecodeError)) throw caught;
    return refuse('invalid-ke-data', caught.message);
  }
  const reply: readonly OutgoingPayload[] = [out.ke(method.ikev2, answer.publicValue)];
  const response = authenticated(headerOf(sa, EXCHANGE.IKE_INTERMEDIATE, header.messageId, true), encodeInner(reply));
  const window = sendReply(sa, EXCHANGE.IKE_INTERMEDIATE, reply, path, fx);
  const transcript = withExchange(sa, sa.transcript, authenticated(header, inner), response);
  return withSecret({ ...sa, path, transcript, exchanged: sa.exchanged + 1, window }, transcript, answer.shared, fx);
}
