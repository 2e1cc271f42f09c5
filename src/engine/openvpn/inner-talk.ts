import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import {
  encodeOcc,
  innerMessage,
  OCC_EXIT,
  OCC_MTU_LOAD,
  OCC_MTU_LOAD_REQUEST,
  OCC_MTU_REPLY,
  OCC_MTU_REQUEST,
  OCC_REPLY,
  OCC_REQUEST,
  PING,
  readInnerMessage,
} from '../../wire/openvpn/inner-messages.js';
import type { Effects } from './effects.js';
import type { Traffic } from './traffic.js';

/** Milliseconds between two sizes of an MTU test, and between questions for its result. */
const MTU_STEP = 500;
/** Sizes of an MTU test under the MTU of the tunnel, bytes, each both ways (`occ.c`, `mtu_load_test_sequence`). */
const MTU_BELOW = [1000, 750, 500, 400, 300, 200, 150, 100, 50, 0, -50, -100];
const MTU_QUESTIONS = 4;
/** What sealing adds at most: a packet asked for by its size on the wire is made so much smaller. */
const SEALING = 64;
const LARGEST_LOAD = 9000;

/** Who talks, with what. */
export interface Talker {
  readonly number: number;
  /** Our options string. */
  readonly options: string;
  readonly tunMtu: number;
  readonly traffic: Traffic | undefined;
}

/** What OpenVPN says to OpenVPN through the data channel (`ping.c`, `occ.c`); the same with a static key. */
export class InnerTalk {
  /** Which step of an MTU test is next; undefined: none runs. */
  #mtuStep: number | undefined;

  /** Takes a message of the peer and answers it. `exit`: the peer leaves. Options: those of a peer that was asked. */
  hear(bytes: Uint8Array, talker: Talker, fx: Effects): { readonly exit: boolean; readonly options?: string } {
    const message = readInnerMessage(bytes);
    if (message === undefined) return { exit: false };
    fx.happen(talker.number, { kind: 'inner-received', what: innerMessage(bytes) ?? 'unknown' });
    if (message.kind === 'ping') return { exit: false };
    const { code, body } = message;
    try {
      return this.#hearOcc(code, new ByteReader(body), talker, fx);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return { exit: false };
    }
  }

  #hearOcc(code: number, body: ByteReader, talker: Talker, fx: Effects): { readonly exit: boolean; readonly options?: string } {
    switch (code) {
      case OCC_REQUEST:
        say(talker, encodeOcc(OCC_REPLY, Buffer.from(`${talker.options}\0`, 'utf8')), fx);
        break;
      case OCC_REPLY:
        return { exit: false, options: Buffer.from(body.rest()).toString('utf8').replace(/\0.*$/s, '') };
      case OCC_MTU_REQUEST:
        say(talker, encodeOcc(OCC_MTU_REPLY, u16(talker.traffic?.largestReceived ?? 0, talker.traffic?.largestSent ?? 0)), fx);
        break;
      case OCC_MTU_LOAD_REQUEST:
        say(talker, loadOf(body.u16('load size')), fx);
        break;
      case OCC_MTU_REPLY: {
        const theirs = { received: body.u16('largest received'), sent: body.u16('largest sent') };
        if (this.#mtuStep === undefined) break;
        this.#mtuStep = undefined;
        fx.timer(talker.number, 'mtu');
        fx.happen(talker.number, {
          kind: 'mtu',
          ours: { sent: talker.traffic?.largestSent ?? 0, received: talker.traffic?.largestReceived ?? 0 },
          theirs,
        });
        break;
      }
      case OCC_EXIT:
        return { exit: true };
      default:
        break;
    }
    return { exit: false };
  }

  /** Begins an MTU test, unless one runs. */
  testMtu(talker: Talker, fx: Effects): void {
    if (this.#mtuStep !== undefined) return;
    this.#mtuStep = 0;
    this.nextMtuStep(talker, fx);
  }

  /** The timer `mtu` went off. */
  nextMtuStep(talker: Talker, fx: Effects): void {
    const step = this.#mtuStep;
    if (step === undefined) return;
    const below = MTU_BELOW[step];
    if (below !== undefined) {
      const size = Math.max(talker.tunMtu - below, SEALING);
      say(talker, encodeOcc(OCC_MTU_LOAD_REQUEST, u16(size)), fx);
      say(talker, loadOf(size), fx);
    } else if (step < MTU_BELOW.length + MTU_QUESTIONS) say(talker, encodeOcc(OCC_MTU_REQUEST, new Uint8Array(0)), fx);
    else {
      // The peer does not know the question, or nothing comes through.
      this.#mtuStep = undefined;
      return;
    }
    this.#mtuStep = step + 1;
    fx.timer(talker.number, 'mtu', MTU_STEP);
  }
}

/** Asks the data channel to send a ping. */
export function sayPing(talker: Pick<Talker, 'number'>, fx: Effects): void {
  fx.happen(talker.number, { kind: 'send-inner', bytes: PING, what: 'ping' });
}

/** Says goodbye through the data channel. */
export function sayExit(talker: Pick<Talker, 'number'>, fx: Effects): void {
  say(talker, encodeOcc(OCC_EXIT, new Uint8Array(0)), fx);
}

function say({ number }: Pick<Talker, 'number'>, bytes: Uint8Array, fx: Effects): void {
  fx.happen(number, { kind: 'send-inner', bytes, what: innerMessage(bytes) ?? 'unknown' });
}

function loadOf(size: number): Uint8Array {
  return encodeOcc(OCC_MTU_LOAD, new Uint8Array(Math.max(Math.min(size, LARGEST_LOAD) - SEALING, 0)));
}

function u16(...values: readonly number[]): Uint8Array {
  const writer = new ByteWriter(2 * values.length);
  for (const value of values) writer.u16(Math.min(value, 0xffff));
  return writer.finish();
}
