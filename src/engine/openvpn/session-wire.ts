import { nameOf } from '../../bytes/registry.js';
import type { StaticKey } from '../../keymat/openvpn-static-key.js';
import { openvpnOpcodes, P_ACK_V1 } from '../../wire/openvpn/opcodes.js';
import type { Path } from '../step.js';
import type { ControlPacket } from './control-packet.js';
import { describe } from './control-words.js';
import type { Effects } from './effects.js';
import type { Negotiation } from './negotiation.js';
import type { Numbered } from './reliability.js';
import { ReplayIds } from './replay-ids.js';
import { dynamicWrapping, type Wrapping } from './wrapping.js';

/** Bytes of the largest control packet (`max-packet-size`, as far as IP and UDP headers leave). */
const LARGEST_PACKET = 1200;
/** Opcode, session id; at most four acknowledgments with a session id; packet id. */
const PACKET_FRAME = 1 + 8 + 1 + 4 * 4 + 8 + 4;
/** Bytes of TLS in a packet, however much a wrapped key takes. */
const LEAST_PIECE = 64;

interface Wrapped {
  readonly wrapping: Wrapping;
  readonly replay: ReplayIds;
}

export interface WireStart extends Wrapped {
  readonly number: number;
  readonly path: Path;
  readonly localId: bigint;
}

/** How the packets of a session go out and come in: where to, wrapped with what, numbered how. */
export class SessionWire {
  readonly number: number;
  readonly localId: bigint;
  remoteId: bigint | undefined;
  path: Path;
  /** Of control packets, on the clock of `now`. */
  sentAt: number;
  heardAt: number;
  /** The last reason why a packet of the peer was dropped: anybody could have sent it, so it only helps to explain a timeout. */
  hearsay: string | undefined;
  readonly #first: Wrapped;
  /** Of renegotiations, where both ends know dynamic `tls-crypt`. */
  #dynamic: Wrapped | undefined;

  constructor({ number, path, localId, wrapping, replay }: WireStart, now: number) {
    this.number = number;
    this.localId = localId;
    this.path = path;
    this.sentAt = now;
    this.heardAt = now;
    this.#first = { wrapping, replay };
  }

  /** The wrapping that the session began with. */
  get wrapping(): Wrapping {
    return this.#first.wrapping;
  }

  /** Renegotiations are wrapped with a key of their own from now on. */
  useDynamic(key: StaticKey, role: 'client' | 'server'): void {
    this.#dynamic = { wrapping: dynamicWrapping(key, role), replay: new ReplayIds() };
  }

  #wrappingOf(keyId: number): Wrapped {
    return keyId === 0 || this.#dynamic === undefined ? this.#first : this.#dynamic;
  }

  /** Bytes of TLS that fit into one packet. @param withKey beside the client's wrapped key */
  room(keyId: number, withKey: boolean): number {
    const { overhead, wrappedKeyLength } = this.#wrappingOf(keyId).wrapping;
    return Math.max(LARGEST_PACKET - PACKET_FRAME - overhead - (withKey ? wrappedKeyLength : 0), LEAST_PIECE);
  }

  /** A packet whose wrapping fits and that did not come before; undefined: dropped, and said so. */
  open(bytes: Uint8Array, path: Path, fx: Effects): ControlPacket | undefined {
    const { wrapping, replay } = this.#wrappingOf((bytes[0] ?? 0) & 7);
    const opened = wrapping.open(bytes);
    if (!opened.ok) {
      this.hearsay = opened.reason;
      fx.happen(this.number, { kind: 'ignored', code: opened.code, reason: opened.reason, path });
      return undefined;
    }
    if (opened.replay !== undefined && !replay.accept(opened.replay)) {
      const reason = `packet id ${opened.replay.packetId} of the wrapping came before`;
      fx.happen(this.number, { kind: 'ignored', code: 'replay', reason, path });
      return undefined;
    }
    return opened.packet;
  }

  /** Sends what is due, and sets the timer for what will be. */
  flush(negotiations: readonly Negotiation[], fx: Effects): void {
    for (const negotiation of negotiations) {
      const { sender, receiver, keyId } = negotiation;
      for (const { times, ...message } of sender.take(fx.now)) {
        const { opcode, packetId } = message;
        if (times > 1) fx.happen(this.number, { kind: 'retransmitted', opcode: nameOf(openvpnOpcodes, opcode), keyId, packetId, times });
        this.#send(negotiation, message, fx);
      }
      // TLS answers within the turn: acknowledgments travel with what it says.
      while (!negotiation.asking && receiver.owesAcks) this.#send(negotiation, undefined, fx);
    }
    const due = Math.min(...negotiations.map(({ sender }) => sender.due ?? Number.POSITIVE_INFINITY));
    fx.timer(this.number, 'retransmit', Number.isFinite(due) ? Math.max(due - fx.now, 0) : undefined);
  }

  #send(negotiation: Negotiation, message: Numbered | undefined, fx: Effects): void {
    const { wrapping, replay } = this.#wrappingOf(negotiation.keyId);
    const acks = this.remoteId === undefined ? [] : negotiation.receiver.acks();
    const packet: ControlPacket = {
      opcode: message?.opcode ?? P_ACK_V1,
      keyId: negotiation.keyId,
      sessionId: this.localId,
      acks,
      remoteSessionId: acks.length === 0 ? undefined : this.remoteId,
      packetId: message?.packetId,
      payload: message?.payload ?? new Uint8Array(0),
    };
    const bytes = wrapping.seal(packet, replay.next(fx.env.date()));
    this.sentAt = fx.now;
    fx.send(this.path, bytes);
    fx.happen(this.number, { kind: 'sent', ...describe(packet), length: bytes.length, path: this.path });
  }
}
