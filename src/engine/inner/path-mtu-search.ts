import { comesBack, echoData, echoRequest, readEcho } from './echo.js';
import { Reassembler } from './fragments.js';
import { type IcmpAnswer, readIcmpAnswer } from './icmp-answer.js';
import { readInnerPacket } from './inner-packet.js';
import type { InnerMachine, InnerStep } from './machine.js';
import type { Route } from './messages.js';

export interface PathMtuSettings {
  /** `dontFragment` is set here. */
  readonly route: Route;
  readonly identifier: number;
  /** Bytes of IP packet: the smallest and the largest worth knowing. */
  readonly least: number;
  readonly most: number;
  /** Milliseconds that each request is waited for. */
  readonly timeout: number;
  /** Requests of a size before it counts as lost. */
  readonly tries: number;
}

export interface PathMtuResult {
  /** Bytes of the largest packet that was answered; absent when not even the smallest was. */
  readonly mtu?: number;
  /** `whole`: the largest passed. `told`: routers say that larger ones do not fit. `black-hole`: larger ones vanish. `silent`: none passed. */
  readonly outcome: 'whole' | 'told' | 'black-hole' | 'silent';
  /** The last "fragmentation needed" or "packet too big". */
  readonly told?: IcmpAnswer;
  readonly requests: number;
  /** Replies came back in fragments: the way back is narrower, or the host's own link is. */
  readonly repliesFragmented: boolean;
  readonly text: string;
}

/**
 * The largest packet that comes back, by ICMP echo with DF: a search by halves that follows the MTU a router names. Knows a black
 * hole, where larger packets vanish (RFC 2923 §2.1), from a path that tells (RFC 1191, RFC 8201).
 */
export class PathMtuSearch implements InnerMachine<PathMtuResult> {
  readonly #settings: PathMtuSettings;
  /** Largest size that was answered, smallest that was not. */
  #passed = 0;
  #failed: number;
  #size: number;
  #tries = 0;
  /** Of each request, by sequence number from 1 on. */
  readonly #sizes: number[] = [];
  readonly #reassembler = new Reassembler();
  #fragmented = false;
  #told: IcmpAnswer | undefined;
  /** A size that failed without a word. */
  #vanished = false;
  #done = false;

  constructor(settings: PathMtuSettings) {
    this.#settings = settings;
    this.#size = settings.most;
    this.#failed = settings.most + 1;
  }

  start(now: number): InnerStep<PathMtuResult> {
    return this.#ask(now);
  }

  onTimer(_id: string, now: number): InnerStep<PathMtuResult> {
    if (this.#done) return { send: [], timers: [] };
    if (this.#tries < this.#settings.tries) return this.#ask(now);
    this.#vanished = true;
    this.#failed = this.#size;
    return this.#next(now);
  }

  onPacket(bytes: Uint8Array, now: number): InnerStep<PathMtuResult> | undefined {
    const packet = readInnerPacket(bytes);
    if (packet === undefined || this.#done) return undefined;
    const { route, identifier } = this.#settings;
    const told = readIcmpAnswer(packet);
    if (told !== undefined) {
      const { quoted } = told;
      if (quoted.src !== route.src || quoted.dst !== route.dst || (told.echo !== undefined && told.echo.identifier !== identifier))
        return undefined;
      return told.kind === 'too-big' ? this.#onTooBig(told, now) : { send: [], timers: [] };
    }
    if (!comesBack(packet, route)) return undefined;
    if (packet.fragment !== undefined) this.#fragmented = true;
    const whole = this.#reassembler.add(packet, now);
    const reply = whole === undefined ? undefined : readEcho(whole);
    if (reply?.kind !== 'reply' || reply.identifier !== identifier) return undefined;
    // A late reply to a size given up counts too: it did pass.
    const size = this.#sizes[reply.sequence - 1];
    if (size === undefined) return undefined;
    if (size > this.#passed) this.#passed = size;
    if (this.#passed >= this.#failed) this.#failed = this.#passed + 1;
    return size === this.#size ? this.#next(now) : { send: [], timers: [] };
  }

  #onTooBig(told: IcmpAnswer, now: number): InnerStep<PathMtuResult> {
    // An answer to a size left behind says nothing new.
    if (told.quoted.length !== this.#size && told.quoted.length >= this.#failed) return { send: [], timers: [] };
    this.#told = told;
    this.#failed = Math.min(this.#failed, this.#size);
    return this.#next(now, told.mtu);
  }

  /** @param hint a size that should pass, by what a router says */
  #next(now: number, hint?: number): InnerStep<PathMtuResult> {
    const { least } = this.#settings;
    this.#tries = 0;
    if (this.#passed + 1 >= this.#failed || this.#failed <= least) return this.#finish();
    if (hint !== undefined && hint > this.#passed && hint < this.#failed && hint >= least) this.#size = hint;
    // What was told passed: one byte more shows whether it is the limit.
    else if (this.#told?.mtu === this.#passed) this.#size = this.#passed + 1;
    // The smallest first: when nothing passes at all, halving would only take long.
    else if (this.#passed === 0) this.#size = this.#size === least ? this.#size : least;
    else this.#size = Math.floor((this.#passed + this.#failed) / 2);
    return this.#ask(now);
  }

  #ask(now: number): InnerStep<PathMtuResult> {
    const { route, identifier, timeout } = this.#settings;
    this.#tries++;
    const sequence = this.#sizes.push(this.#size) & 0xffff;
    const request = echoRequest({ ...route, dontFragment: true }, { identifier, sequence, data: echoData(route, this.#size) });
    return { send: [request], timers: [{ id: 'mtu-timeout', at: now + timeout }] };
  }

  #finish(): InnerStep<PathMtuResult> {
    this.#done = true;
    const { most, least } = this.#settings;
    const mtu = this.#passed;
    const told = this.#told === undefined ? {} : { told: this.#told };
    const facts = { requests: this.#sizes.length, repliesFragmented: this.#fragmented, ...told, ...(mtu === 0 ? {} : { mtu }) };
    const [outcome, text] = this.#judge(mtu, most, least);
    return { send: [], timers: [{ id: 'mtu-timeout' }], result: { ...facts, outcome, text } };
  }

  #judge(mtu: number, most: number, least: number): readonly [PathMtuResult['outcome'], string] {
    if (mtu === 0) {
      const said = this.#told === undefined ? '' : ` (${this.#told.text})`;
      return ['silent', `not even packets of ${least} bytes came back${said}`];
    }
    if (mtu >= most) return ['whole', `packets of ${mtu} bytes pass, the largest tried`];
    const pass = `packets of up to ${mtu} bytes pass`;
    if (!this.#vanished && this.#told !== undefined) return ['told', `${pass}; larger ones: ${this.#told.text}`];
    const partly =
      this.#told === undefined
        ? 'and nothing says "fragmentation needed"'
        : `although ${this.#told.from} said "${this.#told.text}" of larger ones still`;
    return ['black-hole', `${pass}; larger ones vanish, ${partly}`];
  }
}
