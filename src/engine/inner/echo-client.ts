import { comesBack, echoData, echoRequest, readEcho } from './echo.js';
import { fragmentPacket, Reassembler } from './fragments.js';
import { type IcmpAnswer, readIcmpAnswer } from './icmp-answer.js';
import { readInnerPacket } from './inner-packet.js';
import type { InnerMachine, InnerStep } from './machine.js';
import type { Route } from './messages.js';

export interface EchoSettings {
  readonly route: Route;
  /** Told apart by it from other pings between the two addresses. 16 bits. */
  readonly identifier: number;
  readonly count: number;
  /** Bytes of the whole IP packet; at least IP and ICMP header. */
  readonly length: number;
  /** Milliseconds between requests. */
  readonly interval: number;
  /** Milliseconds that the last one is waited for. */
  readonly timeout: number;
  /**
   * Milliseconds within which the other end may still be setting up: until the first answer requests go on at growing intervals, and those
   * lost before it do not count.
   */
  readonly settling?: number;
  /** Longer requests are sent in fragments of at most so many bytes; the route must not say `dontFragment`. */
  readonly fragmentAt?: number;
}

export interface EchoResult {
  /** Without `early`. */
  readonly sent: number;
  /** Lost while the other end was setting up, and milliseconds from the first request to the first answer. */
  readonly early?: { readonly requests: number; readonly milliseconds: number };
  readonly received: number;
  readonly duplicates: number;
  /** Replies whose data is not what we sent. */
  readonly damaged: number;
  /** Milliseconds; absent without replies. */
  readonly roundTrip?: { readonly least: number; readonly mean: number; readonly most: number };
  /** ICMP errors about our requests, the first of each text; at most eight. */
  readonly errors: readonly IcmpAnswer[];
  /** One sentence. */
  readonly text: string;
}

const MAX_ERRORS = 8;

/** ICMP echo (RFC 792, RFC 4443 §4.1): `count` requests, and what came of them. Ends early when all are answered. */
export class EchoClient implements InnerMachine<EchoResult> {
  readonly #settings: EchoSettings;
  readonly #data: Uint8Array;
  readonly #reassembler = new Reassembler();
  readonly #sentAt: number[] = [];
  readonly #roundTrips = new Map<number, number>();
  readonly #errors = new Map<string, IcmpAnswer>();
  readonly #failed = new Set<number>();
  #firstAnswerAt: number | undefined;
  #duplicates = 0;
  #damaged = 0;
  #done = false;

  constructor(settings: EchoSettings) {
    this.#settings = settings;
    this.#data = echoData(settings.route, settings.length);
  }

  start(now: number): InnerStep<EchoResult> {
    return this.#sendNext(now);
  }

  onTimer(id: string, now: number): InnerStep<EchoResult> {
    if (this.#done) return nothing;
    return id === 'echo-next' ? this.#sendNext(now) : this.#finish();
  }

  onPacket(bytes: Uint8Array, now: number): InnerStep<EchoResult> | undefined {
    const part = readInnerPacket(bytes);
    if (part === undefined) return undefined;
    const answer = readIcmpAnswer(part);
    if (answer !== undefined) return this.#onError(answer, now);
    const { route, identifier } = this.#settings;
    if (!comesBack(part, route)) return undefined;
    const packet = this.#reassembler.add(part, now);
    if (packet === undefined) return undefined;
    const reply = readEcho(packet);
    if (reply?.kind !== 'reply' || reply.identifier !== identifier) return undefined;
    const sentAt = this.#sentAt[reply.sequence - 1];
    if (sentAt === undefined) return undefined;
    if (this.#roundTrips.has(reply.sequence)) this.#duplicates++;
    else {
      this.#roundTrips.set(reply.sequence, now - sentAt);
      if (!sameBytes(reply.data, this.#data)) this.#damaged++;
    }
    return this.#answered(now);
  }

  #sendNext(now: number): InnerStep<EchoResult> {
    const { route, identifier, fragmentAt } = this.#settings;
    this.#sentAt.push(now);
    const sequence = this.#sentAt.length;
    const request = echoRequest(route, { identifier, sequence, data: this.#data });
    return { send: fragmentAt === undefined ? [request] : fragmentPacket(request, fragmentAt, sequence), timers: this.#timers(now) };
  }

  /** What comes after the request that was sent last: another one, or the end. */
  #timers(now: number): InnerStep<EchoResult>['timers'] {
    const { interval, timeout, settling = 0 } = this.#settings;
    const [startedAt = now] = this.#sentAt;
    const count = this.#sentAt.length;
    const last = this.#sentAt.at(-1) ?? now;
    const nextAt = this.#settled ? last + interval : last + interval * 2 ** (count - 1);
    const another = this.#settled ? count < this.#lastCounted : nextAt <= startedAt + settling;
    return another
      ? [{ id: 'echo-next', at: Math.max(now, nextAt) }, { id: 'echo-timeout' }]
      : [{ id: 'echo-next' }, { id: 'echo-timeout', at: Math.max(now, last + timeout) }];
  }

  get #settled(): boolean {
    return this.#settings.settling === undefined || this.#firstAnswerAt !== undefined;
  }

  /** Sequence number of the first request that counts. */
  get #firstCounted(): number {
    const lossesCount = this.#settings.settling === undefined || this.#firstAnswerAt === undefined;
    return lossesCount ? 1 : Math.min(...this.#roundTrips.keys(), ...this.#failed);
  }

  get #lastCounted(): number {
    return this.#firstCounted + this.#settings.count - 1;
  }

  /** A request came to something: it was the last one, or the first, whereupon the others go out in their time. */
  #answered(now: number): InnerStep<EchoResult> {
    if (this.#done) return nothing;
    const settles = !this.#settled;
    this.#firstAnswerAt ??= now;
    return this.#allAnswered() ? this.#finish() : settles ? { send: [], timers: this.#timers(now) } : nothing;
  }

  #onError(answer: IcmpAnswer, now: number): InnerStep<EchoResult> | undefined {
    const { route, identifier } = this.#settings;
    const { quoted, echo } = answer;
    if (quoted.src !== route.src || quoted.dst !== route.dst || (echo !== undefined && echo.identifier !== identifier)) return undefined;
    if (this.#errors.size < MAX_ERRORS && !this.#errors.has(answer.text)) this.#errors.set(answer.text, answer);
    if (echo === undefined || this.#sentAt[echo.sequence - 1] === undefined) return nothing;
    this.#failed.add(echo.sequence);
    return this.#answered(now);
  }

  #allAnswered(): boolean {
    if (this.#sentAt.length < this.#lastCounted) return false;
    for (let sequence = this.#firstCounted; sequence <= this.#sentAt.length; sequence++) {
      if (!this.#roundTrips.has(sequence) && !this.#failed.has(sequence)) return false;
    }
    return true;
  }

  #finish(): InnerStep<EchoResult> {
    this.#done = true;
    const times = [...this.#roundTrips.values()];
    const sum = times.reduce((total, time) => total + time, 0);
    const requests = this.#firstCounted - 1;
    const milliseconds = (this.#firstAnswerAt ?? 0) - (this.#sentAt[0] ?? 0);
    const facts = {
      sent: this.#sentAt.length - requests,
      ...(requests === 0 ? {} : { early: { requests, milliseconds } }),
      received: times.length,
      duplicates: this.#duplicates,
      damaged: this.#damaged,
      errors: [...this.#errors.values()],
      ...(times.length === 0 ? {} : { roundTrip: { least: Math.min(...times), mean: sum / times.length, most: Math.max(...times) } }),
    };
    return { send: [], timers: [{ id: 'echo-next' }, { id: 'echo-timeout' }], result: { ...facts, text: echoText(facts) } };
  }
}

const nothing: InnerStep<EchoResult> = { send: [], timers: [] };

function echoText({ sent, received, duplicates, damaged, errors, roundTrip }: Omit<EchoResult, 'text'>): string {
  const parts = [received === 0 ? `none of ${sent} answered` : `${received} of ${sent} answered`];
  if (roundTrip !== undefined) parts.push(`${roundTrip.least.toFixed(1)}/${roundTrip.mean.toFixed(1)}/${roundTrip.most.toFixed(1)} ms`);
  if (duplicates > 0) parts.push(`${duplicates} twice`);
  if (damaged > 0) parts.push(`${damaged} with other data than sent`);
  return [parts.join(', '), ...errors.map(({ text }) => text)].join('; ');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
