import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import { saKeyLength, splitChildKeys } from '../../keymat/esp.js';
import { childKeymat } from '../../keymat/ikev2.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { decodeNotifyData } from '../../wire/ike/notify-data.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { AddressSelector, Selector } from '../../wire/ike/payloads/ts.js';
import { IPCOMP_TRANSFORM } from '../../wire/ike/tables/authentication.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { V2 } from '../../wire/ike/tables/payload-types.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildSa } from '../child-sa.js';
import { chooseProposal, proposalsText, whyNotOffered, withoutKeyExchange } from '../ike/proposals.js';
import { areWithin, narrow, replaceAddress, selectorsText } from '../ike/selectors.js';
import type { ChildSettings } from '../ike/settings.js';
import { type ChildSuite, childSuiteOf } from '../ike/suite.js';
import type { Refusal } from '../refusal.js';
import type { ChildOffer, ChildPlan } from './child-offer.js';
import type { Effects } from './effects.js';
import { firstOf, notifyOf, out } from './payloads.js';
import { refusal } from './refusals.js';
import type { SecuredSa } from './state.js';
import type { Job } from './task.js';

/** RFC 3173 over zlib is what everybody has. */
const { DEFLATE } = IPCOMP_TRANSFORM;

/** What made the keys of a CHILD_SA: nonces of its exchange in the sense of who began it, and the secrets of PFS. */
export interface ChildKeying {
  readonly prf: SecuredSa['suite']['prf'];
  readonly skD: Uint8Array;
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  /** SK(0) and those of additional key exchanges (RFC 9370 §2.2.4); empty without PFS. */
  readonly shared: readonly Uint8Array[];
  /** Whether we began the exchange. */
  readonly initiator: boolean;
}

function spiBytes(spi: number): Uint8Array {
  return new ByteWriter(4).u32(spi).finish();
}

/** Begins an offer: takes an SPI of ours. In IKE_AUTH proposals go without key exchanges. */
export function offerChild(settings: ChildSettings, inAuth: boolean, fx: Effects): ChildOffer {
  const spiIn = fx.registry.newChildSpi();
  const spi = spiBytes(spiIn);
  const proposals = (inAuth ? withoutKeyExchange(settings.proposals) : settings.proposals).map((proposal, i) => ({
    ...proposal,
    number: i + 1,
    spi,
  }));
  const { localSelectors, remoteSelectors } = settings;
  return { settings, spiIn, proposals, localSelectors, remoteSelectors, ...(settings.compress ? { cpiIn: fx.registry.newCpi() } : {}) };
}

/** Deletes what the peer made of an offer when we cannot have it. */
export function orphanJob({ spiIn, proposals }: ChildOffer): Extract<Job, { kind: 'delete-orphan' }> {
  return { kind: 'delete-orphan', spiIn, protocol: proposals[0]?.protocol === PROTOCOL.AH ? 'ah' : 'esp' };
}

/** SA and notifies of an offer; TSi and TSr come separately, as KE and Nonce stand between in CREATE_CHILD_SA. */
export function offerPayloads(offer: ChildOffer): readonly OutgoingPayload[] {
  return [
    ...(offer.settings.mode === 'transport' ? [out.notify(NOTIFY.USE_TRANSPORT_MODE)] : []),
    ...(offer.cpiIn === undefined ? [] : [ipcompNotify(offer.cpiIn)]),
    out.sa(offer.proposals),
  ];
}

function ipcompNotify(cpi: number): OutgoingPayload {
  return out.notify(NOTIFY.IPCOMP_SUPPORTED, new ByteWriter(3).u16(cpi).u8(DEFLATE).finish());
}

/** CPI of a peer that offers DEFLATE. */
function deflateCpi(payloads: readonly PayloadNode[]): number | undefined {
  for (const node of payloads) {
    if (node.kind !== 'notify' || node.value.type !== NOTIFY.IPCOMP_SUPPORTED || node.value.data.length < 3) continue;
    const data = decodeNotifyData(node.value);
    if (data?.kind === 'ipcomp' && data.transform === DEFLATE) return data.cpi;
  }
  return undefined;
}

/** A CHILD_SA and what is answered for it. */
export type ChildAnswer =
  | { readonly ok: true; readonly suite: ChildSuite; readonly chosen: Proposal; readonly plan: ChildPlan }
  /** `group`: which one goes into INVALID_KE_PAYLOAD. */
  | { readonly ok: false; readonly refusal: Refusal; readonly notify: number; readonly group?: number };

/** What the responder allows the peer besides its settings: an address that it was given. */
export interface ChildLimits {
  readonly inAuth: boolean;
  readonly exchange: number;
  /** Selectors of addresses from the pool, in place of the settings' remote ones. */
  readonly assigned?: readonly AddressSelector[];
}

/** Judges the peer's offer (RFC 7296 §2.7, §2.9): proposal, selectors, mode, IPComp. */
export function judgeOffer(
  sa: SecuredSa,
  payloads: readonly PayloadNode[],
  settings: ChildSettings,
  limits: ChildLimits,
  fx: Effects,
): ChildAnswer {
  const { exchange, inAuth } = limits;
  const offer = firstOf(payloads, 'sa')?.proposals ?? [];
  const tsI = firstOf(payloads, 'ts', V2.TSi)?.selectors ?? [];
  const tsR = firstOf(payloads, 'ts', V2.TSr)?.selectors ?? [];
  const refuse = (notify: number, code: string, text: string, ours: string, theirs: string, group?: number): ChildAnswer => ({
    ok: false,
    refusal: refusal(code, 'us', exchange, text, { ours, theirs, notify }),
    notify,
    ...(group === undefined ? {} : { group }),
  });
  const ke = firstOf(payloads, 'ke');
  const ours = inAuth ? withoutKeyExchange(settings.proposals) : settings.proposals;
  const theirs = (inAuth ? withoutKeyExchange(offer) : offer).filter(({ spi }) => spi.length === 4);
  const choice = chooseProposal(ours, theirs, ke?.group);
  if (!choice.ok) return refuse(NOTIFY.NO_PROPOSAL_CHOSEN, 'no-proposal-chosen', choice.text, choice.ours, choice.theirs);
  const suite = childSuiteOf(choice.chosen);
  if (suite === undefined) {
    return refuse(
      NOTIFY.NO_PROPOSAL_CHOSEN,
      'no-proposal-chosen',
      'an algorithm of it is not known here',
      proposalsText(ours),
      proposalsText([choice.chosen]),
    );
  }
  if (suite.keyExchange !== undefined && ke?.group !== suite.keyExchange.ikev2) {
    const theirGroup = ke === undefined ? 'no KE payload' : `group ${ke.group}`;
    const text = `the KE payload is of another group than the one chosen`;
    return refuse(NOTIFY.INVALID_KE_PAYLOAD, 'invalid-ke-payload', text, suite.keyExchange.name, theirGroup, suite.keyExchange.ikev2);
  }
  const transport = settings.mode === 'transport' && notifyOf(payloads, NOTIFY.USE_TRANSPORT_MODE) !== undefined;
  const seen = (selectors: readonly Selector[], replace: boolean, address: string) =>
    transport && replace ? replaceAddress(selectors, address) : selectors;
  const allowedRemote = limits.assigned ?? settings.remoteSelectors;
  const remote = narrow(seen(tsI, sa.nat.peerBehindNat, sa.path.remote.address), allowedRemote);
  const local = narrow(seen(tsR, sa.nat.usBehindNat, sa.path.local.address), settings.localSelectors);
  if (remote.length === 0 || local.length === 0) {
    const side = remote.length === 0 ? (local.length === 0 ? 'neither side' : "the initiator's side (TSi)") : "the responder's side (TSr)";
    const text = `the traffic selectors have nothing in common on ${side === 'neither side' ? 'either side' : side}`;
    return refuse(
      NOTIFY.TS_UNACCEPTABLE,
      'ts-unacceptable',
      text,
      `TSi ${selectorsText(allowedRemote)}; TSr ${selectorsText(settings.localSelectors)}`,
      `TSi ${selectorsText(tsI)}; TSr ${selectorsText(tsR)}`,
    );
  }
  const cpiOut = settings.compress ? deflateCpi(payloads) : undefined;
  const plan: ChildPlan = {
    spiIn: fx.registry.newChildSpi(),
    spiOut: new ByteReader(choice.chosen.spi).u32('SPI'),
    mode: transport ? 'transport' : 'tunnel',
    localSelectors: local,
    remoteSelectors: remote,
    ...(cpiOut === undefined ? {} : { compression: { algorithm: 'DEFLATE', cpiIn: fx.registry.newCpi(), cpiOut } }),
    noTfcPadding: notifyOf(payloads, NOTIFY.ESP_TFC_PADDING_NOT_SUPPORTED) !== undefined,
  };
  return { ok: true, suite, chosen: choice.chosen, plan };
}

/** What the responder answers for a CHILD_SA: notifies and SA, then what the exchange puts between, TSi and TSr. */
export function answerPayloads(plan: ChildPlan, chosen: Proposal, between: readonly OutgoingPayload[] = []): readonly OutgoingPayload[] {
  return [
    ...(plan.mode === 'transport' ? [out.notify(NOTIFY.USE_TRANSPORT_MODE)] : []),
    ...(plan.compression === undefined ? [] : [ipcompNotify(plan.compression.cpiIn)]),
    out.sa([{ ...chosen, spi: spiBytes(plan.spiIn) }]),
    ...between,
    out.tsI(plan.remoteSelectors),
    out.tsR(plan.localSelectors),
  ];
}

/** Reads the answer to our offer: the plan, or why it will not do. `exchange` for the words. */
export function readAnswer(
  sa: SecuredSa,
  offer: ChildOffer,
  payloads: readonly PayloadNode[],
  exchange: number,
): { readonly ok: true; readonly plan: ChildPlan; readonly suite: ChildSuite } | { readonly ok: false; readonly refusal: Refusal } {
  const refuse = (code: string, text: string, ours: string, theirs: string) => ({
    ok: false as const,
    refusal: refusal(code, 'us', exchange, text, { ours, theirs }),
  });
  const answer = firstOf(payloads, 'sa')?.proposals ?? [];
  const tsI = firstOf(payloads, 'ts', V2.TSi)?.selectors ?? [];
  const tsR = firstOf(payloads, 'ts', V2.TSr)?.selectors ?? [];
  const wrong = whyNotOffered(offer.proposals, answer);
  const chosen = answer[0];
  const suite = chosen === undefined ? undefined : childSuiteOf(chosen);
  if (wrong !== undefined || chosen === undefined || suite === undefined || chosen.spi.length !== 4) {
    return refuse('invalid-choice', wrong ?? 'the answer holds no usable SPI', proposalsText(offer.proposals), proposalsText(answer));
  }
  const transport = notifyOf(payloads, NOTIFY.USE_TRANSPORT_MODE) !== undefined;
  if (transport !== (offer.settings.mode === 'transport')) {
    return refuse(
      'mode-mismatch',
      'the peer answered with another mode than the one asked for',
      offer.settings.mode,
      transport ? 'transport' : 'tunnel',
    );
  }
  const local = transport && sa.nat.usBehindNat ? replaceAddress(tsI, sa.path.local.address) : tsI;
  const remote = transport && sa.nat.peerBehindNat ? replaceAddress(tsR, sa.path.remote.address) : tsR;
  if (local.length === 0 || remote.length === 0 || !areWithin(local, offer.localSelectors) || !areWithin(remote, offer.remoteSelectors)) {
    return refuse(
      'selectors-widened',
      'the peer answered with traffic selectors that were not asked for',
      `TSi ${selectorsText(offer.localSelectors)}; TSr ${selectorsText(offer.remoteSelectors)}`,
      `TSi ${selectorsText(tsI)}; TSr ${selectorsText(tsR)}`,
    );
  }
  const cpiOut = offer.cpiIn === undefined ? undefined : deflateCpi(payloads);
  const plan: ChildPlan = {
    spiIn: offer.spiIn,
    spiOut: new ByteReader(chosen.spi).u32('SPI'),
    mode: transport ? 'transport' : 'tunnel',
    localSelectors: local,
    remoteSelectors: remote,
    ...(cpiOut === undefined || offer.cpiIn === undefined ? {} : { compression: { algorithm: 'DEFLATE', cpiIn: offer.cpiIn, cpiOut } }),
    noTfcPadding: notifyOf(payloads, NOTIFY.ESP_TFC_PADDING_NOT_SUPPORTED) !== undefined,
  };
  return { ok: true, plan, suite };
}

/** Makes the keys (RFC 7296 §2.17, RFC 9370 §2.2.4): the CHILD_SA is there. */
export function finishChild(sa: SecuredSa, plan: ChildPlan, suite: ChildSuite, keying: ChildKeying): ChildSa {
  const { cipher, keyLength, integrity } = suite;
  const keymat = childKeymat(keying.prf, keying.skD, keying, 2 * saKeyLength(cipher, keyLength, integrity));
  const keys = splitChildKeys(keymat, cipher, keyLength, integrity);
  return {
    protocol: suite.protocol === PROTOCOL.AH ? 'ah' : 'esp',
    spiIn: plan.spiIn,
    spiOut: plan.spiOut,
    ...(cipher === undefined ? {} : { encryption: cipher.name }),
    keyLength,
    integrity: integrity.name,
    esn: suite.esn,
    keysIn: keying.initiator ? keys.responder : keys.initiator,
    keysOut: keying.initiator ? keys.initiator : keys.responder,
    mode: plan.mode,
    localSelectors: plan.localSelectors,
    remoteSelectors: plan.remoteSelectors,
    encapsulation: encapsulationOf(sa, suite.protocol === PROTOCOL.AH ? 'ah' : 'esp'),
    ...(plan.compression === undefined ? {} : { compression: plan.compression }),
    noTfcPadding: plan.noTfcPadding,
    ...(suite.keyExchange === undefined ? {} : { pfsGroup: suite.keyExchange.ikev2 }),
  };
}

/**
 * How its packets travel: as IKE does where there is a NAT or one is pretended (RFC 7296 §2.23, RFC 9329 §5). AH has no such form: it
 * covers the addresses that a NAT changes (RFC 3715 §2.1).
 */
export function encapsulationOf({ path, nat, settings }: SecuredSa, protocol: ChildSa['protocol']): ChildSa['encapsulation'] {
  if (protocol === 'ah') return 'none';
  if (path.channel === 'tcp') return 'tcp';
  if (settings.encapsulation === 'never') return 'none';
  return settings.encapsulation === 'force' || nat.usBehindNat || nat.peerBehindNat ? 'udp' : 'none';
}

/** The exchange in which the first CHILD_SA is made. */
export const AUTH_LIMITS: ChildLimits = { inAuth: true, exchange: EXCHANGE.IKE_AUTH };
