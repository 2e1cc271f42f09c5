import { createHash } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import { toHex } from '../../bytes/hex.js';
import { nameOf } from '../../bytes/registry.js';
import type { IkeMessageFacts, IkeSession } from '../../model/ike-session.js';
import type { Malformed, Timestamp } from '../../model/packet.js';
import { type Chain, decodeChain, type PayloadNode, type PayloadOf } from '../../wire/ike/chain.js';
import { isFromInitiator, isResponse } from '../../wire/ike/header.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import { notifyFacts, notifyFactsV1 } from '../../wire/ike/notify-facts.js';
import { EXCHANGE_V1, exchangeTypes } from '../../wire/ike/tables/exchange-types.js';
import { isErrorNotify } from '../../wire/ike/tables/notify.js';
import type { IcvVerdict } from '../decrypt/verdict.js';
import { KeyRing } from '../keys/key-ring.js';
import type { IkeUnit } from '../packet.js';
import { applyV1 } from './apply-v1.js';
import { type AppliedMessage, applyV2, type Replacement } from './apply-v2.js';
import { type Noted, replyOf, requestOf } from './exchange-log.js';
import { FragmentStore, type FragmentWhole } from './fragment-store.js';
import { MessageOpener } from './message-opener.js';
import type { OutcomeContext } from './outcome.js';
import { linkRekeys } from './rekey-link.js';
import { sessionFacts } from './session-facts.js';
import { endOf, type SessionState } from './session-state.js';
import { type Arrival, NO_SPI, SessionTable } from './session-table.js';

/** Where and when the packet of a unit was captured. */
export interface FrameInfo extends Timestamp {
  readonly frame: number;
}

/** What was encrypted in a message and came out with a key. */
export interface ObservedInside extends Chain {
  readonly icv: IcvVerdict;
}

/** One IKE message as it was understood: for printers. */
export interface ObservedIke {
  /** As it was sent. */
  readonly message: IkeMessage;
  /** Absent for messages of an unknown major version, which belong to no session. */
  readonly facts?: IkeMessageFacts;
  /** `IkeSession.id`. */
  readonly session?: number;
  /** Payloads inside SK, the joined SKF fragments that this one completed, or an encrypted IKEv1 message. */
  readonly inside?: ObservedInside;
  /** The IKEv1 message whose last missing fragment this was. */
  readonly whole?: IkeMessage;
}

export interface TrackerLimits {
  readonly sessions: number;
  /** Message facts kept in all sessions together. */
  readonly messages: number;
}

const DEFAULT_LIMITS: TrackerLimits = { sessions: 4096, messages: 32_768 };

/** Follows the IKE messages of a capture, in order, and keeps what they say of each IKE SA. Bounded whatever comes. */
export class IkeTracker {
  readonly #limits: TrackerLimits;
  readonly #table = new SessionTable();
  readonly #fragments = new FragmentStore();
  readonly #opener: MessageOpener;
  /** New IKE SAs announced in decrypted messages of old ones. */
  readonly #announced = new Map<string, SessionState>();
  #messages = 0;

  constructor(keys: KeyRing = new KeyRing(), limits: Partial<TrackerLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#opener = new MessageOpener(keys);
  }

  /** Sessions that had to be forgotten. */
  get evicted(): number {
    return this.#table.evicted;
  }

  /** Takes the next message. Throws `DecodeError` when not even the header is there. */
  observe(unit: IkeUnit, info: FrameInfo): ObservedIke {
    const message = decodeMessage(unit.bytes, { sentLength: unit.length });
    const { version } = message;
    if (version === 0) return { message };
    return new Observation(unit, info, message, version, this.#place(unit, info, message, version), this.#opener, this.#fragments).finish(
      (session, replacement) => this.#announce(session, replacement),
      (session, facts) => this.#keep(session, facts),
    );
  }

  /** All sessions in order of appearance. `context`: what the rest of the capture says about their outcome. */
  facts(context: OutcomeContext = {}): IkeSession[] {
    const sessions = this.#table.all();
    linkRekeys(sessions);
    return sessions.map((session) => sessionFacts(session, this.#fragments.incompleteOf(session.id), sessions, context));
  }

  #place(unit: IkeUnit, { sec, nsec }: FrameInfo, message: IkeMessage, version: 1 | 2): Place {
    const { header } = message;
    const arrival: Arrival = {
      version,
      spiI: toHex(header.spiI),
      spiR: toHex(header.spiR),
      exchangeType: header.exchangeType,
      src: unit.src,
      dst: unit.dst,
      time: { sec, nsec },
      fromInitiator: version === 2 ? isFromInitiator(header) : senderOf(message),
      refuses: message.payloads.some((node) => node.kind === 'notify-v1' && isErrorNotify(node.value.type)),
      response: isResponse(header),
    };
    while (this.#table.size >= this.#limits.sessions) this.#evict();
    const { session, fromInitiator, isNew } = this.#table.place(arrival);
    const old = isNew ? this.#announced.get(`${arrival.spiI}/${arrival.spiR}`) : undefined;
    if (old !== undefined) {
      session.rekeyOf = { spiI: `0x${old.spiI}`, spiR: `0x${old.spiR}`, certain: true };
      session.startsMidway = false;
    }
    return { session, fromInitiator };
  }

  #announce(session: SessionState, { spiI, spiR }: Replacement): void {
    session.rekeyedTo = { spiI: `0x${spiI}`, spiR: `0x${spiR}`, certain: true };
    this.#announced.set(`${spiI}/${spiR}`, session);
    if (this.#announced.size > this.#limits.sessions)
      for (const oldest of this.#announced.keys()) if (this.#announced.delete(oldest)) break;
  }

  #keep(session: SessionState, facts: IkeMessageFacts): void {
    const before = session.messages.length;
    session.messages.push(facts);
    this.#messages += session.messages.length - before;
    while (this.#messages > this.#limits.messages && this.#table.size > 1) this.#evict();
  }

  #evict(): void {
    this.#messages -= this.#table.evictOldest()?.messages.length ?? 0;
  }
}

interface Place {
  readonly session: SessionState;
  readonly fromInitiator: boolean;
}

/** IKEv1 has no direction in its header, but an SA payload under a responder cookie is the responder's choice. */
function senderOf({ header, payloads }: IkeMessage): boolean | undefined {
  const phase1 = header.exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'] || header.exchangeType === EXCHANGE_V1.Aggressive;
  if (!phase1) return undefined;
  if (toHex(header.spiR) === NO_SPI) return true;
  return payloads.some((node) => node.kind === 'sa-v1') ? false : undefined;
}

/** One message on its way through decryption, fragments and exchanges into its session. */
class Observation {
  readonly #unit: IkeUnit;
  readonly #info: FrameInfo;
  readonly #message: IkeMessage;
  readonly #version: 1 | 2;
  readonly #session: SessionState;
  readonly #fromInitiator: boolean;
  readonly #opener: MessageOpener;
  readonly #fragments: FragmentStore;
  readonly #encrypted: boolean;
  #opened = false;
  #malformed: Malformed | undefined;
  #inside: ObservedInside | undefined;
  #wholeMessage: IkeMessage | undefined;
  #whole: FragmentWhole | undefined;
  #fragment: (NonNullable<IkeMessageFacts['fragment']> & { readonly set: number }) | undefined;

  constructor(
    unit: IkeUnit,
    info: FrameInfo,
    message: IkeMessage,
    version: 1 | 2,
    { session, fromInitiator }: Place,
    opener: MessageOpener,
    fragments: FragmentStore,
  ) {
    this.#unit = unit;
    this.#info = info;
    this.#message = message;
    this.#version = version;
    this.#session = session;
    this.#fromInitiator = fromInitiator;
    this.#opener = opener;
    this.#fragments = fragments;
    this.#malformed = message.malformed;
    this.#encrypted = message.encrypted !== undefined || message.payloads.some((node) => node.kind === 'sk' || node.kind === 'skf');
    this.#open();
  }

  finish(
    announce: (session: SessionState, to: Replacement) => void,
    keep: (session: SessionState, facts: IkeMessageFacts) => void,
  ): ObservedIke {
    const session = this.#session;
    const noted = this.#note();
    const payloads = this.#payloads();
    const again = noted.how === 'copy' || noted.how === 'duplicate';
    if (!again) this.#apply(noted, payloads, announce);
    this.#move();
    session.lastFromInitiator = this.#fromInitiator;
    const facts = this.#facts(noted, payloads);
    keep(session, facts);
    return {
      message: this.#message,
      facts,
      session: session.id,
      ...(this.#inside === undefined ? {} : { inside: this.#inside }),
      ...(this.#wholeMessage === undefined ? {} : { whole: this.#wholeMessage }),
    };
  }

  #open(): void {
    for (const node of this.#message.payloads) {
      if (node.kind === 'sk') this.#openSk(node);
      else if (node.kind === 'skf') this.#openSkf(node);
      else if (node.kind === 'fragment-v1') this.#joinV1(node);
    }
    if (this.#message.encrypted !== undefined) this.#openV1(this.#message, this.#message.encrypted);
  }

  #openSk(node: PayloadOf<'sk'>): void {
    const plain = this.#tryTo(() => this.#opener.openSk(this.#unit.bytes, node.offset, 'SK'));
    if (plain === undefined) return;
    this.#opened = true;
    this.#setInside(decodeChain(plain.inner, plain.firstPayload, 2, node.offset), plain.icv);
  }

  #openSkf(node: PayloadOf<'skf'>): void {
    const { fragment: number, total } = node.value;
    this.#fragment = { kind: 'skf', number, total, set: 0 };
    const plain = this.#tryTo(() => this.#opener.openSk(this.#unit.bytes, node.offset, 'SKF'));
    this.#opened = plain !== undefined;
    const first = plain === undefined ? undefined : Uint8Array.of(plain.firstPayload);
    const joined = this.#join(
      plain === undefined || first === undefined ? undefined : number === 1 ? Buffer.concat([first, plain.inner]) : plain.inner,
    );
    if (joined?.content === undefined || plain === undefined) return;
    // The type of the first payload travels in fragment 1 only, so it was put in front of its content.
    this.#setInside(decodeChain(joined.content.subarray(1), joined.content[0] ?? 0, 2, node.offset), plain.icv);
  }

  #joinV1(node: PayloadOf<'fragment-v1'>): void {
    const { id, number, last, data } = node.value;
    const kind = this.#session.vendorIds[endOf(this.#fromInitiator)].has('Microsoft Windows') ? 'microsoft' : 'cisco';
    this.#fragment = { kind, number, set: id, ...(last ? { total: number } : {}) };
    const joined = this.#join(data);
    if (joined?.content === undefined) return;
    const whole = this.#tryTo(() => decodeMessage(joined.content as Uint8Array));
    // Fragments inside fragments exist only to do harm.
    if (whole === undefined || whole.version !== 1 || whole.payloads.some((inner) => inner.kind === 'fragment-v1')) return;
    this.#wholeMessage = whole;
    this.#malformed ??= whole.malformed;
    if (whole.encrypted !== undefined) this.#openV1(whole, whole.encrypted);
  }

  #openV1(message: IkeMessage, encrypted: Uint8Array): void {
    const opened = this.#tryTo(() => this.#opener.openV1(this.#session, message.header, encrypted));
    if (opened === undefined) return;
    this.#opened = true;
    this.#setInside(opened.chain, opened.icv);
  }

  #join(content: Uint8Array | undefined): FragmentWhole | undefined {
    const fragment = this.#fragment;
    if (fragment === undefined) return undefined;
    const { kind, number, total, set } = fragment;
    const result = this.#fragments.add({
      session: this.#session.id,
      fromInitiator: this.#fromInitiator,
      response: isResponse(this.#message.header),
      messageId: this.#message.header.messageId,
      kind,
      set,
      number,
      frame: this.#info.frame,
      length: this.#unit.length,
      ...(total === undefined ? {} : { total }),
      ...(content === undefined ? {} : { content }),
    });
    if (typeof result === 'object') this.#whole = result;
    return this.#whole;
  }

  #setInside(chain: Chain, icv: IcvVerdict): void {
    this.#inside = { ...chain, icv };
    this.#malformed ??= chain.malformed;
  }

  #tryTo<T>(open: () => T | undefined): T | undefined {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#malformed ??= { field: error.field, offset: error.offset, message: error.message };
      return undefined;
    }
  }

  #note(): Noted {
    const { header } = this.#message;
    const { frame, sec, nsec } = this.#info;
    const fragment = this.#fragment;
    return this.#session.exchanges.note({
      frame,
      sec,
      nsec,
      version: this.#version,
      exchangeType: header.exchangeType,
      exchange: nameOf(exchangeTypes(header.major), header.exchangeType),
      messageId: header.messageId,
      fromInitiator: this.#fromInitiator,
      response: isResponse(header),
      digest: createHash('sha1').update(this.#unit.bytes).digest('base64'),
      length: this.#unit.length,
      ipFragments: this.#unit.ipFragments,
      tcp: this.#unit.encapsulation === 'tcp',
      encrypted: this.#encrypted || this.#wholeMessage?.encrypted !== undefined,
      ...(this.#unit.dst.port === undefined ? {} : { port: this.#unit.dst.port }),
      ...(fragment === undefined ? {} : { fragment: { set: fragment.set, number: fragment.number } }),
    });
  }

  /** What is in clear, what was put together from fragments and what was opened, in this order. */
  #payloads(): readonly PayloadNode[] {
    return [...this.#message.payloads, ...(this.#wholeMessage?.payloads ?? []), ...(this.#inside?.payloads ?? [])];
  }

  #apply(noted: Noted, payloads: readonly PayloadNode[], announce: (session: SessionState, to: Replacement) => void): void {
    const session = this.#session;
    const { exchange, message } = noted;
    if (noted.how === 'first' && answers(noted)) session.lastAnswered = this.#info.frame;
    // A fragment tells nothing before its message is whole.
    if (this.#fragment !== undefined && this.#whole === undefined) return;
    const sealed = this.#encrypted || this.#wholeMessage?.encrypted !== undefined;
    message.encrypted ||= sealed;
    message.opened = this.#inside !== undefined;
    message.payloads.push(...payloads.map(({ name }) => name));
    const applied: AppliedMessage = {
      frame: this.#info.frame,
      header: this.#wholeMessage?.header ?? this.#message.header,
      src: this.#unit.src,
      dst: this.#unit.dst,
      fromInitiator: this.#fromInitiator,
      response: isResponse(this.#message.header),
      payloads,
      opened: sealed && this.#inside !== undefined,
      hidden: sealed && this.#inside === undefined,
      exchange,
      message,
    };
    if (this.#version === 1) applyV1(session, applied);
    else {
      const replacement = applyV2(session, applied);
      if (replacement !== undefined) announce(session, replacement);
    }
  }

  #move(): void {
    const { now, moves } = this.#session;
    const end = endOf(this.#fromInitiator);
    const { src, dst } = this.#unit;
    const before = now[end];
    if (before.address !== src.address || before.port !== src.port) moves.push({ frame: this.#info.frame, end, from: before, to: src });
    now[end] = src;
    now[endOf(!this.#fromInitiator)] = dst;
  }

  #facts(noted: Noted, payloads: readonly PayloadNode[]): IkeMessageFacts {
    const { header } = this.#message;
    const { frame, sec, nsec } = this.#info;
    const fragment = this.#fragment;
    return {
      sec,
      nsec,
      frame,
      fromInitiator: this.#fromInitiator,
      src: this.#unit.src,
      dst: this.#unit.dst,
      encapsulation: this.#unit.encapsulation,
      exchange: nameOf(exchangeTypes(header.major), header.exchangeType),
      exchangeType: header.exchangeType,
      messageId: header.messageId,
      response: this.#version === 2 ? isResponse(header) : this.#fromInitiator !== noted.exchange.fromInitiator,
      length: this.#unit.length,
      ipFragments: this.#unit.ipFragments,
      encrypted: this.#encrypted,
      decrypted: this.#opened,
      payloads: payloads.map(({ name }) => name),
      notifies: payloads.flatMap((node) =>
        node.kind === 'notify' ? [notifyFacts(node.value)] : node.kind === 'notify-v1' ? [notifyFactsV1(node.value)] : [],
      ),
      ...(fragment === undefined
        ? {}
        : {
            fragment: {
              kind: fragment.kind,
              number: fragment.number,
              ...(fragment.total === undefined ? {} : { total: fragment.total }),
            },
          }),
      ...(this.#whole === undefined ? {} : { whole: { frames: this.#whole.frames, length: this.#whole.length } }),
      ...(noted.copyOf === undefined ? {} : { retransmissionOf: noted.copyOf }),
      ...(noted.how === 'duplicate' ? { duplicate: true as const } : {}),
      ...(this.#malformed === undefined ? {} : { malformed: this.#malformed }),
    };
  }
}

/** The message came from the other end than the one before it in its exchange. */
function answers({ exchange, message }: Noted): boolean {
  if (exchange.version === 2) return message === replyOf(exchange) && requestOf(exchange) !== undefined;
  return exchange.messages.at(-2)?.fromInitiator === !message.fromInitiator;
}
