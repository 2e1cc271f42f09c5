import { type PacketEnd, sameEnd } from '../../model/endpoint.js';
import type { Timestamp } from '../../model/packet.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { SessionState } from './session-state.js';

/** What a header and its packet say about where a message belongs. */
export interface Arrival {
  readonly version: 1 | 2;
  /** 16 lower-case hex digits each. */
  readonly spiI: string;
  readonly spiR: string;
  readonly exchangeType: number;
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  readonly time: Timestamp;
  /** IKEv2: the I flag. IKEv1: what the content tells (an SA payload under a responder cookie is message 2), mostly nothing. */
  readonly fromInitiator: boolean | undefined;
  /** IKEv1: an error notify in clear. Alone it is most likely the answer to a first message that is missing. */
  readonly refuses: boolean;
  /** The R flag. */
  readonly response: boolean;
}

export interface Placed {
  readonly session: SessionState;
  readonly fromInitiator: boolean;
  readonly isNew: boolean;
}

export const NO_SPI = '0000000000000000';

/**
 * Finds the session of each message. Sessions go by the initiator's SPI, then by addresses: the responder's SPI is learnt, a NAT or
 * MOBIKE changes addresses, and two initiators may have chosen the same SPI. Its owner keeps it bounded with `evictOldest`.
 */
export class SessionTable {
  /** Least recently seen first. */
  readonly #sessions = new Map<number, SessionState>();
  /**
   * Stands before the one seen least recently: those it has passed were evicted, or went to the end of the map. A new iterator for each
   * eviction would walk over the places of all that are gone.
   */
  #oldest = this.#sessions.values();
  readonly #bySpi = new Map<string, SessionState[]>();
  #created = 0;
  #evicted = 0;

  get evicted(): number {
    return this.#evicted;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** In order of appearance. */
  all(): readonly SessionState[] {
    return [...this.#sessions.values()].sort((a, b) => a.id - b.id);
  }

  /** The session of a message, made when there is none. Learns SPIs and addresses from it. */
  place(arrival: Arrival): Placed {
    const known = this.#find(arrival);
    const session = known ?? this.#create(arrival);
    const fromInitiator = known === undefined ? startedBy(session, arrival) : directionOf(session, arrival);
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    session.lastTime = arrival.time;
    if (arrival.spiR !== NO_SPI) {
      if (!session.settled) session.spiR = arrival.spiR;
      // The initiator uses it: it has chosen among the answers it got.
      if (fromInitiator) session.settled = true;
    }
    return { session, fromInitiator, isNew: known === undefined };
  }

  /** Forgets the session seen least recently and returns it. */
  evictOldest(): SessionState | undefined {
    const { value: session, done } = this.#oldest.next();
    if (done === true) {
      // It stays at its end whatever comes.
      this.#oldest = this.#sessions.values();
      return undefined;
    }
    this.#sessions.delete(session.id);
    const rest = this.#bySpi.get(session.spiI)?.filter((other) => other !== session) ?? [];
    if (rest.length === 0) this.#bySpi.delete(session.spiI);
    else this.#bySpi.set(session.spiI, rest);
    this.#evicted++;
    return session;
  }

  #find(arrival: Arrival): SessionState | undefined {
    let best: SessionState | undefined;
    let bestScore = 0;
    for (const session of this.#bySpi.get(arrival.spiI) ?? []) {
      const score = this.#score(session, arrival);
      if (score > 0 && score >= bestScore) [best, bestScore] = [session, score];
    }
    return best;
  }

  /** 0: does not belong there; more is better. */
  #score(session: SessionState, arrival: Arrival): number {
    const { spiR, src, dst } = arrival;
    const { initiator, responder } = session.now;
    const exact = spiR !== NO_SPI && session.spiR === spiR;
    const open = spiR === NO_SPI || session.spiR === NO_SPI || !session.settled;
    if (!exact && !open) return 0;
    const straight = src.address === initiator.address && dst.address === responder.address;
    const back = dst.address === initiator.address && src.address === responder.address;
    // A refusal of the version comes in the refuser's own version.
    if (session.version !== arrival.version) return straight || back ? 1 : 0;
    // Addresses come before a known SPI: a capture on both sides of a NAT shows one SA twice.
    if (straight || back) return (exact ? 4 : 2) + (samePorts(session, arrival, straight) ? 1 : 0);
    if (exact) return 1;
    // A responder with several addresses may answer from another one; the initiator's is the one to go by.
    const answered = arrival.fromInitiator !== true && dst.address === initiator.address;
    return answered && session.spiR === NO_SPI ? 1 : 0;
  }

  #create(arrival: Arrival): SessionState {
    const known = arrival.fromInitiator ?? (arrival.spiR === NO_SPI && opens(arrival) ? true : undefined);
    const fromInitiator = known ?? !arrival.refuses;
    const session = new SessionState({
      id: ++this.#created,
      version: arrival.version,
      spiI: arrival.spiI,
      spiR: arrival.spiR,
      initiator: fromInitiator ? arrival.src : arrival.dst,
      responder: fromInitiator ? arrival.dst : arrival.src,
      time: arrival.time,
      startsMidway: !(opens(arrival) && arrival.spiR === NO_SPI && fromInitiator && !arrival.response),
      rolesGuessed: known === undefined,
    });
    const list = this.#bySpi.get(arrival.spiI);
    if (list === undefined) this.#bySpi.set(arrival.spiI, [session]);
    else list.push(session);
    return session;
  }
}

/** The exchange is one that begins a session. */
function opens({ version, exchangeType }: Arrival): boolean {
  if (version === 2) return exchangeType === EXCHANGE.IKE_SA_INIT || exchangeType === EXCHANGE.IKE_SESSION_RESUME;
  return (
    exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'] ||
    exchangeType === EXCHANGE_V1.Aggressive ||
    exchangeType === EXCHANGE_V1.Base ||
    exchangeType === EXCHANGE_V1['Authentication Only']
  );
}

function startedBy(session: SessionState, { src }: Arrival): boolean {
  return session.initiator === src;
}

function samePorts(session: SessionState, { src, dst }: Arrival, straight: boolean): boolean {
  const { initiator, responder } = session.now;
  return straight ? sameEnd(src, initiator) && sameEnd(dst, responder) : sameEnd(dst, initiator) && sameEnd(src, responder);
}

/** Who sent it: IKEv2's flag, otherwise the endpoint that is known, otherwise the one that is not. */
function directionOf(session: SessionState, arrival: Arrival): boolean {
  if (session.version === arrival.version && arrival.fromInitiator !== undefined) return arrival.fromInitiator;
  const { src, dst } = arrival;
  const { initiator, responder } = session.now;
  if (arrival.spiR === NO_SPI && session.version === 1 && arrival.version === 1 && opens(arrival)) return true;
  const clues: readonly (boolean | undefined)[] = [
    oneOf(sameEnd(src, initiator), sameEnd(src, responder)),
    oneOf(sameEnd(dst, responder), sameEnd(dst, initiator)),
    oneOf(src.address === initiator.address, src.address === responder.address),
    oneOf(dst.address === responder.address, dst.address === initiator.address),
  ];
  // Both ends on one address and port, as in a test on loopback: turns are taken.
  return clues.find((clue) => clue !== undefined) ?? !session.lastFromInitiator;
}

function oneOf(initiator: boolean, responder: boolean): boolean | undefined {
  return initiator === responder ? undefined : initiator;
}
