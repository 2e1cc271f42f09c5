import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import { keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import type { NotifyV1 } from '../../wire/ike/payloads/notify-v1.js';
import type { ProposalV1, SaV1 } from '../../wire/ike/payloads/sa-v1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { GROUPS } from '../../wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { proposalsText, withoutKeyExchange } from '../ikev2/proposals.js';
import { areWithin, selectorsText } from '../ikev2/selectors.js';
import type { ChildSettings } from '../ikev2/settings.js';
import { type ChildSuite, childSuiteOf } from '../ikev2/suite.js';
import type { Refusal } from '../refusal.js';
import { addChild, deleteChildren, makeChild } from './children.js';
import type { Effects } from './effects.js';
import { idOf, selectorOf } from './id-selector.js';
import type { Incoming } from './incoming.js';
import { exchangeIv, openPayloads } from './message-crypt.js';
import { allOf, firstOf, out } from './payloads.js';
import { isRefusal, NONCE_LENGTH, withPublicValue } from './phase1.js';
import { coveredBytes, laterHash, sameHash } from './phase1-keys.js';
import { offerPhase2, type PacketForm, type Phase2Transform, pfsGroupOf, readPhase2, secondsOf } from './phase2-suite.js';
import { refusal, refusedByNotify } from './refusals.js';
import { idBytes, newMessageId } from './send-informational.js';
import type { Established, QuickDone, QuickMode, QuickOffered } from './state.js';
import { received, sendSealed } from './transmit.js';

export const QUICK = EXCHANGE_V1['Quick Mode'];

/** Seconds that we propose where the settings do not rekey by themselves. */
const LIFETIME = 28_800;
/** Quick modes that one child of several selectors takes: each pair has SAs of its own. */
const MAX_PAIRS = 16;
/** Third messages that are kept in case the peer has not got them. */
const MAX_DONE = 8;

export function phase2Lifetime({ settings }: Established): number {
  return settings.lifetimes.child > 0 ? settings.lifetimes.child : LIFETIME;
}

/** How packets shall look: in UDP where there is a NAT or one is pretended (RFC 3947 §5.1). */
function formOf({ nat, settings }: Established, mode: PacketForm['mode']): PacketForm {
  const wanted = settings.encapsulation === 'force' || nat.usBehindNat || nat.peerBehindNat;
  return { mode, udp: nat.supported && settings.encapsulation !== 'never' && wanted };
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
function withDone(sa: Established, done: QuickDone): Established {
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
  const offer = offerPhase2(settings.proposals, idBytes(spiIn), { form: formOf(sa, settings.mode), group, lifetime: phase2Lifetime(sa) });
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
    proposals: readOffer(offer).map(({ proposal }) => proposal),
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

/** Every transform of an SA payload of phase 2 that we can run; its number is its place, from 1 on. */
export function readOffer(sa: SaV1): readonly (Phase2Transform & { readonly from: ProposalV1 })[] {
  let number = 0;
  return sa.proposals.flatMap((from) =>
    from.transforms.flatMap((transform) => {
      number += 1;
      const read = readPhase2(from, transform, number);
      return read === undefined ? [] : [{ ...read, from }];
    }),
  );
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
  const child = makeChild(
    heard,
    { spiIn: quick.spiIn, spiOut: read.spiOut, form: read.form, local: read.local, remote: read.remote },
    read.suite,
    values,
  );
  const third = laterHash(sa, Buffer.concat([Uint8Array.of(0), id]), quick.nonce, read.nonce);
  const { sending } = sendSealed(
    sa,
    opened.chain,
    { exchange: QUICK, messageId: quick.messageId, payloads: [out.hash(third)], answers: bytes.slice() },
    fx,
  );
  const origin = {
    settings: quick.settings,
    lifetime: read.lifetime,
    ...(quick.replaces === undefined ? {} : { replaces: quick.replaces }),
  };
  const up = addChild(withDone(heard, { kind: 'done', messageId: quick.messageId, sending }), child, origin, fx);
  return quick.replaces === undefined ? up : deleteChildren(up, [quick.replaces], fx);
}

interface Answer {
  readonly suite: ChildSuite;
  readonly form: PacketForm;
  readonly lifetime: number;
  readonly spiOut: number;
  readonly nonce: Uint8Array;
  readonly shared?: Uint8Array;
  readonly local: AddressSelector;
  readonly remote: AddressSelector;
}

/** Reads the answer to our offer, or says why it will not do. */
function readAnswer(sa: Established, quick: QuickOffered, payloads: readonly PayloadNode[]): Answer | Refusal {
  const answer = firstOf(payloads, 'sa-v1');
  const nonce = firstOf(payloads, 'nonce')?.nonce.slice();
  const chosen = answer === undefined ? [] : readOffer(answer);
  const [first] = chosen;
  const suite = first === undefined ? undefined : childSuiteOf(first.proposal);
  const wrong = (text: string) =>
    refusal('invalid-choice', 'us', QUICK, text, {
      ours: proposalsText(quick.proposals),
      theirs: proposalsText(chosen.map(({ proposal }) => proposal)),
    });
  if (first === undefined || suite === undefined || chosen.length > 1)
    return wrong(`the answer holds ${chosen.length} usable transforms instead of one`);
  if (nonce === undefined) return refusal('invalid-syntax', 'us', QUICK, 'the answer has no NONCE payload');
  const text = proposalsText([first.proposal]);
  if (!quick.proposals.some((own) => proposalsText([own]) === text)) return wrong('the answer chooses what was not offered');
  if (first.from.spi.length !== 4) return wrong('the answer holds no usable SPI');
  if (first.form.mode !== quick.settings.mode) {
    return refusal('mode-mismatch', 'us', QUICK, 'the peer answered with another mode than the one asked for', {
      ours: quick.settings.mode,
      theirs: first.form.mode,
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
  const proposed = phase2Lifetime(sa);
  return {
    suite,
    form: first.form,
    lifetime: Math.min(proposed, secondsOf(first.lifetimes) ?? proposed),
    spiOut: new ByteReader(first.from.spi).u32('SPI'),
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
function refusedQuick({ proposals, local, remote, group }: QuickOffered, type: number): Refusal {
  const algorithms = proposalsText(withoutKeyExchange(proposals));
  const pfs = group === undefined ? 'without PFS' : `with PFS by ${nameOf(GROUPS, group)}`;
  const selectors = `${selectorsText([local])} here, ${selectorsText([remote])} there`;
  const ours = `${algorithms}; ${pfs}; ${selectors}`;
  return refusedByNotify(type, QUICK, { ours });
}

/** A quick mode of ours ends without a child. */
function endRefused(sa: Established, quick: QuickOffered, why: Refusal, fx: Effects): Established {
  fx.timer(sa, quickTimer(quick.messageId));
  fx.registry.releaseChildSpi(quick.spiIn);
  fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: quick.replaces !== undefined });
  return withoutQuick(sa, quick.messageId);
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
