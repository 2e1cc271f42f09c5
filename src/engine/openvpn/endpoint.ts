import { DecodeError, UsageError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import {
  openvpnOpcodes,
  P_ACK_V1,
  P_CONTROL_HARD_RESET_CLIENT_V1,
  P_CONTROL_HARD_RESET_CLIENT_V2,
  P_CONTROL_HARD_RESET_CLIENT_V3,
  P_CONTROL_HARD_RESET_SERVER_V2,
  P_CONTROL_V1,
  P_CONTROL_WKC_V1,
} from '../../wire/openvpn/opcodes.js';
import { questionSessionId } from '../../wire/openvpn/question-mark.js';
import { ArmedTimers } from '../shared/armed-timers.js';
import type { Environment, Input, Message, Path, Step } from '../step.js';
import { ClientSide } from './client-side.js';
import { describe } from './control-words.js';
import { EARLY_NEGOTIATION, knowsEarlyNegotiation, WRAPPED_KEY_AGAIN } from './early-negotiation.js';
import { Effects } from './effects.js';
import type { OpenvpnCommand, OpenvpnHappening } from './happenings.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { ReplayIds } from './replay-ids.js';
import { ResetCookies } from './reset-cookies.js';
import { ServerPool } from './server-pool.js';
import { ServerSide } from './server-side.js';
import { Session } from './session.js';
import type { TlsSettings } from './settings.js';
import type { TrafficOf } from './traffic.js';
import { type Opened, prepareWrapping, type Wrapping } from './wrapping.js';

/** How an endpoint is set up. */
export interface EndpointOptions {
  readonly settings: TlsSettings;
  readonly limits?: Partial<Limits>;
  /** What the data channel knows; absent: nothing, then only the control channel keeps a session alive. */
  readonly traffic?: TrafficOf;
}

/** Happenings of no session. */
const NOBODY = 0;

/** One end: a client with its session, or a server with all of them. Changes in place. */
export class Endpoint {
  readonly #settings: TlsSettings;
  readonly #limits: Limits;
  readonly #env: Environment;
  readonly #traffic: TrafficOf;
  readonly #wrapping: Wrapping;
  readonly #cookies: ResetCookies;
  readonly #pool: ServerPool;
  readonly #timers = new ArmedTimers();
  readonly #sessions = new Map<number, Session>();
  /** By the peer's address: a client that begins anew has two for a while. */
  readonly #byAddress = new Map<string, Set<Session>>();
  #numbers = 0;

  /** @throws UsageError for settings that cannot be */
  constructor({ settings, limits, traffic }: EndpointOptions, env: Environment) {
    this.#settings = settings;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#env = env;
    this.#traffic = traffic ?? (() => undefined);
    this.#wrapping = prepareWrapping(settings.wrapping, settings.role);
    this.#cookies = new ResetCookies(env.random);
    this.#pool = new ServerPool(settings);
  }

  /** Figures that say whether anything is left behind. */
  get size(): { readonly sessions: number; readonly addresses: number; readonly timers: number; readonly leases: number } {
    return { sessions: this.#sessions.size, addresses: this.#byAddress.size, timers: this.#timers.size, leases: this.#pool.size };
  }

  /** One step. Never throws for what a peer sends. @throws UsageError for commands that cannot be */
  step(input: Input<OpenvpnCommand>, now: number): Step<Endpoint, OpenvpnHappening> {
    const fx = new Effects(now, this.#env, this.#timers);
    switch (input.kind) {
      case 'message':
        this.#onMessage(input.message, fx);
        break;
      case 'timer': {
        const fired = this.#timers.fire(input.id);
        const session = fired && this.#sessions.get(fired.number);
        if (fired !== undefined && session !== undefined) this.#with(session, () => session.onTimer(fired.name, fx));
        break;
      }
      case 'tls': {
        const session = this.#sessions.get(Number(input.output.conversation.split('/')[1]));
        if (session !== undefined) this.#with(session, () => session.heardTls(input.output, fx), fx);
        break;
      }
      case 'command':
        this.#onCommand(input.command, fx);
        break;
    }
    return fx.result(this);
  }

  /** Does something with a session, and forgets it when that was its end. A client that is up has no other sessions from its address. */
  #with(session: Session, action: () => void, fx?: Effects): void {
    const before = session.phase;
    action();
    if (session.phase === 'ended') this.#forget(session);
    else if (fx !== undefined && before === 'handshake' && session.phase === 'up') this.#replace(session, fx);
  }

  #replace(session: Session, fx: Effects): void {
    for (const other of [...(this.#byAddress.get(addressOf(session.wire.path)) ?? [])]) {
      if (other !== session) this.#with(other, () => other.end('peer', undefined, fx));
    }
  }

  #forget(session: Session): void {
    this.#sessions.delete(session.number);
    this.#pool.release(session.number);
    this.#leaveAddress(session);
  }

  #leaveAddress(session: Session): void {
    const address = addressOf(session.wire.path);
    const there = this.#byAddress.get(address);
    there?.delete(session);
    if (there?.size === 0) this.#byAddress.delete(address);
  }

  #keep(session: Session): void {
    this.#sessions.set(session.number, session);
    const address = addressOf(session.wire.path);
    const there = this.#byAddress.get(address);
    if (there === undefined) this.#byAddress.set(address, new Set([session]));
    else there.add(session);
  }

  #onCommand(command: OpenvpnCommand, fx: Effects): void {
    if (command.kind === 'connect') {
      this.#connect(command.path, command.question === true, fx);
      return;
    }
    const session = this.#sessions.get(command.session);
    // It may have ended a moment ago.
    if (session === undefined) return;
    this.#with(session, () => {
      switch (command.kind) {
        case 'renegotiate':
          session.renegotiate(fx);
          break;
        case 'restart-peer':
          if (session.talk.sayLine('RESTART', fx)) session.farewell.leave('us', undefined, fx);
          break;
        case 'inner':
          session.hearInner(command.bytes, fx);
          break;
        case 'mtu-test':
          session.testMtu(fx);
          break;
        case 'moved':
          this.#leaveAddress(session);
          session.wire.path = command.path;
          this.#keep(session);
          fx.happen(session.number, { kind: 'moved', path: command.path });
          break;
        case 'close':
          session.farewell.say(fx);
          break;
      }
    });
  }

  #connect(path: Path, question: boolean, fx: Effects): void {
    if (this.#settings.role !== 'client') throw new UsageError('a server of OpenVPN waits for its clients');
    const v2 = this.#settings.wrapping.kind === 'tls-crypt-v2-client';
    const id = this.#newSessionId();
    const session = this.#begin(path, question ? questionSessionId(id) : id, this.#wrapping, new ReplayIds(v2 ? EARLY_NEGOTIATION : 0), fx);
    // The reset goes out as soon as TLS is ready: a key or a certificate that cannot be used never bothers the server.
    session.begin(0, v2 ? P_CONTROL_HARD_RESET_CLIENT_V3 : P_CONTROL_HARD_RESET_CLIENT_V2, fx);
  }

  #newSessionId(): bigint {
    for (;;) {
      const id = new ByteReader(this.#env.random(8)).u64('session id');
      // 0 means none.
      if (id !== 0n) return id;
    }
  }

  #begin(path: Path, localId: bigint, wrapping: Wrapping, replay: ReplayIds, fx: Effects): Session {
    this.#numbers++;
    const number = this.#numbers;
    const side = this.#settings.role === 'client' ? new ClientSide() : new ServerSide(this.#pool);
    const traffic = () => this.#traffic(number);
    const session = new Session(
      { number, settings: this.#settings, limits: this.#limits, side, path, localId, wrapping, replay, traffic },
      fx.now,
    );
    this.#keep(session);
    return session;
  }

  #onMessage({ path, bytes }: Message, fx: Effects): void {
    const head = headOf(bytes);
    if (head === undefined) {
      fx.happen(NOBODY, { kind: 'ignored', code: 'malformed', reason: `${bytes.length} bytes are no packet of OpenVPN`, path });
      return;
    }
    const there = [...(this.#byAddress.get(addressOf(path)) ?? [])];
    const session = there.find(({ wire: { remoteId } }) => remoteId === undefined || remoteId === head.sessionId);
    if (session !== undefined) this.#with(session, () => session.receive(bytes, path, fx), fx);
    else if (this.#settings.role === 'server') this.#onStranger(head.opcode, path, bytes, fx);
    else {
      const number = there[0]?.number ?? NOBODY;
      fx.happen(number, { kind: 'ignored', code: 'unexpected', reason: `${nameOf(openvpnOpcodes, head.opcode)} of another session`, path });
    }
  }

  /** Server: somebody who has no session here. */
  #onStranger(opcode: number, path: Path, bytes: Uint8Array, fx: Effects): void {
    const ignore = (code: 'unexpected' | 'limit', reason: string) =>
      fx.happen(NOBODY, { kind: 'ignored', code, reason: `${nameOf(openvpnOpcodes, opcode)}: ${reason}`, path });
    if (opcode === P_CONTROL_HARD_RESET_CLIENT_V1) {
      ignore('unexpected', 'a client with key method 1, which is gone since OpenVPN 2.5');
      return;
    }
    const isReset = opcode === P_CONTROL_HARD_RESET_CLIENT_V2 || opcode === P_CONTROL_HARD_RESET_CLIENT_V3;
    if (!isReset && opcode !== P_CONTROL_V1 && opcode !== P_ACK_V1 && opcode !== P_CONTROL_WKC_V1) {
      ignore('unexpected', 'belongs to no session of ours');
      return;
    }
    const opened = this.#wrapping.open(bytes);
    if (!opened.ok) {
      fx.happen(NOBODY, { kind: 'ignored', code: opened.code, reason: opened.reason, path });
      return;
    }
    // A client that cannot bring its key again: there is no other way than to keep it.
    const once = opened.client !== undefined && !knowsEarlyNegotiation(opened.replay);
    const full = this.#full;
    if (isReset && !once) this.#answerReset(opened, path, bytes.length, fx);
    else if (!isReset && !this.#isAnswer(opened, path, fx.now)) ignore('unexpected', 'belongs to no session of ours');
    else if (full !== undefined) ignore('limit', full);
    else if (isReset) this.#acceptReset(opened, path, bytes.length, fx);
    else this.#accept(opened, path, bytes.length, fx);
  }

  /** Why nobody new is kept. */
  get #full(): string | undefined {
    const { halfOpen, sessions } = this.#limits;
    let handshakes = 0;
    for (const { phase } of this.#sessions.values()) if (phase === 'handshake') handshakes++;
    if (handshakes >= halfOpen) return `${halfOpen} handshakes are under way`;
    return this.#sessions.size >= sessions ? `${sessions} sessions are there` : undefined;
  }

  #acceptReset({ packet, client }: Extract<Opened, { ok: true }>, path: Path, length: number, fx: Effects): void {
    fx.happen(NOBODY, { kind: 'received', ...describe(packet), length, path });
    const session = this.#begin(path, this.#newSessionId(), client?.wrapping ?? this.#wrapping, new ReplayIds(), fx);
    session.wire.remoteId = packet.sessionId;
    if (client !== undefined) fx.happen(session.number, { kind: 'client-key', metadata: client.metadata });
    session.met(fx);
    session.begin(0, P_CONTROL_HARD_RESET_SERVER_V2, fx);
    session.take(packet, length, path, fx);
  }

  /** Answers a reset without keeping anything: the client shows by its next packet that it is where it says. */
  #answerReset({ packet, client }: Extract<Opened, { ok: true }>, path: Path, length: number, fx: Effects): void {
    fx.happen(NOBODY, { kind: 'received', ...describe(packet), length, path });
    const answer = {
      opcode: P_CONTROL_HARD_RESET_SERVER_V2,
      keyId: 0,
      sessionId: this.#cookies.make(packet.sessionId, path.remote, fx.now),
      acks: packet.packetId === undefined ? [] : [packet.packetId],
      remoteSessionId: packet.sessionId,
      packetId: 0,
      payload: client === undefined ? new Uint8Array(0) : WRAPPED_KEY_AGAIN,
    };
    const sealed = (client?.wrapping ?? this.#wrapping).seal(answer, new ReplayIds().next(this.#env.date()));
    fx.send(path, sealed);
    fx.happen(NOBODY, { kind: 'sent', ...describe(answer), length: sealed.length, path });
  }

  /** Whether it acknowledges a reset that we have sent. */
  #isAnswer({ packet }: Extract<Opened, { ok: true }>, path: Path, now: number): boolean {
    const { remoteSessionId, sessionId, keyId } = packet;
    return keyId === 0 && remoteSessionId !== undefined && this.#cookies.check(remoteSessionId, sessionId, path.remote, now);
  }

  #accept({ packet, replay, client }: Extract<Opened, { ok: true }>, path: Path, length: number, fx: Effects): void {
    // One number of our wrapping went with the reset.
    const ids = new ReplayIds(1);
    if (replay !== undefined) ids.accept(replay);
    const session = this.#begin(path, packet.remoteSessionId ?? 0n, client?.wrapping ?? this.#wrapping, ids, fx);
    session.wire.remoteId = packet.sessionId;
    if (client !== undefined) fx.happen(session.number, { kind: 'client-key', metadata: client.metadata });
    session.met(fx);
    session.begin(0, undefined, fx);
    this.#with(session, () => session.take(packet, length, path, fx), fx);
  }
}

function headOf(bytes: Uint8Array): { readonly opcode: number; readonly sessionId: bigint } | undefined {
  const reader = new ByteReader(bytes);
  try {
    return { opcode: reader.u8('opcode') >> 3, sessionId: reader.u64('session id') };
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function addressOf({ remote }: Path): string {
  return `${remote.address} ${remote.port}`;
}
