import { DecodeError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import { decodeNotifyData } from '../../wire/ike/notify-data.js';
import type { Notify } from '../../wire/ike/payloads/notify.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { transformName } from '../../wire/ike/transform-name.js';
import { removeChild } from '../ike/children.js';
import { groupsOf, proposalsText } from '../ike/proposals.js';
import { selectorsText } from '../ike/selectors.js';
import type { Refusal } from '../refusal.js';
import { offerChild, offerPayloads, orphanJob, readAnswer } from './child-negotiation.js';
import type { ChildOffer } from './child-offer.js';
import { finishOffer } from './child-settle.js';
import { defer, giveUp } from './deferral.js';
import type { Effects } from './effects.js';
import { beginFollowUp, withoutLink } from './follow-up.js';
import type { Incoming } from './incoming.js';
import { NONCE_LENGTH, whyBadNonce } from './init-payloads.js';
import { errorsOf, firstOf, notifyOf, out } from './payloads.js';
import { goneRefusal, refusal, refusedByNotify } from './refusals.js';
import type { Established } from './state.js';
import type { ChildTask, Job, NewChild } from './task.js';
import { sendRequest } from './transmit.js';

/** Other groups that a peer may ask for in one exchange. */
const MAX_RESTARTS = 3;

/** Asks for a further CHILD_SA (RFC 7296 §1.3.1). */
export function beginChild(sa: Established, job: Extract<Job, { kind: 'create-child' }>, fx: Effects): Established {
  return sendChild(sa, { job, offer: offerChild(job.child, false, fx), restarts: 0 }, undefined, fx);
}

/** Asks for one in the place of another (RFC 7296 §1.3.3). */
export function beginChildRekey(sa: Established, job: Extract<Job, { kind: 'rekey-child' }>, fx: Effects): Established {
  const old = sa.children.get(job.spiIn);
  if (old === undefined || old.replaced) return giveUp(sa, job, goneRefusal('CHILD_SA with this SPI', EXCHANGE.CREATE_CHILD_SA), fx);
  return sendChild(sa, { job, offer: offerChild(job.child ?? old.settings, false, fx), rekeys: job.spiIn, restarts: 0 }, undefined, fx);
}

type Begun = Pick<ChildTask, 'job' | 'offer' | 'rekeys' | 'restarts' | 'rival'>;

function sendChild(sa: Established, begun: Begun, wanted: number | undefined, fx: Effects): Established {
  const { offer, rekeys } = begun;
  const groups = groupsOf(offer.proposals).filter((id) => keyExchangeByIkev2(id) !== undefined);
  // The group both ends took for the IKE SA is the best guess; libreswan 4.10 answers another one with INVALID_SYNTAX.
  const present = sa.suite.keyExchange.ikev2;
  const group = wanted ?? (groups.includes(present) ? present : groups[0]);
  const half = group === undefined ? undefined : keyExchangeByIkev2(group)?.initiate(fx.env.random);
  const nonce = fx.env.random(NONCE_LENGTH);
  const old = rekeys === undefined ? undefined : sa.children.get(rekeys)?.sa;
  const payloads = [
    ...(old === undefined ? [] : [out.notify(NOTIFY.REKEY_SA, undefined, spiOf(old.protocol, old.spiIn))]),
    ...offerPayloads(offer),
    out.nonce(nonce),
    ...(half === undefined || group === undefined ? [] : [out.ke(group, half.publicValue)]),
    out.tsI(offer.localSelectors),
    out.tsR(offer.remoteSelectors),
  ];
  const task: ChildTask = {
    kind: 'child',
    ...begun,
    nonce,
    ...(half === undefined || group === undefined ? {} : { half, group }),
  };
  return { ...sa, task, window: sendRequest(sa, EXCHANGE.CREATE_CHILD_SA, payloads, fx) };
}

/** Protocol and SPI of a notify about a CHILD_SA. */
export function spiOf(protocol: 'esp' | 'ah', spi: number): Pick<Notify, 'protocol' | 'spi'> {
  return { protocol: protocol === 'ah' ? PROTOCOL.AH : PROTOCOL.ESP, spi: new ByteWriter(4).u32(spi).finish() };
}

/** The answer to our CREATE_CHILD_SA for a child. `sa` has no task any more. */
export function onChildReply(sa: Established, task: ChildTask, { payloads }: Incoming, fx: Effects): Established {
  const error = errorsOf(payloads)[0];
  if (error !== undefined) return onRefusal(sa, task, error, payloads, fx);
  const fail = (why: Refusal) => refuseAnswer(sa, task, why, fx);
  const nonceR = firstOf(payloads, 'nonce')?.nonce;
  const badNonce = whyBadNonce(nonceR);
  if (nonceR === undefined || badNonce !== undefined) {
    return fail(refusal('invalid-syntax', 'us', EXCHANGE.CREATE_CHILD_SA, badNonce ?? ''));
  }
  const answer = readAnswer(sa, task.offer, payloads, EXCHANGE.CREATE_CHILD_SA);
  if (!answer.ok) return fail(answer.refusal);
  const { suite, plan } = answer;
  const shared: Uint8Array[] = [];
  if (suite.keyExchange !== undefined) {
    const ke = firstOf(payloads, 'ke');
    if (ke === undefined || task.half === undefined || ke.group !== task.group || suite.keyExchange.ikev2 !== task.group) {
      const values = {
        ours: `group ${task.group ?? 'none'}`,
        theirs: `chosen ${suite.keyExchange.name}, ${ke === undefined ? 'no KE payload' : `KE of group ${ke.group}`}`,
      };
      return fail(refusal('invalid-choice', 'us', EXCHANGE.CREATE_CHILD_SA, 'the answer is not for the group that we sent', values));
    }
    try {
      shared.push(task.half.finish(ke.data));
    } catch (caught) {
      if (!(caught instanceof DecodeError)) throw caught;
      return fail(refusal('invalid-ke-data', 'us', EXCHANGE.CREATE_CHILD_SA, caught.message));
    }
  }
  const nonces = { i: task.nonce, r: nonceR };
  const made: NewChild = { plan, suite, settings: task.offer.settings, nonces, shared, initiator: true, ...rekeysOf(task) };
  if (suite.additional.length > 0) {
    const next = beginFollowUp(sa, task, { kind: 'child', ...made }, suite.additional, payloads, fx);
    return next ?? fail(withoutLink(EXCHANGE.CREATE_CHILD_SA));
  }
  return finishOffer(sa, task, made, fx);
}

const rekeysOf = ({ rekeys }: Pick<ChildTask, 'rekeys'>): { readonly rekeys?: number } => (rekeys === undefined ? {} : { rekeys });

/** The peer made a CHILD_SA that we cannot have: it must be deleted there too. */
function refuseAnswer(sa: Established, task: ChildTask, why: Refusal, fx: Effects): Established {
  const told = giveUp(sa, task.job, why, fx);
  return { ...told, queue: [orphanJob(task.offer), ...told.queue] };
}

/** The peer made none. */
function onRefusal(sa: Established, task: ChildTask, error: number, payloads: readonly PayloadNode[], fx: Effects): Established {
  const { offer, job } = task;
  if (error === NOTIFY.INVALID_KE_PAYLOAD) {
    const wanted = wantedGroup(notifyOf(payloads, error));
    fx.happen(sa, { kind: 'invalid-ke', offered: task.group ?? 0, wanted });
    const known = groupsOf(offer.proposals).includes(wanted) && keyExchangeByIkev2(wanted) !== undefined;
    if (known && wanted !== task.group && task.restarts < MAX_RESTARTS) {
      const { restarts, rival } = task;
      const begun = { job, offer, restarts: restarts + 1, ...rekeysOf(task), ...(rival === undefined ? {} : { rival }) };
      return sendChild(sa, begun, wanted, fx);
    }
  }
  fx.registry.releaseChildSpi(offer.spiIn);
  // The peer's own rekeying came first: there is a new one already (RFC 7296 §2.25.1).
  if (task.rival !== undefined) return sa;
  const why = refusedByNotify(error, EXCHANGE.CREATE_CHILD_SA, valuesOf(offer, error, payloads));
  if (error === NOTIFY.TEMPORARY_FAILURE) return defer(sa, job, why, fx);
  const told = giveUp(sa, job, why, fx);
  if (error === NOTIFY.CHILD_SA_NOT_FOUND && task.rekeys !== undefined) return removeChild(told, task.rekeys, 'peer', fx);
  return told;
}

/** The group in INVALID_KE_PAYLOAD; 0 for none. */
export function wantedGroup(notify: Notify | undefined): number {
  const data = notify === undefined || notify.data.length < 2 ? undefined : decodeNotifyData(notify);
  return data?.kind === 'key-exchange' ? data.method : 0;
}

function valuesOf(offer: ChildOffer, error: number, payloads: readonly PayloadNode[]): { readonly ours: string; readonly theirs?: string } {
  if (error === NOTIFY.INVALID_KE_PAYLOAD) {
    const ours =
      groupsOf(offer.proposals)
        .map((id) => transformName(TRANSFORM.KE, id))
        .join(', ') || 'none';
    return { ours, theirs: transformName(TRANSFORM.KE, wantedGroup(notifyOf(payloads, error))) };
  }
  if (error === NOTIFY.TS_UNACCEPTABLE || error === NOTIFY.SINGLE_PAIR_REQUIRED) {
    return { ours: `TSi ${selectorsText(offer.localSelectors)}; TSr ${selectorsText(offer.remoteSelectors)}` };
  }
  return { ours: proposalsText(offer.proposals) };
}
