import { noBytes } from '../../crypto/cipher.js';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../wire/tcp.js';
import { mssOption, readMss } from '../../wire/tcp-options.js';
import { comesBack } from './echo.js';
import { type IcmpAnswer, readIcmpAnswer } from './icmp-answer.js';
import { readInnerPacket } from './inner-packet.js';
import type { InnerMachine, InnerStep } from './machine.js';
import { type Route, tcpPacket } from './messages.js';
import { addSequence, readTcp, type TcpSegment } from './tcp-segment.js';

export interface TcpConnectSettings {
  readonly route: Route;
  readonly srcPort: number;
  readonly dstPort: number;
  /** Initial sequence number, 32 bits: random. */
  readonly initialSequence: number;
  /** Maximum segment size that we announce, bytes. */
  readonly mss: number;
  /** Milliseconds that the first SYN is waited for; twice as long after each further one (RFC 6298 §5.5). */
  readonly timeout: number;
  /** SYNs, and FINs after them. */
  readonly tries: number;
}

export interface TcpConnectResult {
  /** `refused`: RST, which proves the way there and back. `error`: an ICMP error. */
  readonly outcome: 'connected' | 'refused' | 'error' | 'silent';
  /** Milliseconds from the last SYN to its answer. */
  readonly roundTrip?: number;
  /** That the SYN-ACK announced: what arrived, after whoever clamps it on the way. Absent where it names none. */
  readonly mss?: number;
  /** The peer closed its end too. */
  readonly closed: boolean;
  readonly error?: IcmpAnswer;
  readonly text: string;
}

const WINDOW = 65_535;
const nothing: InnerStep<TcpConnectResult> = { send: [], timers: [] };

/** Where the connection stands, as in RFC 9293 §3.3.2; `closing` is FIN-WAIT-1. */
type Stage =
  | { readonly kind: 'syn-sent' }
  | { readonly kind: 'closing'; readonly acknowledgment: number; readonly result: Omit<TcpConnectResult, 'closed'> }
  | { readonly kind: 'done' };

/** Opens a TCP connection, reads the MSS of the answer, and closes it. */
export class TcpConnect implements InnerMachine<TcpConnectResult> {
  readonly #settings: TcpConnectSettings;
  #stage: Stage = { kind: 'syn-sent' };
  #tries = 0;
  #sentAt = 0;

  constructor(settings: TcpConnectSettings) {
    this.#settings = settings;
  }

  start(now: number): InnerStep<TcpConnectResult> {
    const { initialSequence, mss } = this.#settings;
    this.#tries = 1;
    this.#sentAt = now;
    return { send: [this.#segment(TCP_SYN, initialSequence, 0, mssOption(mss))], timers: [this.#timer(now)] };
  }

  onTimer(_id: string, now: number): InnerStep<TcpConnectResult> {
    const { initialSequence, mss, tries, route, dstPort } = this.#settings;
    const stage = this.#stage;
    if (stage.kind === 'done') return nothing;
    if (this.#tries >= tries) {
      if (stage.kind === 'closing') return this.#finish({ ...stage.result, closed: false });
      const syns = tries === 1 ? 'a SYN' : `${tries} SYNs`;
      return this.#finish({ outcome: 'silent', closed: false, text: `nothing came back for ${syns} to ${route.dst} port ${dstPort}` });
    }
    this.#tries++;
    this.#sentAt = now;
    const again =
      stage.kind === 'syn-sent'
        ? this.#segment(TCP_SYN, initialSequence, 0, mssOption(mss))
        : this.#segment(TCP_FIN | TCP_ACK, addSequence(initialSequence, 1), stage.acknowledgment);
    return { send: [again], timers: [this.#timer(now)] };
  }

  onPacket(bytes: Uint8Array, now: number): InnerStep<TcpConnectResult> | undefined {
    const packet = readInnerPacket(bytes);
    const stage = this.#stage;
    if (packet === undefined || stage.kind === 'done') return undefined;
    const { route, srcPort, dstPort } = this.#settings;
    const error = readIcmpAnswer(packet);
    if (error !== undefined) {
      const { quoted } = error;
      if (quoted.src !== route.src || quoted.dst !== route.dst || quoted.srcPort !== srcPort || quoted.dstPort !== dstPort)
        return undefined;
      // Once connected, errors about later segments change nothing.
      if (stage.kind !== 'syn-sent') return nothing;
      return this.#finish({ outcome: 'error', roundTrip: now - this.#sentAt, closed: false, error, text: error.text });
    }
    if (!comesBack(packet, route)) return undefined;
    const segment = readTcp(packet);
    if (segment?.header.srcPort !== dstPort || segment.header.dstPort !== srcPort) return undefined;
    return stage.kind === 'syn-sent' ? this.#onAnswer(segment, now) : this.#onClosing(segment, stage, now);
  }

  /** RFC 9293 §3.10.7.3. */
  #onAnswer({ header }: TcpSegment, now: number): InnerStep<TcpConnectResult> {
    const { route, dstPort, initialSequence } = this.#settings;
    const next = addSequence(initialSequence, 1);
    if ((header.flags & TCP_ACK) === 0 || header.acknowledgment !== next) return nothing;
    const roundTrip = now - this.#sentAt;
    const where = `${route.dst} port ${dstPort}`;
    if ((header.flags & TCP_RST) !== 0) {
      return this.#finish({
        outcome: 'refused',
        roundTrip,
        closed: true,
        text: `${where} refused with RST after ${roundTrip.toFixed(1)} ms`,
      });
    }
    if ((header.flags & TCP_SYN) === 0) return nothing;
    const mss = readMss(header.options);
    const said = mss === undefined ? 'names no MSS' : `MSS ${mss}`;
    const result = { outcome: 'connected', roundTrip, text: `${where} accepted after ${roundTrip.toFixed(1)} ms, ${said}` } as const;
    const acknowledgment = addSequence(header.sequence, 1);
    this.#stage = { kind: 'closing', acknowledgment, result: mss === undefined ? result : { ...result, mss } };
    this.#tries = 1;
    const send = [this.#segment(TCP_ACK, next, acknowledgment), this.#segment(TCP_FIN | TCP_ACK, next, acknowledgment)];
    return { send, timers: [this.#timer(now)] };
  }

  /** Data that the peer sends is acknowledged and let go. */
  #onClosing({ header, length }: TcpSegment, stage: Stage & { kind: 'closing' }, now: number): InnerStep<TcpConnectResult> {
    const ours = addSequence(this.#settings.initialSequence, 2);
    if ((header.flags & TCP_RST) !== 0) return this.#finish({ ...stage.result, closed: true });
    if ((header.flags & TCP_SYN) !== 0) {
      // Our first ACK was lost.
      return { send: [this.#segment(TCP_ACK, addSequence(ours, -1), stage.acknowledgment)], timers: [] };
    }
    if (header.sequence !== stage.acknowledgment) return nothing;
    const fin = (header.flags & TCP_FIN) !== 0;
    if (length === 0 && !fin) return nothing;
    const acknowledgment = addSequence(header.sequence, length + (fin ? 1 : 0));
    const ack = this.#segment(TCP_ACK, ours, acknowledgment);
    if (fin) return { ...this.#finish({ ...stage.result, closed: true }), send: [ack] };
    this.#stage = { ...stage, acknowledgment };
    return { send: [ack], timers: [this.#timer(now)] };
  }

  #segment(flags: number, sequence: number, acknowledgment: number, options: Uint8Array = noBytes): Uint8Array {
    const { route, srcPort, dstPort } = this.#settings;
    return tcpPacket(route, { srcPort, dstPort, sequence, acknowledgment, flags, window: WINDOW, options }, noBytes);
  }

  #timer(now: number) {
    return { id: 'tcp-timeout', at: now + this.#settings.timeout * 2 ** (this.#tries - 1) };
  }

  #finish(result: TcpConnectResult): InnerStep<TcpConnectResult> {
    this.#stage = { kind: 'done' };
    return { send: [], timers: [{ id: 'tcp-timeout' }], result };
  }
}
