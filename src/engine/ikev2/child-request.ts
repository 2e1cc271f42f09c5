import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import type { Notify } from '../../wire/ike/payloads/notify.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildRecord } from '../ike/children.js';
import type { Refusal } from '../refusal.js';
import { answerPayloads, judgeOffer } from './child-negotiation.js';
import { settleChild } from './child-settle.js';
import type { Effects } from './effects.js';
import { awaitFollowUp } from './follow-up.js';
import type { Incoming } from './incoming.js';
import { NONCE_LENGTH, whyBadNonce } from './init-payloads.js';
import { firstOf, notifyOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { Established } from './state.js';
import type { NewChild } from './task.js';
import { sendReply } from './transmit.js';

/** CHILD_SAs that one peer may make us keep. */
const MAX_CHILDREN = 256;

/** Answers a CREATE_CHILD_SA for a new CHILD_SA or one in the place of another (RFC 7296 §1.3.1, §1.3.3, §2.25). */
export function onChildRequest(sa: Established, incoming: Incoming, fx: Effects): Established {
  const { payloads, path } = incoming;
  const rekey = notifyOf(payloads, NOTIFY.REKEY_SA);
  const reply = (at: Established, out: readonly OutgoingPayload[]) => ({
    ...at,
    window: sendReply(at, EXCHANGE.CREATE_CHILD_SA, out, path, fx),
  });
  const refuse = (notify: OutgoingPayload, why: Refusal): Established => {
    fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: rekey !== undefined });
    return reply(sa, [notify]);
  };
  const plain = (type: number, code: string, text: string, about?: Pick<Notify, 'protocol' | 'spi'>) =>
    refuse(out.notify(type, undefined, about), refusal(code, 'us', EXCHANGE.CREATE_CHILD_SA, text, { notify: type }));
  const old = rekey === undefined ? undefined : rekeyed(sa, rekey);
  // It may be the one that our own request is making: its answer is still under way.
  const unborn = sa.task?.kind === 'child' || sa.task?.kind === 'follow-up';
  if (rekey !== undefined && old === undefined && unborn) {
    return plain(NOTIFY.TEMPORARY_FAILURE, 'temporary-failure', 'a request of ours for a CHILD_SA is out');
  }
  if (rekey !== undefined && old === undefined) {
    return plain(NOTIFY.CHILD_SA_NOT_FOUND, 'child-sa-not-found', 'the peer wants to rekey a CHILD_SA that is not here', rekey);
  }
  const { task } = sa;
  const busy = task?.kind === 'ike' || (task?.kind === 'follow-up' && task.task.kind === 'ike') || sa.follow !== undefined;
  const deleting = old !== undefined && task?.kind === 'delete-child' && task.spiIn === old.sa.spiIn;
  if (busy || deleting) {
    return plain(NOTIFY.TEMPORARY_FAILURE, 'temporary-failure', busy ? 'we are rekeying the IKE SA' : 'we are deleting this CHILD_SA');
  }
  const settings = old?.settings ?? sa.settings.child;
  if (settings === undefined) return plain(NOTIFY.NO_ADDITIONAL_SAS, 'no-additional-sas', 'we are set up without a CHILD_SA');
  if (sa.children.size >= MAX_CHILDREN)
    return plain(NOTIFY.NO_ADDITIONAL_SAS, 'no-additional-sas', `there are ${MAX_CHILDREN} CHILD_SAs already`);
  const nonceI = firstOf(payloads, 'nonce')?.nonce;
  const badNonce = whyBadNonce(nonceI);
  if (nonceI === undefined || badNonce !== undefined) return plain(NOTIFY.INVALID_SYNTAX, 'invalid-syntax', badNonce ?? '');
  const answer = judgeOffer(sa, payloads, settings, limitsOf(sa), fx);
  if (!answer.ok) {
    const data = answer.group === undefined ? undefined : new ByteWriter(2).u16(answer.group).finish();
    return refuse(out.notify(answer.notify, data), answer.refusal);
  }
  const { plan, suite, chosen } = answer;
  const nonceR = fx.env.random(NONCE_LENGTH);
  const between: OutgoingPayload[] = [out.nonce(nonceR)];
  const shared: Uint8Array[] = [];
  if (suite.keyExchange !== undefined) {
    try {
      const made = suite.keyExchange.respond(fx.env.random, firstOf(payloads, 'ke')?.data ?? new Uint8Array(0));
      between.push(out.ke(suite.keyExchange.ikev2, made.publicValue));
      shared.push(made.shared);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      fx.registry.releaseChildSpi(plan.spiIn);
      return plain(NOTIFY.INVALID_SYNTAX, 'invalid-ke-data', error.message);
    }
  }
  const rekeys = old === undefined ? {} : { rekeys: old.sa.spiIn };
  const nonces = { i: nonceI.slice(), r: nonceR };
  const child: NewChild = { plan, suite, settings, nonces, shared, initiator: false, ...rekeys };
  if (suite.additional.length > 0) {
    const waiting = awaitFollowUp(sa, { kind: 'child', ...child }, suite.additional, fx);
    return reply(waiting.sa, [...answerPayloads(plan, chosen, between), waiting.link]);
  }
  return {
    ...settleRequest(sa, child, fx),
    window: sendReply(sa, EXCHANGE.CREATE_CHILD_SA, answerPayloads(plan, chosen, between), path, fx),
  };
}

/** What the peer may have: where it got an address of us, that one. */
function limitsOf({ assigned }: Established): Parameters<typeof judgeOffer>[3] {
  return { inAuth: false, exchange: EXCHANGE.CREATE_CHILD_SA, ...(assigned === undefined ? {} : { assigned }) };
}

/** The one that the peer means: the SPI in REKEY_SA is what it receives with, and we send with (RFC 7296 §1.3.3). */
function rekeyed(sa: Established, { protocol, spi }: Notify): ChildRecord | undefined {
  if (spi.length !== 4) return undefined;
  const number = new ByteReader(spi).u32('SPI');
  const kind = protocol === PROTOCOL.AH ? 'ah' : 'esp';
  return [...sa.children.values()].find((record) => record.sa.spiOut === number && record.sa.protocol === kind);
}

/** Takes up what the peer's exchange made; our own request for the same one learns that it has a rival (RFC 7296 §2.8.1). */
export function settleRequest(sa: Established, child: NewChild, fx: Effects): Established {
  const up = settleChild(sa, child, fx);
  const { task } = up;
  if (task?.kind !== 'child' || task.rekeys === undefined || task.rekeys !== child.rekeys) return up;
  return { ...up, task: { ...task, rival: { spiIn: child.plan.spiIn, nonces: child.nonces } } };
}
