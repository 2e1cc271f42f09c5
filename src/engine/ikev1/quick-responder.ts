import { ByteReader } from '../../bytes/reader.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { chooseProposal, proposalsText, withoutKeyExchange } from '../ikev2/proposals.js';
import { areWithin, hostSelector, selectorsText } from '../ikev2/selectors.js';
import type { ChildSettings } from '../ikev2/settings.js';
import { childSuiteOf } from '../ikev2/suite.js';
import { addChild, makeChild } from './children.js';
import type { Effects } from './effects.js';
import { selectorOf } from './id-selector.js';
import type { Incoming } from './incoming.js';
import { exchangeIv, openPayloads } from './message-crypt.js';
import { allOf, firstOf, out } from './payloads.js';
import { isRefusal, NONCE_LENGTH, readKeyExchange, withPublicValue } from './phase1.js';
import { coveredBytes, laterHash, sameHash } from './phase1-keys.js';
import { secondsOf } from './phase2-suite.js';
import { phase2Lifetime, QUICK, quickTimer, readOffer, withoutQuick, withQuick } from './quick-initiator.js';
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
  const { settings, transform, suite, local, remote, nonceI } = judged;
  const exchanged = suite.keyExchange === undefined ? undefined : respond(suite.keyExchange, opened.payloads, fx);
  if (exchanged !== undefined && 'refusal' in exchanged) return reject(heard, exchanged, opened.payloads, fx);
  const spiIn = fx.registry.newChildSpi();
  const nonceR = fx.env.random(NONCE_LENGTH);
  const offered = firstOf(opened.payloads, 'sa-v1');
  const chosen = offered?.proposals.flatMap(({ transforms }) => transforms)[transform.proposal.number - 1];
  if (offered === undefined || chosen === undefined) return ignore('the chosen transform is gone');
  const body = [
    out.sa({ ...offered, proposals: [{ ...transform.from, spi: idBytes(spiIn), transforms: [chosen] }] }),
    out.nonce(nonceR),
    ...(exchanged === undefined ? [] : [out.ke(exchanged.publicValue)]),
    ...allOf(opened.payloads, 'id-v1').map(out.selector),
  ];
  const second = laterHash(sa, idBytes(messageId), nonceI, coveredBytes(body));
  const { sending, chain } = sendSealed(
    sa,
    opened.chain,
    { exchange: QUICK, messageId, payloads: [out.hash(second), ...body], awaited: quickTimer(messageId), answers: bytes.slice() },
    fx,
  );
  const plan = { spiIn, spiOut: new ByteReader(transform.from.spi).u32('SPI'), form: transform.form, local, remote };
  const values = { nonceI, nonceR, ...(exchanged === undefined ? {} : { shared: exchanged.shared }) };
  const proposed = phase2Lifetime(sa);
  const quick: QuickAnswered = {
    kind: 'answered',
    messageId,
    spiIn,
    sending,
    chain,
    settings: { ...settings, localSelectors: [local], remoteSelectors: [remote] },
    child: makeChild(heard, plan, suite, values),
    lifetime: Math.min(proposed, secondsOf(transform.lifetimes) ?? proposed),
    nonceI,
    nonceR,
  };
  return withQuick(heard, quick);
}

/** Our half of PFS. */
function respond(
  method: NonNullable<ReturnType<typeof childSuiteOf>>['keyExchange'] & object,
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
  readonly transform: ReturnType<typeof readOffer>[number];
  readonly suite: NonNullable<ReturnType<typeof childSuiteOf>>;
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
  const transforms = readOffer(offered).filter(({ from }) => from.spi.length === 4);
  const fitting = transforms.filter(({ form }) => form.mode === settings.mode);
  if (fitting.length === 0 && transforms.length > 0) {
    return refuse(NO_PROPOSAL, 'mode-mismatch', 'the peer asks for the other mode', settings.mode, transforms[0]?.form.mode ?? '');
  }
  const withKe = firstOf(payloads, 'ke-v1') !== undefined;
  // IKEv1 has no way to ask for another group: where PFS is allowed without being asked for, both ways are.
  const choice = chooseProposal(
    settings.proposals,
    fitting.map(({ proposal }) => proposal),
  );
  const theirs = proposalsText(transforms.map(({ proposal }) => proposal));
  if (!choice.ok) return refuse(NO_PROPOSAL, 'no-proposal-chosen', choice.text, choice.ours, choice.theirs);
  const transform = fitting.find(({ proposal }) => proposal.number === choice.chosen.number);
  const suite = childSuiteOf(choice.chosen);
  if (transform === undefined || suite === undefined) {
    return refuse(NO_PROPOSAL, 'no-proposal-chosen', 'an algorithm of it is not known here', proposalsText(settings.proposals), theirs);
  }
  if ((suite.keyExchange !== undefined) !== withKe) {
    const text = withKe ? 'there is a KE payload, and no group in the proposal' : 'the proposal has a group, and there is no KE payload';
    return refuse(NOTIFY_V1['PAYLOAD-MALFORMED'], 'invalid-syntax', text, proposalsText(withoutKeyExchange(settings.proposals)), theirs);
  }
  const ids = allOf(payloads, 'id-v1');
  const [remote, local] =
    ids.length === 0 ? [hostSelector(sa.path.remote.address), hostSelector(sa.path.local.address)] : ids.map(selectorOf);
  if (
    local === undefined ||
    remote === undefined ||
    !areWithin([remote], sa.assigned ?? settings.remoteSelectors) ||
    !areWithin([local], settings.localSelectors)
  ) {
    const text = (selectors: readonly (AddressSelector | undefined)[]) =>
      selectorsText(selectors.flatMap((one) => one ?? [])) || 'no addresses';
    return refuse(
      NOTIFY_V1['INVALID-ID-INFORMATION'],
      'ts-unacceptable',
      'the proxy identities are not within what is allowed here',
      `IDci ${text(sa.assigned ?? settings.remoteSelectors)}; IDcr ${text(settings.localSelectors)}`,
      `IDci ${text([remote])}; IDcr ${text([local])}`,
    );
  }
  return { settings, transform, suite, local, remote, nonceI };
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
  const { header, encrypted, path } = incoming;
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
  return addChild(withoutQuick({ ...sa, heardAt: fx.now }, quick.messageId), quick.child, origin, fx);
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
