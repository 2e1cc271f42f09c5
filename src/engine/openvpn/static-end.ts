import { UsageError } from '../../bytes/errors.js';
import { noBytes } from '../../crypto/cipher.js';
import { halvesOf } from '../../keymat/openvpn-static-key.js';
import { encodeOcc, OCC_REQUEST } from '../../wire/openvpn/inner-messages.js';
import { ArmedTimers } from '../shared/armed-timers.js';
import type { Environment, Input, Path, Step } from '../step.js';
import { Effects } from './effects.js';
import type { OpenvpnCommand, OpenvpnHappening } from './happenings.js';
import { InnerTalk, sayExit, sayPing, type Talker } from './inner-talk.js';
import { keepaliveDue } from './keepalive.js';
import { compareOptions, optionsString } from './options-string.js';
import { refusal } from './refusals.js';
import type { StaticSettings } from './settings.js';
import type { TrafficOf } from './traffic.js';

export interface StaticEndOptions {
  readonly settings: StaticSettings;
  readonly traffic?: TrafficOf;
}

/** There is one session, as soon as it is said where the peer is. */
const SESSION = 1;
const SECOND = 1000;
/** How often the peer is asked for its options string, a second apart; OpenVPN itself asks as often, every ten seconds. */
const QUESTIONS = 12;

/**
 * What stands in for the control channel with a static key: the key at once, keepalive, and what OpenVPN says through the data channel.
 * Whether the peer has the same key only data shows.
 */
export class StaticEnd {
  readonly #settings: StaticSettings;
  readonly #traffic: TrafficOf;
  readonly #env: Environment;
  readonly #timers = new ArmedTimers();
  #inner = new InnerTalk();
  #path: Path | undefined;
  #begunAt = 0;
  #goodbyes = 0;
  /** Questions for the options string that are left. */
  #questions = 0;

  /** @throws UsageError for a cipher that does not go with a static key */
  constructor({ settings, traffic }: StaticEndOptions, env: Environment) {
    if (settings.cipher?.kind === 'aead') {
      const why = 'OpenVPN takes CBC ciphers there, such as AES-256-CBC, as their packet ids may begin anew';
      throw new UsageError(`${settings.cipher.name} does not go with a static key: ${why}`);
    }
    this.#settings = settings;
    this.#traffic = traffic ?? (() => undefined);
    this.#env = env;
  }

  /** One step. */
  step(input: Input<OpenvpnCommand>, now: number): Step<StaticEnd, OpenvpnHappening> {
    const fx = new Effects(now, this.#env, this.#timers);
    if (input.kind === 'command') this.#onCommand(input.command, fx);
    else if (input.kind === 'timer') this.#onTimer(this.#timers.fire(input.id)?.name, fx);
    return fx.result(this);
  }

  get #talker(): Talker {
    const { tunMtu } = this.#settings;
    return { number: SESSION, options: optionsString(this.#settings, false), tunMtu, traffic: this.#traffic(SESSION) };
  }

  #onCommand(command: OpenvpnCommand, fx: Effects): void {
    if (command.kind === 'connect') {
      if (this.#path === undefined) this.#begin(command.path, fx);
      return;
    }
    if (this.#path === undefined) return;
    switch (command.kind) {
      case 'inner':
        this.#hear(command.bytes, fx);
        break;
      case 'mtu-test':
        this.#inner.testMtu(this.#talker, fx);
        break;
      case 'moved':
        this.#path = command.path;
        fx.happen(SESSION, { kind: 'moved', path: command.path });
        break;
      case 'close':
        this.#goodbyes = this.#settings.explicitExitNotify;
        this.#sayGoodbye(fx);
        break;
      default:
        break;
    }
  }

  #begin(path: Path, fx: Effects): void {
    const { key, direction, cipher, auth, compression, fragment, keepalive, ifconfig, ifconfigIpv6, topology, tunMtu, device } =
      this.#settings;
    this.#path = path;
    this.#begunAt = fx.now;
    // An MTU test of the session before went with its timers.
    this.#inner = new InnerTalk();
    const parameters = {
      ...(ifconfig !== undefined && { ifconfig }),
      ...(ifconfigIpv6 !== undefined && { ifconfigIpv6 }),
      topology,
      keepalive,
      cipher,
      compression,
      tunMtu,
      device,
    };
    fx.happen(SESSION, { kind: 'up', parameters, path });
    fx.happen(SESSION, {
      kind: 'keys',
      keys: {
        keyId: 0,
        cipher,
        digest: auth,
        ...halvesOf(key, direction),
        compression,
        fragment: fragment !== undefined,
        derivation: 'static',
      },
    });
    fx.happen(SESSION, { kind: 'keys-active', keyId: 0 });
    this.#questions = QUESTIONS;
    this.#ask(fx);
    this.#checkAlive(fx);
    if (this.#settings.mtuTest) this.#inner.testMtu(this.#talker, fx);
  }

  #ask(fx: Effects): void {
    this.#questions--;
    fx.happen(SESSION, { kind: 'send-inner', bytes: encodeOcc(OCC_REQUEST, noBytes), what: 'OCC_REQUEST' });
    fx.timer(SESSION, 'options', this.#questions > 0 ? SECOND : undefined);
  }

  #hear(bytes: Uint8Array, fx: Effects): void {
    const { exit, options } = this.#inner.hear(bytes, this.#talker, fx);
    if (options !== undefined && this.#questions > 0) {
      this.#questions = 0;
      fx.timer(SESSION, 'options');
      const ours = optionsString(this.#settings, false);
      fx.happen(SESSION, { kind: 'options', keyId: 0, ours, theirs: options, differences: compareOptions(this.#settings, options) });
    }
    if (!exit) return;
    fx.happen(SESSION, { kind: 'exit-notify', how: 'OCC_EXIT', text: '' });
    this.#end('peer', fx);
  }

  #onTimer(name: string | undefined, fx: Effects): void {
    if (this.#path === undefined) return;
    if (name === 'keepalive') this.#checkAlive(fx);
    else if (name === 'options') this.#ask(fx);
    else if (name === 'mtu') this.#inner.nextMtuStep(this.#talker, fx);
    else if (name === 'exit') this.#sayGoodbye(fx);
  }

  #checkAlive(fx: Effects): void {
    const { keepalive } = this.#settings;
    const traffic = this.#traffic(SESSION);
    const last = { sentAt: Math.max(this.#begunAt, traffic?.sentAt ?? 0), receivedAt: Math.max(this.#begunAt, traffic?.receivedAt ?? 0) };
    const { ping, lost, next } = keepaliveDue(keepalive, last, fx.now);
    if (lost) {
      this.#end('nobody', fx, refusal('ping-timeout', 'nobody', 'session', `nothing came from the peer for ${keepalive.timeout} s`));
      return;
    }
    if (ping) sayPing({ number: SESSION }, fx);
    fx.timer(SESSION, 'keepalive', next);
  }

  #sayGoodbye(fx: Effects): void {
    if (this.#goodbyes > 0) {
      this.#goodbyes--;
      sayExit({ number: SESSION }, fx);
    }
    if (this.#goodbyes === 0) this.#end('us', fx);
    else fx.timer(SESSION, 'exit', SECOND);
  }

  #end(by: 'us' | 'peer' | 'nobody', fx: Effects, why?: ReturnType<typeof refusal>): void {
    this.#path = undefined;
    fx.stopTimers(SESSION);
    fx.happen(SESSION, { kind: 'keys-gone', keyId: 0 });
    fx.happen(SESSION, { kind: 'ended', by, ...(why !== undefined && { refusal: why }) });
  }
}
