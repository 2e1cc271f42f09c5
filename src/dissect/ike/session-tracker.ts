import { toHex } from '../../bytes/hex.js';
import { putBounded } from '../../bytes/put-bounded.js';
import type { IkeMessageFacts, IkeSession } from '../../model/ike-session.js';
import { isFromInitiator, isResponse } from '../../wire/ike/header.js';
import { decodeMessage, type IkeMessage } from '../../wire/ike/message.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { isErrorNotify } from '../../wire/ike/tables/notify.js';
import { KeyRing } from '../keys/key-ring.js';
import type { IkeUnit } from '../packet.js';
import type { Replacement } from './apply-v2.js';
import { FragmentStore } from './fragment-store.js';
import { type FrameInfo, MessageObservation, type ObservationTools, type ObservedIke } from './message-observation.js';
import { MessageOpener } from './message-opener.js';
import type { OutcomeContext } from './outcome.js';
import { linkRekeys } from './rekey-link.js';
import { sessionFacts } from './session-facts.js';
import type { SessionState } from './session-state.js';
import { type Arrival, NO_SPI, SessionTable } from './session-table.js';

export type { FrameInfo, ObservedIke } from './message-observation.js';

export interface TrackerLimits {
  readonly sessions: number;
  /** Message facts kept in all sessions together. */
  readonly messages: number;
}

/** About 16 kB a session of six messages: 65 MB at most. */
const DEFAULT_LIMITS: TrackerLimits = { sessions: 4096, messages: 24_576 };

/** Follows the IKE messages of a capture, in order, and keeps what they say of each IKE SA. Bounded whatever comes. */
export class IkeTracker {
  readonly #limits: TrackerLimits;
  readonly #table = new SessionTable();
  readonly #fragments = new FragmentStore();
  readonly #keys: KeyRing;
  readonly #opener: MessageOpener;
  /** New IKE SAs announced in decrypted messages of old ones. */
  readonly #announced = new Map<string, SessionState>();
  #messages = 0;

  constructor(keys: KeyRing = new KeyRing(), limits: Partial<TrackerLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#keys = keys;
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
    const tools = { ...this.#place(unit, info, message, version), opener: this.#opener, fragments: this.#fragments };
    return new MessageObservation(unit, info, message, version, tools).finish(
      (session, replacement) => this.#announce(session, replacement),
      (session, facts) => this.#keep(session, facts),
    );
  }

  /** All sessions in order of appearance. `context`: what the rest of the capture says about their outcome. */
  facts(context: OutcomeContext = {}): IkeSession[] {
    const sessions = this.#table.all();
    linkRekeys(sessions);
    const incomplete = this.#fragments.incomplete();
    return sessions.map((session) => {
      const facts = sessionFacts(session, incomplete.get(session.id) ?? [], sessions, context);
      const secretChecks = session.proof?.check(this.#keys.sharedSecrets, session.chosen, session) ?? [];
      return secretChecks.length === 0 ? facts : { ...facts, secretChecks };
    });
  }

  #place(
    unit: IkeUnit,
    { sec, nsec }: FrameInfo,
    message: IkeMessage,
    version: 1 | 2,
  ): Pick<ObservationTools, 'session' | 'fromInitiator'> {
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
    const { session, fromInitiator, isNew } = this.#table.place(arrival);
    while (this.#table.size > this.#limits.sessions) this.#evict();
    const old = isNew ? this.#announced.get(`${arrival.spiI}/${arrival.spiR}`) : undefined;
    if (old !== undefined) {
      session.rekeyOf = { spiI: `0x${old.spiI}`, spiR: `0x${old.spiR}`, certain: true };
      session.startsMidway = false;
    }
    return { session, fromInitiator };
  }

  #announce(session: SessionState, { spiI, spiR }: Replacement): void {
    session.rekeyedTo = { spiI: `0x${spiI}`, spiR: `0x${spiR}`, certain: true };
    putBounded(this.#announced, this.#limits.sessions, `${spiI}/${spiR}`, session);
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

/** IKEv1 has no direction in its header, but an SA payload under a responder cookie is the responder's choice. */
function senderOf({ header, payloads }: IkeMessage): boolean | undefined {
  const phase1 = header.exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'] || header.exchangeType === EXCHANGE_V1.Aggressive;
  if (!phase1) return undefined;
  if (toHex(header.spiR) === NO_SPI) return true;
  return payloads.some((node) => node.kind === 'sa-v1') ? false : undefined;
}
