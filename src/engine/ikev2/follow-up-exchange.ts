import { DecodeError } from '../../bytes/errors.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import type { Refusal } from '../refusal.js';
import { settleRequest } from './child-request.js';
import { finishOffer } from './child-settle.js';
import { defer, giveUp } from './deferral.js';
import type { Effects } from './effects.js';
import { awaitFollowUp, beginFollowUp, withoutLink } from './follow-up.js';
import type { Incoming } from './incoming.js';
import { errorsOf, firstOf, notifyOf, out } from './payloads.js';
import { refusal, refusedByNotify } from './refusals.js';
import { abandon, finishRekey, settleIkeRequest } from './rekey-ike.js';
import type { Closing, Established } from './state.js';
import type { Made, Task } from './task.js';
import { sendReply } from './transmit.js';

function withSecret(made: Made, secret: Uint8Array): Made {
  return { ...made, shared: [...made.shared, secret] };
}

/** The answer to our IKE_FOLLOWUP_KE. `sa` has no task any more. */
export function onFollowUpReply(
  sa: Established,
  { half, follow, task }: Extract<Task, { kind: 'follow-up' }>,
  { payloads }: Incoming,
  fx: Effects,
): Established | Closing {
  const { made, rest } = follow;
  const fail = (why: Refusal, later = false): Established | Closing => {
    if (made.kind === 'child') fx.registry.releaseChildSpi(made.plan.spiIn);
    if (task.kind === 'ike') return abandon(sa, task, why, fx, later);
    return later ? defer(sa, task.job, why, fx) : giveUp(sa, task.job, why, fx);
  };
  const error = errorsOf(payloads)[0];
  if (error !== undefined) {
    return fail(refusedByNotify(error, EXCHANGE.IKE_FOLLOWUP_KE), error === NOTIFY.TEMPORARY_FAILURE);
  }
  const ke = firstOf(payloads, 'ke');
  const [method, ...others] = rest;
  let secret: Uint8Array;
  try {
    if (ke === undefined || ke.group !== method?.ikev2)
      throw new DecodeError('Key Exchange', 0, 0, 0, 'of another method than the one sent');
    secret = half.finish(ke.data);
  } catch (caught) {
    if (!(caught instanceof DecodeError)) throw caught;
    return fail(refusal('invalid-ke-data', 'us', EXCHANGE.IKE_FOLLOWUP_KE, caught.message));
  }
  const next = withSecret(made, secret);
  if (others.length > 0) return beginFollowUp(sa, task, next, others, payloads, fx) ?? fail(withoutLink(EXCHANGE.IKE_FOLLOWUP_KE));
  if (next.kind === 'child' && task.kind === 'child') return finishOffer(sa, task, next, fx);
  return next.kind === 'ike' && task.kind === 'ike' ? finishRekey(sa, task, next, fx) : sa;
}

/** Answers an IKE_FOLLOWUP_KE: it must be tied to the exchange that is awaited (RFC 9370 §2.2.4). */
export function onFollowUpRequest(sa: Established, { payloads, path }: Incoming, fx: Effects): Established | Closing {
  const reply = (at: Established, payloads: readonly OutgoingPayload[]): Established => ({
    ...at,
    window: sendReply(at, EXCHANGE.IKE_FOLLOWUP_KE, payloads, path, fx),
  });
  const { follow, ...free } = sa;
  const link = notifyOf(payloads, NOTIFY.ADDITIONAL_KEY_EXCHANGE)?.data;
  if (follow === undefined || link === undefined || Buffer.compare(link, follow.link) !== 0) {
    return reply(sa, [out.notify(NOTIFY.STATE_NOT_FOUND)]);
  }
  fx.timer(sa, 'follow-up');
  const ke = firstOf(payloads, 'ke');
  const [method, ...others] = follow.rest;
  if (ke === undefined || method === undefined || ke.group !== method.ikev2)
    return reply(dropFollowUp(sa, fx), [out.notify(NOTIFY.INVALID_SYNTAX)]);
  let answer: ReturnType<typeof method.respond>;
  try {
    answer = method.respond(fx.env.random, ke.data);
  } catch (caught) {
    if (!(caught instanceof DecodeError)) throw caught;
    return reply(dropFollowUp(sa, fx), [out.notify(NOTIFY.INVALID_SYNTAX)]);
  }
  const made = withSecret(follow.made, answer.shared);
  const payload = out.ke(method.ikev2, answer.publicValue);
  if (others.length > 0) {
    const waiting = awaitFollowUp(free, made, others, fx);
    return reply(waiting.sa, [payload, waiting.link]);
  }
  return made.kind === 'child' ? reply(settleRequest(free, made, fx), [payload]) : settleIkeRequest(reply(free, [payload]), made, fx);
}

/** The peer did not go on: what its exchange had made so far is forgotten. */
export function dropFollowUp(sa: Established, fx: Effects): Established {
  const { follow, ...free } = sa;
  if (follow?.made.kind === 'child') fx.registry.releaseChildSpi(follow.made.plan.spiIn);
  return free;
}
