import { nameOf } from '../../bytes/registry.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import { FLAG_V1_COMMIT } from '../../wire/ike/header.js';
import type { NotifyV1 } from '../../wire/ike/payloads/notify-v1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { GROUPS } from '../../wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildSa } from '../child-sa.js';
import { proposalsText, withoutKeyExchange } from '../ike/proposals.js';
import { areWithin, selectorsText } from '../ike/selectors.js';
import type { ChildSettings } from '../ike/settings.js';
import type { Refusal } from '../refusal.js';
import { addChild, type ChildPlan, deleteChildren, makeChild, type QuickSuite, sendDeletion } from './children.js';
import type { Effects } from './effects.js';
import { idOf, selectorOf } from './id-selector.js';
import type { Incoming } from './incoming.js';
import { proposedLifetime, saidLifetime } from './lifetimes.js';
import { exchangeIv, openPayloads } from './message-crypt.js';
import { originalAddresses } from './original-addresses.js';
import { allOf, firstOf, out } from './payloads.js';
import { isRefusal, NONCE_LENGTH, withPublicValue } from './phase1.js';
import { coveredBytes, laterHash, sameHash } from './phase1-keys.js';
import { peerSide, readChosen, readWays, suiteOf, waysText } from './phase2-alternatives.js';
import { offerPhase2, type PacketForm, pfsGroupOf, shortest } from './phase2-suite.js';
import { refusal, refusedByNotify } from './refusals.js';
import { idBytes, newMessageId } from './send-informational.js';
import type { ChildOrigin, Established, QuickCommitting, QuickDone, QuickMode, QuickOffered } from './state.js';
import { received, sendSealed } from './transmit.js';

export const QUICK = EXCHANGE_V1['Quick Mode'];

/** Quick modes that one child of several selectors takes: each pair has SAs of its own. */
export const MAX_PAIRS = 16;
/** Third messages that are kept in case the peer has not got them. */
const MAX_DONE = 8;

/** How packets shall look: in UDP where there is a NAT or one is pretended (RFC 3947 §5.1). */
function formOf({ nat, settings }: Established, { mode, proposals, ah }: ChildSettings): PacketForm {
  const wanted = settings.encapsulation === 'force' || nat.usBehindNat || nat.peerBehindNat;
  // AH covers the addresses that a NAT changes: it has no such form.
  const can = ah === undefined && proposals[0]?.protocol !== PROTOCOL.AH;
  return { mode, udp: can && nat.supported && settings.encapsulation !== 'never' && wanted };
}

/** Timer of a quick mode. */
export const quickTimer = (messageId: number): string => `quick/${messageId}`;

export function withQuick(sa: Established, quick: QuickMode): Established {
  return { ...sa, quick: new Map(sa.quick).set(quick.messageId, quick) };
}

export function withoutQuick(sa: Established, messageId: number): Established {
  const quick = new Map(sa.quick);
  quick.delete(messageId);
  return { ...sa, quick };
}

/** It is through: of its kind only the last few are kept. */
export function withDone(sa: Established, done: QuickDone): Established {
  const quick = new Map(sa.quick);
  quick.delete(done.messageId);
  const old = [...quick.values()].filter(({ kind }) => kind === 'done');
  for (const { messageId } of old.slice(0, Math.max(0, old.length + 1 - MAX_DONE))) quick.delete(messageId);
  return { ...sa, quick: quick.set(done.messageId, done) };
}

/** Begins quick modes for a child: one for each pair of its selectors. `replaces`: our SPI of the child that it rekeys. */
export function beginQuick(sa: Established, settings: ChildSettings, fx: Effects, replaces?: number): Established {
  const pairs = settings.localSelectors
    .flatMap((local) => settings.remoteSelectors.map((remote) => ({ local, remote })))
    .slice(0, MAX_PAIRS);
  return pairs.reduce((at, { local, remote }) => beginPair(at, settings, local, remote, fx, replaces), sa);
}

function beginPair(
  sa: Established,
  settings: ChildSettings,
  local: AddressSelector,
  remote: AddressSelector,
  fx: Effects,
  replaces: number | undefined,
): Established {
  const group = pfsGroupOf(settings.proposals);
  const spiIn = fx.registry.newChildSpi();
  const cpiIn = settings.compress ? fx.registry.newCpi() : undefined;
  const form = formOf(sa, settings);
  const spis = { spi: idBytes(spiIn), ...(cpiIn === undefined ? {} : { cpi: cpiIn }) };
  const offer = offerPhase2(settings, spis, {
    form,
    ...(sa.peer.nat === undefined ? {} : { udpModes: sa.peer.nat.modes }),
    group,
    lifetime: proposedLifetime(sa, settings),
  });
  if (offer === undefined) {
    fx.registry.releaseChildSpi(spiIn);
    const text = 'none of the proposals can be said in IKEv1';
    const why = refusal('no-proposal-chosen', 'us', QUICK, text, { ours: proposalsText(settings.proposals) });
    fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: replaces !== undefined });
    return sa;
  }
  const half = group === undefined ? undefined : keyExchangeByIkev2(group)?.initiate(fx.env.random);
  const nonce = fx.env.random(NONCE_LENGTH);
  const messageId = newMessageId(fx);
  const body = [
    out.sa(offer),
    out.nonce(nonce),
    ...(half === undefined ? [] : [out.ke(half.publicValue)]),
    out.selector(idOf(local)),
    out.selector(idOf(remote)),
    ...originalAddresses(sa, form),
  ];
  const hash = laterHash(sa, idBytes(messageId), coveredBytes(body));
  const { sending, chain } = sendSealed(
    sa,
    exchangeIv(sa, messageId),
    { exchange: QUICK, messageId, payloads: [out.hash(hash), ...body], awaited: quickTimer(messageId) },
    fx,
  );
  const quick: QuickOffered = {
    kind: 'offered',
    messageId,
    spiIn,
    sending,
    chain,
    settings: { ...settings, localSelectors: [local], remoteSelectors: [remote] },
    ways: readWays(offer),
    ...(cpiIn === undefined ? {} : { cpiIn }),
    local,
    remote,
    nonce,
    ...(half === undefined ? {} : { half }),
    ...(group === undefined ? {} : { group }),
    ...(replaces === undefined ? {} : { replaces }),
    startedAt: fx.now,
  };
  return withQuick(sa, quick);
}

/** The answer: message 2 of a quick mode. Message 3 ends it. */
export function onQuick2(sa: Established, quick: QuickOffered, incoming: Incoming, fx: Effects): Established {
  const { header, encrypted, bytes, path } = incoming;
  const opened = encrypted === undefined ? undefined : openPayloads(sa, quick.chain, header.nextPayload, encrypted);
  const hash = opened === undefined ? undefined : firstOf(opened.payloads, 'hash-v1')?.hash;
  const id = idBytes(quick.messageId);
  if (opened === undefined || hash === undefined || !sameHash(hash, laterHash(sa, id, quick.nonce, opened.covered))) {
    fx.happen(sa, { kind: 'ignored', reason: 'an answer in quick mode whose HASH(2) does not fit', path });
    return sa;
  }
  received(sa, incoming, opened.payloads, fx);
  const heard: Established = { ...sa, heardAt: fx.now };
  const error = allOf(opened.payloads, 'notify-v1').find(({ type }) => type < NOTIFY_V1.CONNECTED);
  if (error !== undefined && firstOf(opened.payloads, 'sa-v1') === undefined)
    return endRefused(heard, quick, refusedQuick(quick, error.type), fx);
  const read = readAnswer(heard, quick, opened.payloads);
  if (isRefusal(read)) return endRefused(heard, quick, read, fx);
  fx.timer(sa, quickTimer(quick.messageId));
  const values = { nonceI: quick.nonce, nonceR: read.nonce, ...(read.shared === undefined ? {} : { shared: read.shared }) };
  const child = makeChild(heard, { ...read, spiIn: quick.spiIn }, read.suite, values);
  const origin: ChildOrigin = {
    settings: quick.settings,
    lifetime: read.lifetime,
    ...(quick.replaces === undefined ? {} : { replaces: quick.replaces }),
  };
  const { messageId } = quick;
  const payloads = [out.hash(laterHash(sa, Buffer.concat([Uint8Array.of(0), id]), quick.nonce, read.nonce))];
  const third = { exchange: QUICK, messageId, payloads, answers: bytes.slice() };
  if ((header.flags & FLAG_V1_COMMIT) === 0) {
    const { sending } = sendSealed(sa, opened.chain, third, fx);
    return settle(withDone(heard, { kind: 'done', messageId, sending }), child, origin, fx);
  }
  const { sending, chain } = sendSealed(sa, opened.chain, { ...third, awaited: quickTimer(messageId) }, fx);
  return withQuick(heard, { kind: 'committing', messageId, spiIn: quick.spiIn, sending, chain, child, origin, startedAt: fx.now });
}

/** The child is there, and what it replaces goes: who begins a quick mode deletes. */
function settle(sa: Established, child: ChildSa, origin: ChildOrigin, fx: Effects): Established {
  const up = addChild(sa, child, origin, fx);
  return origin.replaces === undefined ? up : deleteChildren(up, [origin.replaces], fx);
}

/** A fourth message of quick mode: CONNECTED, in which peers say it that set the commit bit (Windows, racoon). */
export function onQuick4(sa: Established, quick: QuickCommitting, incoming: Incoming, fx: Effects): Established {
  const { header, encrypted, path } = incoming;
  const opened = encrypted === undefined ? undefined : openPayloads(sa, quick.chain, header.nextPayload, encrypted);
  const hash = opened === undefined ? undefined : firstOf(opened.payloads, 'hash-v1')?.hash;
  if (opened === undefined || hash === undefined || !sameHash(hash, laterHash(sa, idBytes(quick.messageId), opened.covered))) {
    fx.happen(sa, { kind: 'ignored', reason: 'a message of quick mode whose HASH(4) does not fit', path });
    return sa;
  }
  received(sa, incoming, opened.payloads, fx);
  const connected = allOf(opened.payloads, 'notify-v1').find(({ type }) => type === NOTIFY_V1.CONNECTED);
  const heard: Established = { ...sa, heardAt: fx.now };
  return connected === undefined ? heard : commit(heard, quick, fx);
}

/** CONNECTED in an informational exchange, as RFC 2408 §3.1 has it: the message ID is that of the quick mode; some name its SPI only. */
export function onConnected(sa: Established, messageId: number, { spi }: NotifyV1, fx: Effects): Established {
  const waiting = [...sa.quick.values()].filter((quick) => quick.kind === 'committing');
  const named = waiting.find(({ child }) => [child.spiIn, child.spiOut].some((one) => Buffer.compare(idBytes(one), spi) === 0));
  const quick = waiting.find((one) => one.messageId === messageId) ?? named;
  return quick === undefined ? sa : commit(sa, quick, fx);
}

function commit(sa: Established, { messageId, sending, child, origin }: QuickCommitting, fx: Effects): Established {
  fx.timer(sa, quickTimer(messageId));
  const { wait: _, ...last } = sending;
  return settle(withDone(sa, { kind: 'done', messageId, sending: last }), child, origin, fx);
}

type Answer = Omit<ChildPlan, 'spiIn'> & {
  readonly suite: QuickSuite;
  readonly nonce: Uint8Array;
  readonly shared?: Uint8Array;
};

/** Reads the answer to our offer, or says why it will not do. */
function readAnswer(sa: Established, quick: QuickOffered, payloads: readonly PayloadNode[]): Answer | Refusal {
  const answer = firstOf(payloads, 'sa-v1');
  const nonce = firstOf(payloads, 'nonce')?.nonce.slice();
  const chosen = answer === undefined ? [] : readChosen(answer);
  const [way] = chosen;
  const suite = way === undefined ? undefined : suiteOf(way);
  const wrong = (text: string) => refusal('invalid-choice', 'us', QUICK, text, { ours: waysText(quick.ways), theirs: waysText(chosen) });
  if (way === undefined || suite === undefined || chosen.length > 1)
    return wrong(`the answer holds ${chosen.length} usable transforms instead of one`);
  if (nonce === undefined) return refusal('invalid-syntax', 'us', QUICK, 'the answer has no NONCE payload');
  const text = waysText([way]);
  if (!quick.ways.some((own) => waysText([own]) === text)) return wrong('the answer chooses what was not offered');
  if (way.form.mode !== quick.settings.mode) {
    return refusal('mode-mismatch', 'us', QUICK, 'the peer answered with another mode than the one asked for', {
      ours: quick.settings.mode,
      theirs: way.form.mode,
    });
  }
  const shared = sharedOf(quick, payloads);
  if (shared !== undefined && isRefusal(shared)) return shared;
  const ids = allOf(payloads, 'id-v1').map(selectorOf);
  const [local, remote] = ids.length === 0 ? [quick.local, quick.remote] : ids;
  if (local === undefined || remote === undefined || !areWithin([local], [quick.local]) || !areWithin([remote], [quick.remote])) {
    const all = [local, remote].flatMap((one) => (one === undefined ? [] : [one]));
    return refusal('selectors-widened', 'us', QUICK, 'the peer answered with selectors that were not asked for', {
      ours: selectorsText([quick.local, quick.remote]),
      theirs: selectorsText(all),
    });
  }
  const lifetime = shortest(proposedLifetime(sa, quick.settings), way.lifetime, saidLifetime(payloads));
  return {
    ...peerSide(way, quick.cpiIn),
    suite,
    lifetime,
    nonce,
    ...(shared === undefined ? {} : { shared: shared.shared }),
    local,
    remote,
  };
}

/** g^xy with PFS. */
function sharedOf({ half, group }: QuickOffered, payloads: readonly PayloadNode[]): { readonly shared: Uint8Array } | Refusal | undefined {
  const ke = firstOf(payloads, 'ke-v1');
  if (half === undefined) return undefined;
  if (ke === undefined) {
    const text = `the answer has no KE payload, and PFS with ${nameOf(GROUPS, group ?? 0)} was asked for`;
    return refusal('invalid-syntax', 'us', QUICK, text);
  }
  return withPublicValue(QUICK, () => ({ shared: half.finish(ke.data) }));
}

/** Why the peer refuses our quick mode, with what we asked for. */
function refusedQuick({ settings, local, remote, group }: QuickOffered, type: number): Refusal {
  const together = settings.compress ? ', with IPComp or without' : '';
  const algorithms = `${proposalsText(withoutKeyExchange([...(settings.ah ?? []), ...settings.proposals]))}${together}`;
  const pfs = group === undefined ? 'without PFS' : `with PFS by ${nameOf(GROUPS, group)}`;
  const selectors = `${selectorsText([local])} here, ${selectorsText([remote])} there`;
  const ours = `${algorithms}; ${pfs}; ${selectors}`;
  const why = refusedByNotify(type, QUICK, { ours });
  if (!settings.compress || type !== NOTIFY_V1['BAD-PROPOSAL-SYNTAX']) return why;
  return { ...why, suspected: ['libreswan without compress=yes refuses an offer with IPComp so, though it allows to go without'] };
}

/** A quick mode of ours ends without a child. */
function endRefused(sa: Established, quick: QuickOffered | QuickCommitting, why: Refusal, fx: Effects): Established {
  fx.timer(sa, quickTimer(quick.messageId));
  fx.registry.releaseChildSpi(quick.spiIn);
  const replaces = quick.kind === 'offered' ? quick.replaces : quick.origin.replaces;
  fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: replaces !== undefined });
  return withoutQuick(sa, quick.messageId);
}

/** The peer set the commit bit and never said CONNECTED: what it may have is deleted. */
export function giveUpCommit(sa: Established, quick: QuickCommitting, fx: Effects): Established {
  const seconds = ((fx.now - quick.startedAt) / 1000).toFixed(1);
  const text = `the peer set the commit bit, and did not say CONNECTED within ${seconds} s: without that word its SAs may not be used`;
  sendDeletion(sa, quick.child, fx);
  return endRefused(sa, quick, refusal('timeout', 'nobody', QUICK, text), fx);
}

/** An authentic error of the peer: about the quick mode whose SPI it names, else about the one that waits for longest. */
export function refuseQuick(sa: Established, notify: NotifyV1, fx: Effects): Established {
  const waiting = [...sa.quick.values()].filter((quick) => quick.kind === 'offered');
  const quick = waiting.find(({ spiIn }) => Buffer.compare(idBytes(spiIn), notify.spi) === 0) ?? waiting[0];
  return quick === undefined ? sa : endRefused(sa, quick, refusedQuick(quick, notify.type), fx);
}

/** Nobody answered our quick mode: phase 1 stays. */
export function giveUpQuick(sa: Established, quick: QuickOffered, fx: Effects): Established {
  const seconds = ((fx.now - quick.startedAt) / 1000).toFixed(1);
  const text = `no answer to quick mode within ${seconds} s, sent ${quick.sending.times} times: some peers say nothing where a proposal or the proxy identities do not suit them`;
  const { ours = '' } = refusedQuick(quick, NOTIFY_V1['NO-PROPOSAL-CHOSEN']);
  return endRefused(sa, quick, refusal('timeout', 'nobody', QUICK, text, { ours }), fx);
}
