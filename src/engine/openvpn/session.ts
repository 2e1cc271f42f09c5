import { nameOf } from '../../bytes/registry.js';
import {
  openvpnOpcodes,
  P_CONTROL_HARD_RESET_SERVER_V2,
  P_CONTROL_SOFT_RESET_V1,
  P_CONTROL_V1,
  P_CONTROL_WKC_V1,
} from '../../wire/openvpn/opcodes.js';
import type { Refusal } from '../refusal.js';
import type { Path, TlsOutput } from '../step.js';
import { type Agreement, dynamicKeyOf, makeDataKeys } from './agreement.js';
import type { ControlPacket } from './control-packet.js';
import { describe, hideSecrets, idText, tlsRefusal } from './control-words.js';
import type { Effects } from './effects.js';
import { Farewell } from './farewell.js';
import { InnerTalk, sayPing, type Talker } from './inner-talk.js';
import { keepaliveDue } from './keepalive.js';
import { KeyRing } from './key-ring.js';
import type { Limits } from './limits.js';
import type { Negotiation } from './negotiation.js';
import { optionsString } from './options-string.js';
import { refusal } from './refusals.js';
import type { Numbered } from './reliability.js';
import { SessionWire, type WireStart } from './session-wire.js';
import type { TlsSettings } from './settings.js';
import { SILENCE, stageOf, timeoutRefusal } from './timeout.js';
import { TlsTalk } from './tls-talk.js';
import type { Traffic } from './traffic.js';

const SECOND = 1000;

/** What one role does where the other does something else. */
export interface Side {
  /** Our end of TLS is through. @param why the peer's certificate is not good */
  tlsUp(session: Session, negotiation: Negotiation, why: Refusal | undefined, fx: Effects): void;
  /** Key method 2 of the peer is there. */
  keyMethod(session: Session, negotiation: Negotiation, fx: Effects): void;
  /** A line of the peer. */
  line(session: Session, negotiation: Negotiation, line: string, fx: Effects): void;
  /** A timer that only this role has. */
  timer(session: Session, name: string, fx: Effects): void;
}

/** What a session is made of. */
export interface SessionStart extends WireStart {
  readonly settings: TlsSettings;
  readonly limits: Limits;
  readonly side: Side;
  readonly traffic: () => Traffic | undefined;
}

/** A session with one peer: its keys one after the other, from the first reset to the end. Changes in place. */
export class Session {
  readonly number: number;
  readonly settings: TlsSettings;
  readonly wire: SessionWire;
  agreed: Agreement | undefined;
  readonly keys: KeyRing;
  readonly talk: TlsTalk;
  readonly farewell = new Farewell(this);
  phase: 'handshake' | 'up' | 'closing' | 'ended' = 'handshake';
  readonly #start: SessionStart;
  readonly #isClient: boolean;
  readonly #inner = new InnerTalk();

  constructor(start: SessionStart, now: number) {
    this.#start = start;
    this.number = start.number;
    this.settings = start.settings;
    this.wire = new SessionWire(start, now);
    this.keys = new KeyRing(start.number, start.settings);
    this.talk = new TlsTalk(start.settings, this.wire, this.keys);
    this.#isClient = start.settings.role === 'client';
  }

  get traffic(): Traffic | undefined {
    return this.#start.traffic();
  }

  /** Begins to make a key. A client's TLS begins at once: its ClientHello is there when the server has answered our reset. */
  begin(keyId: number, opcode: number | undefined, fx: Effects): Negotiation {
    const negotiation = this.keys.begin(keyId, opcode, fx);
    if (this.#isClient) this.talk.ask(negotiation, undefined, fx);
    return negotiation;
  }

  /** New keys, begun by us. False when it cannot be now. */
  renegotiate(fx: Effects): boolean {
    const keyId = this.keys.followingId;
    if (this.phase !== 'up' || keyId === undefined) return false;
    this.begin(keyId, P_CONTROL_SOFT_RESET_V1, fx);
    this.flush(fx);
    return true;
  }

  /** A packet from the peer's address, still wrapped. */
  receive(bytes: Uint8Array, path: Path, fx: Effects): void {
    const packet = this.wire.open(bytes, path, fx);
    if (packet !== undefined) this.take(packet, bytes.length, path, fx);
  }

  /** A packet whose wrapping fits. */
  take(packet: ControlPacket, length: number, path: Path, fx: Effects): void {
    const why = this.#misplaced(packet);
    const negotiation = why === undefined ? this.#negotiationOf(packet, fx) : undefined;
    if (negotiation === undefined) {
      const reason = why ?? `key id ${packet.keyId} is not in use`;
      fx.happen(this.number, { kind: 'ignored', code: 'unexpected', reason: `${nameOf(openvpnOpcodes, packet.opcode)}: ${reason}`, path });
      return;
    }
    this.wire.heardAt = fx.now;
    fx.happen(this.number, { kind: 'received', ...describe(packet), length, path });
    if (this.wire.remoteId === undefined) {
      this.wire.remoteId = packet.sessionId;
      this.met(fx);
    }
    negotiation.sender.acknowledge(packet.acks, fx.now);
    const { packetId } = packet;
    // A message that has no place yet is not acknowledged: it comes again.
    if (packetId !== undefined) negotiation.receiver.take({ packetId, opcode: packet.opcode, payload: Uint8Array.from(packet.payload) });
    for (let message = negotiation.receiver.deliver(); message !== undefined; message = negotiation.receiver.deliver()) {
      this.#delivered(negotiation, message, fx);
    }
    this.settle(fx);
  }

  /** Both ends know each other's session id. */
  met(fx: Effects): void {
    const { localId, remoteId = 0n, path, wrapping } = this.wire;
    fx.happen(this.number, { kind: 'reset-answered', local: idText(localId), remote: idText(remoteId), wrapping: wrapping.name, path });
  }

  #misplaced({ opcode, sessionId, remoteSessionId }: ControlPacket): string | undefined {
    const { localId, remoteId } = this.wire;
    if (remoteSessionId !== undefined && remoteSessionId !== localId) return 'acknowledges another session than ours';
    if (remoteId !== undefined) return sessionId === remoteId ? undefined : `session id ${idText(sessionId)} is not the peer's`;
    if (opcode !== P_CONTROL_HARD_RESET_SERVER_V2) return 'comes before any answer to our reset';
    return remoteSessionId === undefined ? 'does not acknowledge our reset' : undefined;
  }

  #negotiationOf({ keyId, opcode }: ControlPacket, fx: Effects): Negotiation | undefined {
    const found = this.keys.byKeyId(keyId);
    const begins = opcode === P_CONTROL_SOFT_RESET_V1 && this.phase === 'up' && keyId === this.keys.followingId;
    return found === undefined && begins ? this.begin(keyId, P_CONTROL_SOFT_RESET_V1, fx) : found;
  }

  #delivered(negotiation: Negotiation, { opcode, payload }: Numbered, fx: Effects): void {
    if (opcode === P_CONTROL_V1 || opcode === P_CONTROL_WKC_V1) {
      if (!negotiation.spoken && !this.#isClient && this.phase === 'handshake') fx.timer(this.number, 'silence', SILENCE);
      negotiation.spoken = true;
      this.talk.ask(negotiation, payload, fx);
      return;
    }
    this.#unlessFull(this.talk.meet(negotiation, payload), negotiation, fx);
  }

  /** What the TLS stack answered. */
  heardTls(output: TlsOutput, fx: Effects): void {
    const negotiation = this.keys.byConversation(output.conversation);
    if (negotiation === undefined) return;
    negotiation.asking = output.more === true;
    if (output.keyLog !== undefined) fx.happen(this.number, { kind: 'tls-secrets', lines: output.keyLog });
    this.#unlessFull(this.talk.carry(negotiation, output.records), negotiation, fx);
    if (this.#isOver()) return;
    if (output.state === 'done' && negotiation.tls === 'handshaking')
      this.#start.side.tlsUp(this, negotiation, this.talk.finish(negotiation, output, fx), fx);
    if (this.#isOver()) return;
    if (output.plain !== undefined && negotiation.tls === 'up') this.#heardPlain(negotiation, output.plain, fx);
    if (this.#isOver()) return;
    if (output.state === 'failed') {
      // What the stack still wants to say, an alert, goes out first.
      this.flush(fx);
      this.fail(negotiation, tlsRefusal(output), fx);
      return;
    }
    if (output.closed === true && negotiation === this.keys.next) {
      this.fail(negotiation, refusal('tls-closed', 'peer', 'TLS', 'the peer closed TLS before the session was up'), fx);
      return;
    }
    this.settle(fx);
  }

  #isOver(): boolean {
    return this.phase === 'ended';
  }

  /** Nothing more can be carried: it comes to nothing. */
  #unlessFull(full: Refusal | undefined, negotiation: Negotiation, fx: Effects): void {
    if (full !== undefined) this.fail(negotiation, full, fx);
  }

  #heardPlain(negotiation: Negotiation, plain: Uint8Array, fx: Effects): void {
    const { keyMethod, lines, broken } = negotiation.hear(plain, !this.#isClient, this.#start.limits.controlBytes);
    if (keyMethod !== undefined) this.#start.side.keyMethod(this, negotiation, fx);
    for (const line of lines) {
      if (this.#isOver()) return;
      fx.happen(this.number, { kind: 'control-message', direction: 'received', text: hideSecrets(line) });
      this.#start.side.line(this, negotiation, line, fx);
    }
    if (broken !== undefined && !this.#isOver()) {
      this.fail(negotiation, refusal('malformed', 'us', 'key method 2', `what the peer says inside TLS cannot be read: ${broken}`), fx);
    }
  }

  /** A negotiation has all that makes its keys. */
  complete(negotiation: Negotiation, agreement: Agreement, fx: Effects): void {
    const isFirst = this.agreed === undefined;
    this.agreed = agreement;
    this.keys.adopt(negotiation, makeDataKeys(this.settings, this.wire, negotiation, agreement), fx);
    if (isFirst) this.#firstUp(negotiation, agreement, fx);
  }

  #firstUp(negotiation: Negotiation, agreement: Agreement, fx: Effects): void {
    this.phase = 'up';
    const key = dynamicKeyOf(negotiation, agreement, this.wire.wrapping.cryptKey);
    if (key !== undefined) this.wire.useDynamic(key, this.settings.role);
    fx.happen(this.number, { kind: 'up', parameters: agreement.parameters, path: this.wire.path });
    this.checkAlive(fx);
    if (this.settings.mtuTest) this.testMtu(fx);
  }

  /** After anything that came: acknowledged keys are in use, and what is to be said is said. */
  settle(fx: Effects): void {
    this.keys.settle(fx);
    this.flush(fx);
    this.farewell.settle(fx);
  }

  /** Sends what is due. */
  flush(fx: Effects): void {
    this.wire.flush(this.keys.all, fx);
  }

  /** A timer of this session went off. */
  onTimer(name: string, fx: Effects): void {
    switch (name) {
      case 'retransmit':
        this.flush(fx);
        break;
      case 'handshake':
        if (this.keys.next !== undefined) this.fail(this.keys.next, this.#timeout(this.keys.next), fx);
        break;
      case 'transition':
        this.keys.dropOld(fx);
        break;
      case 'renegotiate':
        if (!this.renegotiate(fx)) fx.timer(this.number, 'renegotiate', this.settings.handshakeWindow * SECOND);
        break;
      case 'keepalive':
        this.checkAlive(fx);
        break;
      case 'mtu':
        this.#inner.nextMtuStep(this.#talker, fx);
        break;
      case 'exit':
        this.farewell.onTimer(fx);
        break;
      default:
        this.#start.side.timer(this, name, fx);
    }
  }

  #timeout(negotiation: Negotiation): Refusal {
    return timeoutRefusal(stageOf(negotiation), this.settings, this.wire.hearsay);
  }

  /** Sends a ping when it is time, and gives up when nothing came for too long. */
  checkAlive(fx: Effects): void {
    const { traffic, agreed } = this;
    if (this.phase !== 'up' || agreed === undefined) return;
    const { keepalive } = agreed.parameters;
    const sentAt = Math.max(this.wire.sentAt, traffic?.sentAt ?? 0);
    const receivedAt = Math.max(this.wire.heardAt, traffic?.receivedAt ?? 0);
    const { ping, lost, next } = keepaliveDue(keepalive, { sentAt, receivedAt }, fx.now);
    if (lost) {
      const text = `nothing came from the peer for ${keepalive.timeout} s`;
      this.end('nobody', refusal('ping-timeout', 'nobody', 'session', text), fx);
      return;
    }
    if (ping) sayPing(this, fx);
    fx.timer(this.number, 'keepalive', next);
  }

  get #talker(): Talker {
    const { number, settings, traffic, agreed } = this;
    return { number, options: optionsString(settings, false), tunMtu: agreed?.parameters.tunMtu ?? settings.tunMtu, traffic };
  }

  /** What the data channel opened and is not the users': ping, OCC. */
  hearInner(bytes: Uint8Array, fx: Effects): void {
    const { exit } = this.#inner.hear(bytes, this.#talker, fx);
    if (!exit) return;
    fx.happen(this.number, { kind: 'exit-notify', how: 'OCC_EXIT', text: '' });
    this.end('peer', undefined, fx);
  }

  testMtu(fx: Effects): void {
    if (this.phase === 'up') this.#inner.testMtu(this.#talker, fx);
  }

  /** A negotiation comes to nothing: the session with it, if it was the first. */
  fail(negotiation: Negotiation, why: Refusal, fx: Effects): void {
    if (negotiation !== this.keys.next) return;
    if (this.phase === 'closing') {
      this.farewell.end(fx);
      return;
    }
    if (this.keys.current === undefined) {
      this.end(why.by, why, fx);
      return;
    }
    this.keys.dropNext(fx);
    fx.happen(this.number, { kind: 'renegotiation-failed', refusal: why });
  }

  /** It is over: timers, TLS and keys go. */
  end(by: 'us' | 'peer' | 'nobody', why: Refusal | undefined, fx: Effects): void {
    if (this.phase === 'ended') return;
    this.keys.dropAll(fx);
    this.phase = 'ended';
    fx.stopTimers(this.number);
    fx.happen(this.number, { kind: 'ended', by, ...(why !== undefined && { refusal: why }) });
  }
}
