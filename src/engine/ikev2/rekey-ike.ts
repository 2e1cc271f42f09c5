import { DecodeError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { transformName } from '../../wire/ike/transform-name.js';
import { chooseProposal, groupsOf, proposalsText, whyNotOffered } from '../ike/proposals.js';
import { ikeSuiteOf } from '../ike/suite.js';
import type { Refusal } from '../refusal.js';
import { wantedGroup } from './child-exchange.js';
import { isLowest } from './child-settle.js';
import { awaitDelete, beginDelete } from './closing.js';
import { defer, giveUp } from './deferral.js';
import type { Effects } from './effects.js';
import { awaitFollowUp, beginFollowUp, withoutLink } from './follow-up.js';
import { announceProposal } from './ike-keys.js';
import type { Incoming } from './incoming.js';
import { NONCE_LENGTH, whyBadNonce } from './init-payloads.js';
import { errorsOf, firstOf, notifyOf, out } from './payloads.js';
import { refusal, refusedByNotify } from './refusals.js';
import type { Closing, Established } from './state.js';
import { inherit, succeed } from './succession.js';
import { type IkeTask, ikeRivalOf, type Job, type MadeIke } from './task.js';
import { sendReply, sendRequest } from './transmit.js';

const MAX_RESTARTS = 3;

/** Asks for a new IKE SA in the place of this one (RFC 7296 §1.3.2). */
export function beginIkeRekey(sa: Established, job: Extract<Job, { kind: 'rekey-ike' }>, fx: Effects): Established {
  return sendRekey(sa, job, fx.registry.newIkeSpi(), 0, undefined, fx);
}

function sendRekey(
  sa: Established,
  job: IkeTask['job'],
  spi: Uint8Array,
  restarts: number,
  wanted: number | undefined,
  fx: Effects,
  rival?: IkeTask['rival'],
): Established {
  const proposals = sa.settings.ikeProposals.map((proposal, i) => ({ ...proposal, number: i + 1, spi }));
  const groups = groupsOf(proposals).filter((id) => keyExchangeByIkev2(id) !== undefined);
  // The group both ends took before is the best guess.
  const present = sa.suite.keyExchange.ikev2;
  const group = wanted ?? (groups.includes(present) ? present : groups[0]);
  const half = group === undefined ? undefined : keyExchangeByIkev2(group)?.initiate(fx.env.random);
  if (group === undefined || half === undefined) {
    return giveUp(sa, job, refusal('no-group', 'us', EXCHANGE.CREATE_CHILD_SA, 'no IKE proposal has a key exchange group'), fx);
  }
  const nonce = fx.env.random(NONCE_LENGTH);
  const payloads = [out.sa(proposals), out.nonce(nonce), out.ke(group, half.publicValue)];
  const task: IkeTask = { kind: 'ike', job, spi, proposals, nonce, half, group, restarts, ...(rival === undefined ? {} : { rival }) };
  return { ...sa, task, window: sendRequest(sa, EXCHANGE.CREATE_CHILD_SA, payloads, fx) };
}

/** The answer to our rekeying. `sa` has no task any more. */
export function onIkeRekeyReply(sa: Established, task: IkeTask, incoming: Incoming, fx: Effects): Established | Closing {
  const { payloads } = incoming;
  const error = errorsOf(payloads)[0];
  if (error !== undefined) return onRefusal(sa, task, error, incoming, fx);
  const fail = (code: string, text: string, values: Pick<Refusal, 'ours' | 'theirs'> = {}) =>
    abandon(sa, task, refusal(code, 'us', EXCHANGE.CREATE_CHILD_SA, text, values), fx);
  const answer = firstOf(payloads, 'sa')?.proposals ?? [];
  const ke = firstOf(payloads, 'ke');
  const nonceR = firstOf(payloads, 'nonce')?.nonce;
  const badNonce = whyBadNonce(nonceR);
  if (nonceR === undefined || badNonce !== undefined) return fail('invalid-syntax', badNonce ?? '');
  const wrong = whyNotOffered(task.proposals, answer);
  const [chosen] = answer;
  const suite = chosen === undefined ? undefined : ikeSuiteOf(chosen);
  if (wrong !== undefined || chosen === undefined || suite === undefined || chosen.spi.length !== 8) {
    return fail('invalid-choice', wrong ?? 'the answer has no usable SPI', {
      ours: proposalsText(task.proposals),
      theirs: proposalsText(answer),
    });
  }
  if (ke?.group !== task.group || suite.keyExchange.ikev2 !== task.group) {
    return fail('invalid-choice', 'the answer is not for the group that we sent', {
      ours: `group ${task.group}`,
      theirs: `group ${ke?.group ?? 'none'}`,
    });
  }
  let shared: Uint8Array;
  try {
    shared = task.half.finish(ke.data);
  } catch (caught) {
    if (!(caught instanceof DecodeError)) throw caught;
    return fail('invalid-ke-data', caught.message);
  }
  const nonces = { i: task.nonce, r: nonceR.slice() };
  const made: MadeIke = { suite, spiI: task.spi, spiR: chosen.spi.slice(), nonces, shared: [shared], initiator: true };
  if (suite.additional.length > 0) {
    const next = beginFollowUp(sa, task, { kind: 'ike', ...made }, suite.additional, payloads, fx);
    return next ?? abandon(sa, task, withoutLink(EXCHANGE.CREATE_CHILD_SA), fx);
  }
  return finishRekey(sa, task, made, fx);
}

/**
 * Ends an exchange of ours: the children move, the old IKE SA is deleted. When both ends rekeyed at once, who had the lowest nonce
 * deletes its new one, and the other one the old (RFC 7296 §2.8.2).
 */
export function finishRekey(sa: Established, task: IkeTask, made: MadeIke, fx: Effects): Closing {
  const heir = inherit(sa, made, fx);
  announceProposal(heir, made.suite.proposal, task.proposals, fx);
  if (task.rival !== undefined && isLowest(made.nonces, task.rival.nonces)) {
    fx.born.push(succeed(sa, task.rival.sa, fx));
    fx.born.push(beginDelete(heir, new Map(), fx));
    return awaitDelete(sa, fx);
  }
  // The peer deletes what its own exchange made; until then we answer there.
  if (task.rival !== undefined) fx.born.push(awaitDelete(task.rival.sa, fx));
  fx.born.push(succeed(sa, heir, fx));
  return beginDelete(sa, new Map(), fx);
}

function onRefusal(sa: Established, task: IkeTask, error: number, { payloads }: Incoming, fx: Effects): Established | Closing {
  const { job, group, spi, restarts, rival } = task;
  if (error === NOTIFY.INVALID_KE_PAYLOAD) {
    const wanted = wantedGroup(notifyOf(payloads, error));
    fx.happen(sa, { kind: 'invalid-ke', offered: group, wanted });
    const known = groupsOf(task.proposals).includes(wanted) && keyExchangeByIkev2(wanted) !== undefined;
    if (known && wanted !== group && restarts < MAX_RESTARTS) return sendRekey(sa, job, spi, restarts + 1, wanted, fx, rival);
  }
  const theirs = error === NOTIFY.INVALID_KE_PAYLOAD ? { theirs: transformName(TRANSFORM.KE, wantedGroup(notifyOf(payloads, error))) } : {};
  const why = refusedByNotify(error, EXCHANGE.CREATE_CHILD_SA, { ours: proposalsText(task.proposals), ...theirs });
  return abandon(sa, task, why, fx, error === NOTIFY.TEMPORARY_FAILURE);
}

/** Our rekeying came to nothing. Where the peer's own came first, that one counts, and the peer deletes this IKE SA now. */
export function abandon(sa: Established, { job, rival }: IkeTask, why: Refusal, fx: Effects, later = false): Established | Closing {
  if (rival === undefined) return later ? defer(sa, job, why, fx) : giveUp(sa, job, why, fx);
  fx.born.push(succeed(sa, rival.sa, fx));
  return awaitDelete(sa, fx);
}

/** Answers the peer's rekeying of the IKE SA (RFC 7296 §1.3.2, §2.25.2). */
export function onIkeRekeyRequest(sa: Established, incoming: Incoming, fx: Effects): Established | Closing {
  const { payloads, path } = incoming;
  const reply = (at: Established, payloads: readonly OutgoingPayload[]): Established => ({
    ...at,
    window: sendReply(at, EXCHANGE.CREATE_CHILD_SA, payloads, path, fx),
  });
  const refuse = (
    type: number,
    code: string,
    text: string,
    values: Pick<Refusal, 'ours' | 'theirs'> = {},
    data?: Uint8Array,
  ): Established => {
    fx.happen(sa, { kind: 'rekey-refused', refusal: refusal(code, 'us', EXCHANGE.CREATE_CHILD_SA, text, { ...values, notify: type }) });
    return reply(sa, [out.notify(type, data)]);
  };
  const { task } = sa;
  const children = task?.kind === 'child' || task?.kind === 'delete-child' || task?.kind === 'delete-orphan' || task?.kind === 'follow-up';
  if (children || sa.follow !== undefined || (task?.kind === 'ike' && task.rival !== undefined)) {
    return refuse(NOTIFY.TEMPORARY_FAILURE, 'temporary-failure', 'an exchange about a CHILD_SA is out');
  }
  const offered = firstOf(payloads, 'sa')?.proposals ?? [];
  const ke = firstOf(payloads, 'ke');
  const nonceI = firstOf(payloads, 'nonce')?.nonce;
  const badNonce = whyBadNonce(nonceI);
  if (ke === undefined || nonceI === undefined || badNonce !== undefined) {
    return refuse(NOTIFY.INVALID_SYNTAX, 'invalid-syntax', badNonce ?? 'the request has no KE payload');
  }
  const usable = offered.filter(({ protocol, spi }) => protocol === PROTOCOL.IKE && spi.length === 8 && spi.some((byte) => byte !== 0));
  const choice = chooseProposal(sa.settings.ikeProposals, usable, ke.group);
  if (!choice.ok) return refuse(NOTIFY.NO_PROPOSAL_CHOSEN, 'no-proposal-chosen', choice.text, { ours: choice.ours, theirs: choice.theirs });
  const suite = ikeSuiteOf(choice.chosen);
  if (suite === undefined)
    return refuse(NOTIFY.NO_PROPOSAL_CHOSEN, 'no-proposal-chosen', 'a kind of algorithm is missing in what is common');
  const { ikev2, name } = suite.keyExchange;
  if (ke.group !== ikev2) {
    const values = { ours: name, theirs: `group ${ke.group}` };
    return refuse(
      NOTIFY.INVALID_KE_PAYLOAD,
      'invalid-ke-payload',
      `the KE payload is not of ${name}`,
      values,
      new ByteWriter(2).u16(ikev2).finish(),
    );
  }
  let answer: ReturnType<typeof suite.keyExchange.respond>;
  try {
    answer = suite.keyExchange.respond(fx.env.random, ke.data);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse(NOTIFY.INVALID_SYNTAX, 'invalid-ke-data', error.message);
  }
  const nonceR = fx.env.random(NONCE_LENGTH);
  const spiR = fx.registry.newIkeSpi();
  const made: MadeIke = {
    suite,
    spiI: choice.chosen.spi.slice(),
    spiR,
    nonces: { i: nonceI.slice(), r: nonceR },
    shared: [answer.shared],
    initiator: false,
  };
  const payloadsOut = [out.sa([{ ...choice.chosen, spi: spiR }]), out.nonce(nonceR), out.ke(ikev2, answer.publicValue)];
  if (suite.additional.length > 0) {
    const waiting = awaitFollowUp(sa, { kind: 'ike', ...made }, suite.additional, fx);
    return reply(waiting.sa, [...payloadsOut, waiting.link]);
  }
  return settleIkeRequest(reply(sa, payloadsOut), made, fx);
}

/** Takes up what the peer's exchange made, or keeps it aside while our own request is out. `sa` has answered already. */
export function settleIkeRequest(sa: Established, made: MadeIke, fx: Effects): Established | Closing {
  const heir = inherit(sa, made, fx);
  announceProposal(heir, made.suite.proposal, [made.suite.proposal], fx);
  if (sa.task?.kind === 'ike') return { ...sa, task: { ...sa.task, rival: { sa: heir, nonces: made.nonces } } };
  fx.born.push(succeed(sa, heir, fx));
  return awaitDelete(sa, fx);
}

/** The peer deletes this IKE SA while our rekeying is out: what its own exchange made takes the children (RFC 7296 §2.25.2). */
export function keepRival(sa: Established, fx: Effects): Established {
  const rival = ikeRivalOf(sa.task);
  if (rival === undefined) return sa;
  fx.born.push(succeed(sa, rival.sa, fx));
  return { ...sa, children: new Map() };
}
