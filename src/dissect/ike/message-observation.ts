import { DecodeError } from '../../bytes/errors.js';
import { BytesMemo } from '../../bytes/memo.js';
import { nameOf } from '../../bytes/registry.js';
import { sameEnd } from '../../model/endpoint.js';
import type { IkeMessageFacts, NotifyFacts } from '../../model/ike-session.js';
import type { Malformed, Timestamp } from '../../model/packet.js';
import { type Chain, decodeChain, type PayloadNode, type PayloadOf } from '../../wire/ike/chain.js';
import { isResponse } from '../../wire/ike/header.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import { notifyFacts, notifyFactsV1 } from '../../wire/ike/notify-facts.js';
import { exchangeTypes } from '../../wire/ike/tables/exchange-types.js';
import type { IcvVerdict } from '../decrypt/verdict.js';
import type { IkeUnit } from '../packet.js';
import { applyV1 } from './apply-v1.js';
import { type AppliedMessage, applyV2, type Replacement } from './apply-v2.js';
import { boundedText } from './bounds.js';
import { digestOf } from './digest.js';
import { type Noted, replyOf, requestOf } from './exchange-log.js';
import type { FragmentStore, FragmentWhole } from './fragment-store.js';
import type { MessageOpener } from './message-opener.js';
import { endOf, type SessionState } from './session-state.js';

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

/** What is needed to observe a message of a session that is known. */
export interface ObservationTools {
  readonly session: SessionState;
  readonly fromInitiator: boolean;
  readonly opener: MessageOpener;
  readonly fragments: FragmentStore;
}

/** One message on its way through decryption, fragments and exchanges into its session. */
export class MessageObservation {
  readonly #unit: IkeUnit;
  readonly #info: FrameInfo;
  readonly #time: Timestamp;
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

  constructor(unit: IkeUnit, info: FrameInfo, message: IkeMessage, version: 1 | 2, tools: ObservationTools) {
    const { session, fromInitiator, opener, fragments } = tools;
    this.#unit = unit;
    this.#info = info;
    this.#time = { sec: info.sec, nsec: info.nsec };
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
    const shown = shownOf(payloads);
    const again = noted.how === 'copy' || noted.how === 'duplicate';
    if (!again) this.#apply(noted, payloads, shown, announce);
    this.#move();
    session.lastFromInitiator = this.#fromInitiator;
    const facts = this.#facts(noted, shown);
    keep(session, facts);
    const observed: { -readonly [K in keyof ObservedIke]: ObservedIke[K] } = { message: this.#message, facts, session: session.id };
    if (this.#inside !== undefined) observed.inside = this.#inside;
    if (this.#wholeMessage !== undefined) observed.whole = this.#wholeMessage;
    return observed;
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
    const kind = [...this.#session.vendorIds[endOf(this.#fromInitiator)].items].some((name) => name.startsWith('Microsoft'))
      ? 'microsoft'
      : 'cisco';
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
    return this.#session.exchanges.note({
      frame: this.#info.frame,
      time: this.#time,
      version: this.#version,
      exchangeType: header.exchangeType,
      exchange: nameOf(exchangeTypes(header.major), header.exchangeType),
      messageId: header.messageId,
      fromInitiator: this.#fromInitiator,
      response: isResponse(header),
      digest: digestOf(this.#unit.bytes),
      length: this.#unit.length,
      ipFragments: this.#unit.ipFragments,
      tcp: this.#unit.encapsulation === 'tcp',
      encrypted: this.#encrypted || this.#wholeMessage?.encrypted !== undefined,
      port: this.#unit.dst.port,
      fragment: this.#fragment,
    });
  }

  /** What is in clear, what was put together from fragments and what was opened, in this order. */
  #payloads(): readonly PayloadNode[] {
    const { payloads } = this.#message;
    if (this.#wholeMessage === undefined && this.#inside === undefined) return payloads;
    return [...payloads, ...(this.#wholeMessage?.payloads ?? []), ...(this.#inside?.payloads ?? [])];
  }

  #apply(
    noted: Noted,
    payloads: readonly PayloadNode[],
    { names, notifies }: Shown,
    announce: (session: SessionState, to: Replacement) => void,
  ): void {
    const session = this.#session;
    const { exchange, message } = noted;
    if (noted.how === 'first' && answers(noted)) session.lastAnswered = this.#info.frame;
    // A fragment tells nothing before its message is whole.
    if (this.#fragment !== undefined && this.#whole === undefined) return;
    const sealed = this.#encrypted || this.#wholeMessage?.encrypted !== undefined;
    message.encrypted ||= sealed;
    message.opened = this.#inside !== undefined;
    message.payloads = names;
    message.notifies = notifies;
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

  /** Most messages come from where the last one came from: then the session's own endpoints serve, and the packet's can go. */
  #move(): void {
    const { now, moves } = this.#session;
    const from = endOf(this.#fromInitiator);
    const to = endOf(!this.#fromInitiator);
    const { src, dst } = this.#unit;
    if (!sameEnd(now[from], src)) {
      moves.push({ frame: this.#info.frame, end: from, from: now[from], to: src });
      now[from] = src;
    }
    if (!sameEnd(now[to], dst)) now[to] = dst;
  }

  /** After `#move`. Every message of a capture has them: they are filled in place. */
  #facts(noted: Noted, { names, notifies }: Shown): IkeMessageFacts {
    const { header } = this.#message;
    const { now } = this.#session;
    const fragment = this.#fragment;
    const facts: { -readonly [K in keyof IkeMessageFacts]: IkeMessageFacts[K] } = {
      sec: this.#time.sec,
      nsec: this.#time.nsec,
      frame: this.#info.frame,
      fromInitiator: this.#fromInitiator,
      src: now[endOf(this.#fromInitiator)],
      dst: now[endOf(!this.#fromInitiator)],
      encapsulation: this.#unit.encapsulation,
      exchange: noted.exchange.exchange,
      exchangeType: header.exchangeType,
      messageId: header.messageId,
      response: this.#version === 2 ? isResponse(header) : this.#fromInitiator !== noted.exchange.fromInitiator,
      length: this.#unit.length,
      ipFragments: this.#unit.ipFragments,
      encrypted: this.#encrypted,
      decrypted: this.#opened,
      payloads: names,
      notifies,
    };
    if (fragment !== undefined) {
      const { kind, number, total } = fragment;
      facts.fragment = total === undefined ? { kind, number } : { kind, number, total };
    }
    if (this.#whole !== undefined) facts.whole = { frames: this.#whole.frames, length: this.#whole.length };
    if (noted.copyOf !== undefined) facts.retransmissionOf = noted.copyOf;
    if (noted.how === 'duplicate') facts.duplicate = true;
    if (this.#malformed !== undefined) facts.malformed = this.#malformed;
    return facts;
  }
}

/** What facts and exchanges keep of payloads, one copy for both. */
interface Shown {
  readonly names: readonly string[];
  readonly notifies: readonly NotifyFacts[];
}

/** Payloads named and notifies kept of one message. */
const MAX_SHOWN = 256;

const NO_NOTIFIES: readonly NotifyFacts[] = Object.freeze([]);

/** Notifies longer than this hold what comes once: hashes, cookies, SPIs. */
const SHORT_NOTIFY = 16;
const shortNotifies = { 1: new BytesMemo<NotifyFacts>(256), 2: new BytesMemo<NotifyFacts>(256) };

function notifyOf(node: PayloadOf<'notify'> | PayloadOf<'notify-v1'>): NotifyFacts {
  const make = () => boundedNotify(node.kind === 'notify' ? notifyFacts(node.value) : notifyFactsV1(node.value));
  return node.body.length > SHORT_NOTIFY ? make() : shortNotifies[node.kind === 'notify' ? 2 : 1].get(node.body, make);
}

function boundedNotify(facts: NotifyFacts): NotifyFacts {
  if (facts.detail === undefined) return facts;
  const detail = boundedText(facts.detail);
  return detail === facts.detail ? facts : { ...facts, detail };
}

function shownOf(payloads: readonly PayloadNode[]): Shown {
  const names: string[] = [];
  let notifies: NotifyFacts[] | undefined;
  for (const node of payloads) {
    if (names.length === MAX_SHOWN) {
      names.push(`${payloads.length - MAX_SHOWN} more`);
      break;
    }
    names.push(node.name);
    if (node.kind !== 'notify' && node.kind !== 'notify-v1') continue;
    notifies ??= [];
    notifies.push(notifyOf(node));
  }
  return { names, notifies: notifies ?? NO_NOTIFIES };
}

/** The message came from the other end than the one before it in its exchange. */
function answers({ exchange, message }: Noted): boolean {
  if (exchange.version === 2) return message === replyOf(exchange) && requestOf(exchange) !== undefined;
  return exchange.messages.at(-2)?.fromInitiator === !message.fromInitiator;
}
