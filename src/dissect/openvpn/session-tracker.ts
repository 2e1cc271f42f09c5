import { putBounded } from '../../bytes/put-bounded.js';
import { ByteReader } from '../../bytes/reader.js';
import { type PacketEnd, sameEnd } from '../../model/endpoint.js';
import type { OpenvpnSession } from '../../model/openvpn-session.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import {
  P_CONTROL_HARD_RESET_CLIENT_V1,
  P_CONTROL_HARD_RESET_CLIENT_V2,
  P_CONTROL_HARD_RESET_CLIENT_V3,
  P_CONTROL_HARD_RESET_SERVER_V1,
  P_CONTROL_HARD_RESET_SERVER_V2,
  P_DATA_V1,
  P_DATA_V2,
  STATIC_KEY_OPCODE,
} from '../../wire/openvpn/opcodes.js';
import { isQuestionSessionId } from '../../wire/openvpn/question-mark.js';
import { isControl } from '../../wire/openvpn/recognise.js';
import type { OpenvpnKeys } from '../keys/openvpn-keys.js';
import type { OpenvpnUnit, Packet } from '../packet.js';
import { type Surroundings, sessionFacts } from './session-facts.js';
import { type ObservedOpenvpn, SessionState } from './session-state.js';

/** Sessions kept; the oldest gives way, one that failed as well as one that carries data. */
const MAX_SESSIONS = 1024;
const MAX_FLOWS = 4096;
const OPCODE_AND_SESSION = 9;

/** Follows OpenVPN from packet to session. Bounded whatever comes. */
export class OpenvpnTracker {
  readonly #keys: OpenvpnKeys;
  readonly #sessions = new Map<number, SessionState>();
  /** The session in use between two endpoints. */
  readonly #flows = new Map<string, SessionState>();
  /** The last session that a host began with a server: a client that begins again does so from another port. */
  readonly #byClient = new Map<string, SessionState>();
  #recent: SessionState | undefined;
  #nextId = 1;
  evicted = 0;

  constructor(keys: OpenvpnKeys) {
    this.#keys = keys;
  }

  /** The next packet. Never throws for what it holds. */
  observe(unit: OpenvpnUnit, packet: Packet): ObservedOpenvpn | undefined {
    if (unit.opcode === STATIC_KEY_OPCODE) {
      const session = this.#current(unit) ?? this.#begin(unit, packet, true, 'static-key');
      return session.observeStatic(unit, packet, isFrom(session.client, unit));
    }
    if (unit.opcode === P_DATA_V1 || unit.opcode === P_DATA_V2) {
      const session = this.#current(unit) ?? this.#floated(unit, packet.frame) ?? this.#midway(unit, packet);
      return session.observeData(unit, packet, isFrom(session.client, unit));
    }
    if (!isControl(unit.opcode) || unit.bytes.length < OPCODE_AND_SESSION) return undefined;
    const session = this.#ofControl(unit, packet);
    return session.observeControl(unit, packet, isFrom(session.client, unit));
  }

  /** All sessions in order of appearance. */
  facts(surroundings: Surroundings): readonly OpenvpnSession[] {
    return [...this.#sessions.values()].map((session) => sessionFacts(session, surroundings));
  }

  #ofControl(unit: OpenvpnUnit, packet: Packet): SessionState {
    const current = this.#current(unit);
    const fromClient = clientReset(unit.opcode);
    if (fromClient === undefined) return current ?? this.#byPeer(unit, packet) ?? this.#midway(unit, packet);
    const id = sessionIdOf(unit);
    if (current !== undefined) {
      if (!fromClient && current.mode === 'tls') return current;
      if (fromClient && (current.sessionIdClient === undefined || current.sessionIdClient === id) && isFrom(current.client, unit))
        return current;
    }
    const session = this.#begin(unit, packet, fromClient, 'tls');
    if (!fromClient) session.startsMidway = true;
    else this.#supersede(session, packet, isQuestionSessionId(id));
    return session;
  }

  /** Whoever only asks begins nothing: it does so beside a session that comes up, or because one that was up is silent. */
  #supersede(session: SessionState, { frame, sec, nsec }: Packet, question: boolean): void {
    const key = `${session.client.address} ${session.server.address} ${session.server.port ?? 0}`;
    const before = this.#byClient.get(key);
    if (before !== undefined && (!question || before.hasData)) before.superseded = { frame, time: { sec, nsec } };
    if (question) return;
    putBounded(this.#byClient, MAX_FLOWS, key, session);
  }

  #current(unit: OpenvpnUnit): SessionState | undefined {
    // Most packets belong to the session of the one before: that costs no text.
    const recent = this.#recent;
    if (recent !== undefined && isOf(recent, unit)) return recent;
    const found = this.#flows.get(flowOf(unit));
    if (found !== undefined && isOf(found, unit)) this.#recent = found;
    return found;
  }

  /** A data packet from elsewhere with the peer id of a session that this server has. */
  #floated(unit: OpenvpnUnit, frame: number): SessionState | undefined {
    if (unit.peerId === undefined) return undefined;
    for (const session of [...this.#sessions.values()].reverse()) {
      if (session.peerId !== unit.peerId || !sameEnd(session.server, unit.dst) || !session.hasData) continue;
      session.float(frame, unit.src);
      this.#put(unit, session);
      return session;
    }
    return undefined;
  }

  /** A control packet from elsewhere under a session id that is known. */
  #byPeer(unit: OpenvpnUnit, packet: Packet): SessionState | undefined {
    const id = sessionIdOf(unit);
    for (const session of [...this.#sessions.values()].reverse()) {
      if (session.sessionIdClient !== id || !sameEnd(session.server, unit.dst)) continue;
      session.float(packet.frame, unit.src);
      this.#put(unit, session);
      return session;
    }
    return undefined;
  }

  #midway(unit: OpenvpnUnit, packet: Packet): SessionState {
    // Servers have the known port, or the lower one.
    const fromClient = unit.dst.port === OPENVPN_PORT || (unit.src.port !== OPENVPN_PORT && (unit.dst.port ?? 0) <= (unit.src.port ?? 0));
    const session = this.#begin(unit, packet, fromClient, 'tls');
    session.startsMidway = true;
    session.rolesGuessed = true;
    return session;
  }

  #begin(unit: OpenvpnUnit, packet: Packet, fromClient: boolean, mode: OpenvpnSession['mode']): SessionState {
    if (this.#sessions.size >= MAX_SESSIONS) this.evicted++;
    const [client, server] = fromClient ? [unit.src, unit.dst] : [unit.dst, unit.src];
    const time = { sec: packet.sec, nsec: packet.nsec };
    const transport = unit.encapsulation === 'tcp' ? 'tcp' : 'udp';
    const session = new SessionState(this.#nextId++, mode, transport, client, server, unit.evidence, unit.firstFrame, time, this.#keys);
    if (mode === 'static-key') session.rolesGuessed = true;
    putBounded(this.#sessions, MAX_SESSIONS, session.id, session);
    this.#put(unit, session);
    return session;
  }

  #put(unit: OpenvpnUnit, session: SessionState): void {
    const key = flowOf(unit);
    putBounded(this.#flows, MAX_FLOWS, key, session);
    this.#recent = undefined;
  }
}

/** True for a client's hard reset, false for a server's, undefined for anything else. */
function clientReset(opcode: number): boolean | undefined {
  switch (opcode) {
    case P_CONTROL_HARD_RESET_CLIENT_V1:
    case P_CONTROL_HARD_RESET_CLIENT_V2:
    case P_CONTROL_HARD_RESET_CLIENT_V3:
      return true;
    case P_CONTROL_HARD_RESET_SERVER_V1:
    case P_CONTROL_HARD_RESET_SERVER_V2:
      return false;
    default:
      return undefined;
  }
}

function sessionIdOf({ bytes }: OpenvpnUnit): bigint {
  const reader = new ByteReader(bytes);
  reader.skip(1, 'OpenVPN opcode');
  return reader.u64('OpenVPN session id');
}

function isFrom(client: PacketEnd, unit: OpenvpnUnit): boolean {
  return sameEnd(client, unit.src);
}

/** Whether the packet goes between the ends that the session has now. */
function isOf({ client, server, transport }: SessionState, { src, dst, encapsulation }: OpenvpnUnit): boolean {
  if ((encapsulation === 'tcp') !== (transport === 'tcp')) return false;
  return (sameEnd(client, src) && sameEnd(server, dst)) || (sameEnd(client, dst) && sameEnd(server, src));
}

/** The same text for both directions. */
function flowOf({ src, dst, encapsulation }: OpenvpnUnit): string {
  const a = `${src.address} ${src.port ?? 0}`;
  const b = `${dst.address} ${dst.port ?? 0}`;
  return `${encapsulation} ${a < b ? `${a} ${b}` : `${b} ${a}`}`;
}
