import { ByteWriter } from '../../bytes/writer.js';
import type { KeyExchange } from '../../crypto/key-exchange/key-exchange.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import type { ProposalV1, SaV1 } from '../../wire/ike/payloads/sa-v1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { PROTOCOL, PROTOCOL_V1 } from '../../wire/ike/tables/protocols.js';
import { proposalsText, withoutKeyExchange } from '../ike/proposals.js';
import { areWithin, hostSelector, replaceAddress, selectorsText } from '../ike/selectors.js';
import type { ChildSettings } from '../ike/settings.js';
import { addChild, makeChild, type QuickSuite } from './children.js';
import type { Effects } from './effects.js';
import { selectorOf } from './id-selector.js';
import type { Incoming } from './incoming.js';
import { belowProposed, lifetimeData, ownLifetime, proposedLifetime } from './lifetimes.js';
import { exchangeIv, openPayloads } from './message-crypt.js';
import { originalAddresses } from './original-addresses.js';
import { allOf, firstOf, out } from './payloads.js';
import { isRefusal, NONCE_LENGTH, readKeyExchange, withPublicValue } from './phase1.js';
import { coveredBytes, laterHash, sameHash } from './phase1-keys.js';
import { chooseWay, peerSide, readWays, suiteOf, waysText } from './phase2-alternatives.js';
import { type Phase2Way, shortest } from './phase2-suite.js';
import { QUICK, quickTimer, withDone, withoutQuick, withQuick } from './quick-initiator.js';
import { refusal } from './refusals.js';
import { idBytes, sendInformational } from './send-informational.js';
import type { Established, QuickAnswered, Rejection } from './state.js';
import { received, sendSealed } from './transmit.js';

/** Quick modes that a peer may have open at once. */
const MAX_OPEN = 32;

/** Message 1 of a quick mode: judged and answered. */
export function onQuick1(sa: Established, incoming: Incoming, fx: Effects): Established {
  const { header, encrypted, bytes, path } = incoming;
  const { messageId } = header;
  const ignore = (reason: string): Established => {
    fx.happen(sa, { kind: 'ignored', reason, path });
    return sa;
  };
  const opened = encrypted === undefined ? undefined : openPayloads(sa, exchangeIv(sa, messageId), header.nextPayload, encrypted);
  const hash = opened === undefined ? undefined : firstOf(opened.payloads, 'hash-v1')?.hash;
  if (opened === undefined || hash === undefined || !sameHash(hash, laterHash(sa, idBytes(messageId), opened.covered))) {
    return ignore('a quick mode whose HASH(1) does not fit, or that our keys do not open');
  }
  if ([...sa.quick.values()].filter(({ kind }) => kind === 'answered').length >= MAX_OPEN) return ignore('too many quick modes are open');
  received(sa, incoming, opened.payloads, fx);
  const heard: Established = { ...sa, heardAt: fx.now };
  const judged = judge(heard, opened.payloads);
  if ('refusal' in judged) return reject(heard, judged, opened.payloads, fx);
  const { settings, way, suite, local, remote, nonceI, offered } = judged;
  const { keyExchange } = suite.main;
  const exchanged = keyExchange === undefined ? undefined : respond(keyExchange, opened.payloads, fx);
  if (exchanged !== undefined && 'refusal' in exchanged) return reject(heard, exchanged, opened.payloads, fx);
  const spiIn = fx.registry.newChildSpi();
  const cpiIn = way.compressed ? fx.registry.newCpi() : undefined;
  const nonceR = fx.env.random(NONCE_LENGTH);
  const own = (proposal: ProposalV1): Uint8Array =>
    proposal.protocol === PROTOCOL_V1.IPCOMP ? new ByteWriter(2).u16(cpiIn ?? 0).finish() : idBytes(spiIn);
  const body = [
    out.sa({ ...offered, proposals: way.from.map((proposal) => ({ ...proposal, spi: own(proposal) })) }),
    out.nonce(nonceR),
    ...(exchanged === undefined ? [] : [out.ke(exchanged.publicValue)]),
    ...allOf(opened.payloads, 'id-v1').map(out.selector),
    ...originalAddresses(sa, way.form, false),
    ...remarks(sa, settings, way, spiIn, opened.payloads),
  ];
  const second = laterHash(sa, idBytes(messageId), nonceI, coveredBytes(body));
  const commit = sa.settings.commitBit === true;
  const { sending, chain } = sendSealed(
    sa,
    opened.chain,
    { exchange: QUICK, messageId, payloads: [out.hash(second), ...body], awaited: quickTimer(messageId), answers: bytes.slice(), commit },
    fx,
  );
  const lifetime = shortest(proposedLifetime(sa, settings), way.lifetime);
  const plan = { ...peerSide(way, cpiIn), spiIn, local, remote, lifetime };
  const values = { nonceI, nonceR, ...(exchanged === undefined ? {} : { shared: exchanged.shared }) };
  const quick: QuickAnswered = {
    kind: 'answered',
    messageId,
    spiIn,
    sending,
    chain,
    settings: { ...settings, localSelectors: [local], remoteSelectors: [remote] },
    child: makeChild(heard, plan, suite, values),
    lifetime,
    nonceI,
    nonceR,
  };
  return withQuick(heard, quick);
}

/** Notifies beside the answer: limits of ours that the initiator cannot know, and what it asked about replays (RFC 2407 §4.6.3). */
function remarks(
  sa: Established,
  settings: ChildSettings,
  { main, lifetime }: Phase2Way,
  spiIn: number,
  payloads: readonly PayloadNode[],
): readonly OutgoingPayload[] {
  const about = { protocol: main.proposal.protocol, spi: idBytes(spiIn) };
  const shorter = belowProposed(ownLifetime(sa, settings), lifetime);
  const asked = allOf(payloads, 'notify-v1').some(({ type }) => type === NOTIFY_V1['REPLAY-STATUS']);
  return [
    ...(shorter === undefined ? [] : [out.notify(NOTIFY_V1['RESPONDER-LIFETIME'], about, lifetimeData(shorter, 2))]),
    // Our window is always there.
    ...(asked ? [out.notify(NOTIFY_V1['REPLAY-STATUS'], about, new ByteWriter(4).u32(1).finish())] : []),
  ];
}

/** Our half of PFS. */
function respond(
  method: KeyExchange,
  payloads: readonly PayloadNode[],
  fx: Effects,
): { readonly publicValue: Uint8Array; readonly shared: Uint8Array } | Rejection {
  const notify = NOTIFY_V1['INVALID-KEY-INFORMATION'];
  const theirs = readKeyExchange(payloads, QUICK);
  if (isRefusal(theirs)) return { notify, refusal: theirs };
  const answer = withPublicValue(QUICK, () => method.respond(fx.env.random, theirs.ke));
  return isRefusal(answer) ? { notify, refusal: answer } : answer;
}

interface Judged {
  readonly settings: ChildSettings;
  readonly offered: SaV1;
  readonly way: Phase2Way;
  readonly suite: QuickSuite;
  readonly local: AddressSelector;
  readonly remote: AddressSelector;
  readonly nonceI: Uint8Array;
}

/** Judges the peer's offer: proposal, mode, proxy identities. */
function judge(sa: Established, payloads: readonly PayloadNode[]): Judged | Rejection {
  const settings = sa.settings.child;
  const refuse = (notify: number, code: string, text: string, ours: string, theirs: string): Rejection => ({
    notify,
    refusal: refusal(code, 'us', QUICK, text, { ours, theirs, notify }),
  });
  const NO_PROPOSAL = NOTIFY_V1['NO-PROPOSAL-CHOSEN'];
  if (settings === undefined) return refuse(NO_PROPOSAL, 'no-proposal-chosen', 'no child is set up here', 'nothing', 'a quick mode');
  const offered = firstOf(payloads, 'sa-v1');
  const nonceI = firstOf(payloads, 'nonce')?.nonce.slice();
  if (offered === undefined || nonceI === undefined) {
    return refuse(NOTIFY_V1['PAYLOAD-MALFORMED'], 'invalid-syntax', 'SA or NONCE payload is missing', 'SA, NONCE', 'less');
  }
  const ways = readWays(offered, sa.groups);
  const fitting = ways.filter(({ form }) => form.mode === settings.mode);
  if (fitting.length === 0 && ways.length > 0) {
    return refuse(NO_PROPOSAL, 'mode-mismatch', 'the peer asks for the other mode', settings.mode, ways[0]?.form.mode ?? '');
  }
  const withKe = firstOf(payloads, 'ke-v1') !== undefined;
  // IKEv1 has no way to ask for another group: where PFS is allowed without being asked for, both ways are.
  const choice = chooseWay(settings, fitting);
  if (!choice.ok) return refuse(NO_PROPOSAL, 'no-proposal-chosen', choice.text, choice.ours, choice.theirs);
  const { way } = choice;
  const theirs = waysText(ways);
  const suite = suiteOf(way);
  if (suite === undefined) {
    return refuse(NO_PROPOSAL, 'no-proposal-chosen', 'an algorithm of it is not known here', proposalsText(settings.proposals), theirs);
  }
  if ((suite.main.keyExchange !== undefined) !== withKe) {
    const text = withKe ? 'there is a KE payload, and no group in the proposal' : 'the proposal has a group, and there is no KE payload';
    return refuse(NOTIFY_V1['PAYLOAD-MALFORMED'], 'invalid-syntax', text, proposalsText(withoutKeyExchange(settings.proposals)), theirs);
  }
  const ids = allOf(payloads, 'id-v1');
  // What the gateway gave is the address of the end that began phase 1, whoever begins this.
  const allowed = (sa.role === 'responder' ? sa.assigned : undefined) ?? settings.remoteSelectors;
  const hosts = [hostSelector(sa.path.remote.address), hostSelector(sa.path.local.address)];
  const [remote, local] = ids.length === 0 ? hosts : ids.map(selectorOf).map((one, i) => asSeen(sa, settings, one, i === 0));
  if (local === undefined || remote === undefined || !areWithin([remote], allowed) || !areWithin([local], settings.localSelectors)) {
    const text = (selectors: readonly (AddressSelector | undefined)[]) =>
      selectorsText(selectors.flatMap((one) => one ?? [])) || 'no addresses';
    return refuse(
      NOTIFY_V1['INVALID-ID-INFORMATION'],
      'ts-unacceptable',
      'the proxy identities are not within what is allowed here',
      `IDci ${text(allowed)}; IDcr ${text(settings.localSelectors)}`,
      `IDci ${text([remote])}; IDcr ${text([local])}`,
    );
  }
  return { settings, offered, way, suite, local, remote, nonceI };
}

/** In transport mode an end behind a NAT names an address of its own; what packets have is what we see (RFC 3947 §5.2). */
function asSeen({ nat, path }: Established, { mode }: ChildSettings, selector: AddressSelector | undefined, peers: boolean) {
  const behind = peers ? nat.peerBehindNat : nat.usBehindNat;
  if (mode !== 'transport' || !behind || selector === undefined) return selector;
  return replaceAddress([selector], (peers ? path.remote : path.local).address)[0] as AddressSelector | undefined;
}

function reject(sa: Established, { notify, refusal: why }: Rejection, payloads: readonly PayloadNode[], fx: Effects): Established {
  const spi = firstOf(payloads, 'sa-v1')?.proposals[0]?.spi.slice() ?? new Uint8Array(0);
  const protocol = firstOf(payloads, 'sa-v1')?.proposals[0]?.protocol ?? PROTOCOL.ESP;
  sendInformational(sa, [out.notify(notify, { protocol, spi })], fx);
  fx.happen(sa, { kind: 'child-refused', refusal: why, rekey: false });
  return sa;
}

/** Message 3: the peer has the keys too. The child is there. */
export function onQuick3(sa: Established, quick: QuickAnswered, incoming: Incoming, fx: Effects): Established {
  const { header, encrypted, bytes, path } = incoming;
  const opened = encrypted === undefined ? undefined : openPayloads(sa, quick.chain, header.nextPayload, encrypted);
  const hash = opened === undefined ? undefined : firstOf(opened.payloads, 'hash-v1')?.hash;
  const expected = laterHash(sa, Buffer.concat([Uint8Array.of(0), idBytes(quick.messageId)]), quick.nonceI, quick.nonceR);
  if (opened === undefined || hash === undefined || !sameHash(hash, expected)) {
    fx.happen(sa, { kind: 'ignored', reason: 'a message of quick mode whose HASH(3) does not fit', path });
    return sa;
  }
  received(sa, incoming, opened.payloads, fx);
  fx.timer(sa, quickTimer(quick.messageId));
  const replaces = rekeyed(sa, quick);
  const origin = { settings: quick.settings, lifetime: quick.lifetime, ...(replaces === undefined ? {} : { replaces }) };
  const heard: Established = { ...sa, heardAt: fx.now };
  const { wait: _, ...second } = quick.sending;
  const done = withDone(heard, { kind: 'done', messageId: quick.messageId, sending: second });
  const up = addChild(done, quick.child, origin, fx);
  return sa.settings.commitBit === true ? sayConnected(up, quick, opened.chain, bytes, fx) : up;
}

/** The initiator waits for it, and sends its third message again when it gets lost. */
function sayConnected(sa: Established, quick: QuickAnswered, iv: Uint8Array, third: Uint8Array, fx: Effects): Established {
  const { messageId, child } = quick;
  const protocol = child.protocol === 'ah' ? PROTOCOL.AH : PROTOCOL.ESP;
  const payloads = [out.notify(NOTIFY_V1.CONNECTED, { protocol, spi: idBytes(child.spiIn) })];
  const hash = laterHash(sa, idBytes(messageId), coveredBytes(payloads));
  const what = { exchange: QUICK, messageId, payloads: [out.hash(hash), ...payloads], answers: third.slice() };
  const { sending } = sendSealed(sa, iv, what, fx);
  return withDone(sa, { kind: 'done', messageId, sending });
}

/** IKEv1 does not say what is rekeyed: a child with the same selectors is what the new one replaces; its initiator deletes the old one. */
function rekeyed(sa: Established, { child }: QuickAnswered): number | undefined {
  const text = (one: typeof child) => `${one.protocol} ${selectorsText(one.localSelectors)} ${selectorsText(one.remoteSelectors)}`;
  const old = [...sa.children.values()].find((record) => !record.replaced && text(record.sa) === text(child));
  return old?.sa.spiIn;
}

/** Nobody sent message 3. */
export function giveUpAnswer(sa: Established, quick: QuickAnswered, fx: Effects): Established {
  fx.registry.releaseChildSpi(quick.spiIn);
  const text = 'the initiator did not send the third message of quick mode';
  fx.happen(sa, { kind: 'child-refused', refusal: refusal('timeout', 'nobody', QUICK, text), rekey: false });
  return withoutQuick(sa, quick.messageId);
}
