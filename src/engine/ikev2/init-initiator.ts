import { BugError, DecodeError, UsageError } from '../../bytes/errors.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import { decodeNotifyData } from '../../wire/ike/notify-data.js';
import { notifyFacts } from '../../wire/ike/notify-facts.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { isErrorNotify, NOTIFY } from '../../wire/ike/tables/notify.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { transformName } from '../../wire/ike/transform-name.js';
import { groupsOf, proposalsText, whyNotOffered } from '../ike/proposals.js';
import type { IkeSettings } from '../ike/settings.js';
import { ADDITIONAL_TYPES, ikeSuiteOf, transformOf } from '../ike/suite.js';
import type { Path } from '../step.js';
import { beginAuth } from './auth-initiator.js';
import type { Effects } from './effects.js';
import { announceKeys, announceProposal, firstKeys } from './ike-keys.js';
import type { Incoming } from './incoming.js';
import { announcements, NONCE_LENGTH, readAnnouncements, whyBadNonce } from './init-payloads.js';
import { beginIntermediate } from './intermediate.js';
import { createProtection } from './message-crypt.js';
import { judgeNat, natNotifies } from './nat-detection.js';
import { allOf, firstOf, notifyOf, out } from './payloads.js';
import { refusal, refusedByNotify } from './refusals.js';
import type { ExpectInitReply, IkeSa, SecuredSa, Transcript } from './state.js';
import { sendClearRequest } from './transmit.js';
import { answered, FRESH_WINDOW } from './window.js';

/** Cookies and other groups that a peer may ask for before we take it for a loop. */
const MAX_RESTARTS = 6;

const ZERO_SPI = new Uint8Array(8);

/** Where an IKE SA begins (RFC 9329 §3: a stream only where nothing else is wanted). Throws `UsageError` when there is no way at all. */
function firstPath({ paths }: IkeSettings): Path {
  const path = paths.ike ?? paths.natt ?? paths.tcp;
  if (path === undefined) throw new UsageError('there is no path to the peer');
  return path;
}

const groupName = (group: number): string => transformName(TRANSFORM.KE, group);

/** Sends the first IKE_SA_INIT. Throws `UsageError` for settings without path or group. */
export function beginIke(settings: IkeSettings, fx: Effects): ExpectInitReply {
  const offered = settings.ikeProposals.map((proposal, i) => ({ ...proposal, number: i + 1, spi: new Uint8Array(0) }));
  const group = groupsOf(offered).find((id) => keyExchangeByIkev2(id) !== undefined);
  if (group === undefined) throw new UsageError('no IKE proposal has a key exchange group that is known here');
  return sendInit(
    {
      number: fx.registry.nextNumber(),
      role: 'initiator',
      spiI: fx.registry.newIkeSpi(),
      spiR: ZERO_SPI,
      settings,
      path: firstPath(settings),
      window: FRESH_WINDOW,
      hearsay: [],
      closing: false,
      ...newHalf(group, fx),
      nonce: fx.env.random(NONCE_LENGTH),
      offered,
      restarts: 0,
      wantedGroups: [],
    },
    fx,
  );
}

function newHalf(group: number, fx: Effects): Pick<ExpectInitReply, 'group' | 'half'> {
  const method = keyExchangeByIkev2(group);
  if (method === undefined) throw new BugError(`group ${group} is not known`);
  return { group, half: method.initiate(fx.env.random) };
}

function sendInit(sa: Omit<ExpectInitReply, 'kind' | 'message'>, fx: Effects): ExpectInitReply {
  const { settings } = sa;
  const intermediate = sa.offered.some(({ transforms }) => transforms.some(({ type }) => ADDITIONAL_TYPES.includes(type)));
  const payloads = [
    ...(sa.cookie === undefined ? [] : [out.notify(NOTIFY.COOKIE, sa.cookie)]),
    out.sa(sa.offered),
    out.ke(sa.group, sa.half.publicValue),
    out.nonce(sa.nonce),
    ...natNotifies(sa, sa.path, settings.encapsulation === 'force', fx.env.random),
    ...announcements(settings, intermediate, settings.ppk !== undefined),
  ];
  const fresh = { ...sa, window: FRESH_WINDOW };
  const { window, bytes } = sendClearRequest(fresh, EXCHANGE.IKE_SA_INIT, payloads, fx);
  return { ...fresh, kind: 'expect-init-reply', window, message: bytes };
}

/** The answer to our IKE_SA_INIT: another try, the next exchange, or the end. */
export function onInitReply(sa: ExpectInitReply, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { payloads } = incoming;
  const cookie = notifyOf(payloads, NOTIFY.COOKIE);
  if (cookie !== undefined && firstOf(payloads, 'sa') === undefined) return returnCookie(sa, cookie.data, fx);
  const invalidKe = notifyOf(payloads, NOTIFY.INVALID_KE_PAYLOAD);
  if (invalidKe !== undefined) return tryGroup(sa, invalidKe, fx);
  // Anybody could have sent it, and RFC 7296 §2.21.1 lets a daemon wait for a better answer; who asks what is wrong wants to hear it.
  const error = allOf(payloads, 'notify').find(({ type }) => isErrorNotify(type));
  if (error !== undefined) {
    return fx.down(sa, 'peer', refusedByNotify(error.type, EXCHANGE.IKE_SA_INIT, { ours: proposalsText(sa.offered) }));
  }
  // Never announced (REDIRECT_SUPPORTED), and sent all the same by gateways that serve nobody themselves.
  const redirect = notifyOf(payloads, NOTIFY.REDIRECT);
  if (redirect !== undefined) {
    const theirs = notifyFacts(redirect).detail ?? 'nobody';
    return fx.down(sa, 'peer', refusedByNotify(NOTIFY.REDIRECT, EXCHANGE.IKE_SA_INIT, { theirs }));
  }
  return acceptInit(sa, incoming, fx);
}

function restart(
  sa: ExpectInitReply,
  change: Partial<Pick<ExpectInitReply, 'cookie' | 'group' | 'half' | 'wantedGroups'>>,
  fx: Effects,
): IkeSa | undefined {
  if (sa.restarts >= MAX_RESTARTS) {
    const text = `the peer answered ${sa.restarts + 1} times with a cookie or the wish for another group: that is a loop`;
    return fx.down(sa, 'us', refusal('init-loop', 'us', EXCHANGE.IKE_SA_INIT, text));
  }
  const { kind: _, message: __, ...rest } = sa;
  return sendInit({ ...rest, ...change, restarts: sa.restarts + 1 }, fx);
}

/** RFC 7296 §2.6: the same message with the cookie in front. */
function returnCookie(sa: ExpectInitReply, cookie: Uint8Array, fx: Effects): IkeSa | undefined {
  if (sa.cookie !== undefined && Buffer.compare(sa.cookie, cookie) === 0) {
    fx.happen(sa, { kind: 'ignored', reason: 'the demand for a cookie that was returned already came again', path: sa.path });
    return sa;
  }
  if (cookie.length === 0 || cookie.length > 64) {
    fx.happen(sa, { kind: 'ignored', reason: `a cookie of ${cookie.length} bytes, 1 to 64 are allowed (RFC 7296 §2.6)`, path: sa.path });
    return sa;
  }
  fx.happen(sa, { kind: 'cookie', direction: 'returned' });
  return restart(sa, { cookie }, fx);
}

/** RFC 7296 §1.2, §2.7: again with the group that the peer wants, if it is one that we offered. */
function tryGroup(sa: ExpectInitReply, notify: Parameters<typeof decodeNotifyData>[0], fx: Effects): IkeSa | undefined {
  const data = notify.data.length < 2 ? undefined : decodeNotifyData(notify);
  const wanted = data?.kind === 'key-exchange' ? data.method : 0;
  if (wanted === sa.group) {
    fx.happen(sa, { kind: 'ignored', reason: `the wish for ${groupName(wanted)}, which was sent, came again`, path: sa.path });
    return sa;
  }
  fx.happen(sa, { kind: 'invalid-ke', offered: sa.group, wanted });
  const offered = groupsOf(sa.offered);
  const refuse = (text: string) => {
    const values = { ours: offered.map(groupName).join(', '), theirs: groupName(wanted) };
    return fx.down(sa, 'peer', { ...refusedByNotify(NOTIFY.INVALID_KE_PAYLOAD, EXCHANGE.IKE_SA_INIT, values), text });
  };
  if (!offered.includes(wanted) || keyExchangeByIkev2(wanted) === undefined) {
    return refuse(`the peer wants group ${groupName(wanted)}, which we did not offer`);
  }
  if (sa.wantedGroups.includes(wanted)) return refuse(`the peer wants group ${groupName(wanted)} again after it had refused it`);
  return restart(sa, { ...newHalf(wanted, fx), wantedGroups: [...sa.wantedGroups, sa.group] }, fx);
}

/** A real answer: keys, NAT, and on to IKE_INTERMEDIATE or IKE_AUTH. */
function acceptInit(waiting: ExpectInitReply, { header, payloads, bytes }: Incoming, fx: Effects): IkeSa | undefined {
  const refuse = (code: string, text: string, values: { readonly ours?: string; readonly theirs?: string } = {}) =>
    fx.down(waiting, 'us', refusal(code, 'us', EXCHANGE.IKE_SA_INIT, text, values));
  const answer = firstOf(payloads, 'sa')?.proposals;
  const ke = firstOf(payloads, 'ke');
  const nonceR = firstOf(payloads, 'nonce')?.nonce;
  const missing = answer === undefined ? 'SA' : ke === undefined ? 'KE' : undefined;
  if (answer === undefined || ke === undefined || header.spiR.every((byte) => byte === 0)) {
    return refuse('invalid-syntax', missing === undefined ? 'the answer has no responder SPI' : `the answer has no ${missing} payload`);
  }
  const badNonce = whyBadNonce(nonceR);
  if (nonceR === undefined || badNonce !== undefined) return refuse('invalid-syntax', badNonce ?? '');
  const wrong = whyNotOffered(waiting.offered, answer);
  const suite = answer[0] === undefined ? undefined : ikeSuiteOf(answer[0]);
  if (wrong !== undefined || suite === undefined) {
    return refuse('invalid-choice', wrong ?? 'the answer lacks an algorithm', {
      ours: proposalsText(waiting.offered),
      theirs: proposalsText(answer),
    });
  }
  const chosenGroup = transformOf(suite.proposal, TRANSFORM.KE)?.id;
  if (ke.group !== waiting.group || chosenGroup !== waiting.group) {
    const theirs = `chosen ${groupName(chosenGroup ?? 0)}, KE payload of ${groupName(ke.group)}`;
    return refuse('invalid-choice', 'the answer is not for the group that we sent', { ours: groupName(waiting.group), theirs });
  }
  let shared: Uint8Array;
  try {
    shared = waiting.half.finish(ke.data);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse('invalid-ke-data', error.message);
  }
  const { spiI } = waiting;
  const spiR = header.spiR.slice();
  const named = { ...waiting, spiR };
  const peer = readAnnouncements(named, payloads, fx);
  const nat = judgeNat(header, waiting.path, payloads);
  announceProposal(named, suite.proposal, waiting.offered, fx);
  if (nat.supported) fx.happen(named, { kind: 'nat', ...nat });
  const keys = firstKeys(suite, shared, { nonceI: waiting.nonce, nonceR, spiI, spiR });
  announceKeys(named, suite, keys, fx);
  fx.timer(named, 'retransmit');
  const { number, role, settings, hearsay, closing } = waiting;
  const secured: SecuredSa = {
    number,
    role,
    spiI,
    spiR,
    settings,
    hearsay,
    closing,
    path: pathAfterInit(waiting.path, nat, settings),
    window: answered(waiting.window),
    suite,
    keys,
    protection: createProtection(suite, keys, 'initiator'),
    peer,
    nat,
  };
  const transcript: Transcript = { nonceI: waiting.nonce, nonceR: nonceR.slice(), messageI: waiting.message, messageR: bytes.slice() };
  return suite.additional.length > 0 ? beginIntermediate(secured, transcript, payloads, fx) : beginAuth(secured, transcript, fx);
}

/** To UDP 4500 where there is a NAT, where one is pretended, and for MOBIKE (RFC 7296 §2.23, RFC 4555 §3.3). */
function pathAfterInit(path: Path, nat: SecuredSa['nat'], settings: IkeSettings): Path {
  const { natt } = settings.paths;
  if (path.channel !== 'ike' || natt === undefined || !nat.supported) return path;
  const wanted = nat.usBehindNat || nat.peerBehindNat || settings.encapsulation === 'force' || settings.mobike;
  return wanted ? natt : path;
}
