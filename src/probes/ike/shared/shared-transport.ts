import { toHex } from '../../../bytes/hex.js';
import { ByteReader } from '../../../bytes/reader.js';
import type { Path } from '../../../engine/step.js';
import { sameEnd } from '../../../model/endpoint.js';
import type { Clock } from '../../../transport/clock.js';
import type { Arrival, Transport } from '../../../transport/transport.js';
import { decodeHeader, FLAG_V1_ENCRYPTION, HEADER_LENGTH } from '../../../wire/ike/header.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../../wire/ike/tables/exchange-types.js';
import type { SideAnswer } from './probe-facts.js';

/** Waits between sendings of a question: each is that much longer than the one before. */
const FACTOR = 1.8;
const SPI_LENGTH = 8;

interface Question {
  readonly path: Path;
  readonly message: Uint8Array;
  settle(answer: SideAnswer): void;
}

/**
 * Sockets for the engine and for questions beside it. A message with the initiator SPI of a question is its answer; everything else is
 * the engine's, of which there may be several one after the other.
 */
export class SharedTransport {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #questions = new Map<string, Question>();
  /** Initiator SPIs of questions that are over: what comes late is nobody's. */
  readonly #over = new Set<string>();
  #engine: (arrival: Arrival) => void = () => {};
  /** Nothing but the first exchange leaves, in clear: for a probe that is to end before it would authenticate. */
  hold = false;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
    transport.onArrival((arrival) => this.#arrived(arrival));
  }

  /** For one engine: it takes the arrivals over, and closing it leaves the sockets open. */
  forEngine(): Transport {
    const transport = this.#transport;
    return {
      paths: transport.paths,
      sendMessage: (path, bytes) => {
        if (!this.hold || isFirst(bytes)) transport.sendMessage(path, bytes);
      },
      sendEsp: (path, protocol, bytes) => transport.sendEsp(path, protocol, bytes),
      sendKeepalive: (path) => transport.sendKeepalive(path),
      onArrival: (listener) => {
        this.#engine = listener;
      },
      close: async () => {},
    };
  }

  /**
   * See `Link.ask`.
   * @param patience milliseconds, asked for anew before each repetition
   * @param turn milliseconds that a repetition has to wait for its turn, on top of its patience
   */
  ask(
    path: Path,
    message: Uint8Array,
    first: number,
    patience: () => number,
    signal: AbortSignal,
    turn: () => number = () => 0,
  ): Promise<SideAnswer> {
    const spi = toHex(message.subarray(0, SPI_LENGTH));
    const start = this.#clock.now();
    return new Promise((resolve) => {
      let sent = 0;
      let held = 0;
      let cancel = () => {};
      const settle = (answer: SideAnswer) => {
        cancel();
        this.#questions.delete(spi);
        this.#over.add(spi);
        signal.removeEventListener('abort', giveUp);
        resolve(answer.kind === 'answered' ? { ...answer, milliseconds: this.#clock.now() - start } : answer);
      };
      const giveUp = () => settle({ kind: 'silent', sent });
      const send = (wait: number) => {
        const left = patience() - (this.#clock.now() - start - held);
        if (left <= 0) return giveUp();
        sent++;
        this.#transport.sendMessage(path, message);
        cancel = this.#clock.after(Math.min(wait, left), () => again(wait * FACTOR));
      };
      const again = (wait: number) => {
        if (patience() <= this.#clock.now() - start - held) return giveUp();
        const hold = turn();
        held += hold;
        if (hold === 0) send(wait);
        else cancel = this.#clock.after(hold, () => send(wait));
      };
      this.#questions.set(spi, { path, message, settle });
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
      else send(first);
    });
  }

  /** Sends what nobody answers. */
  tell(path: Path, message: Uint8Array): void {
    this.#transport.sendMessage(path, message);
  }

  /**
   * Asks once and does not go on: a peer that repeats its answer shows how it repeats.
   * @param enough whether what came so far will do
   * @returns milliseconds from the question to each message that came
   */
  listen(
    path: Path,
    message: Uint8Array,
    milliseconds: number,
    enough: (times: readonly number[]) => boolean,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const spi = toHex(message.subarray(0, SPI_LENGTH));
    const start = this.#clock.now();
    const times: number[] = [];
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#questions.delete(spi);
        this.#over.add(spi);
        signal.removeEventListener('abort', end);
        resolve(times);
      };
      const settle = (answer: SideAnswer) => {
        if (answer.kind === 'answered') times.push(this.#clock.now() - start);
        if (answer.kind !== 'answered' || enough(times)) end();
      };
      const cancel = this.#clock.after(milliseconds, end);
      this.#questions.set(spi, { path, message, settle });
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      else this.#transport.sendMessage(path, message);
    });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  #arrived(arrival: Arrival): void {
    if (arrival.kind === 'message') {
      const spi = toHex(arrival.bytes.subarray(0, SPI_LENGTH));
      const question = this.#questions.get(spi);
      if (question !== undefined && isAnswer(arrival.bytes, question.message))
        question.settle({ kind: 'answered', milliseconds: 0, bytes: arrival.bytes });
      if (question !== undefined || this.#over.has(spi)) return;
    }
    if (arrival.kind === 'error' && arrival.reason !== 'too-big' && arrival.reason !== 'other') {
      for (const question of [...this.#questions.values()]) {
        if (samePath(question.path, arrival.path)) question.settle({ kind: 'error', error: arrival });
      }
    }
    this.#engine(arrival);
  }
}

/** Not an echo of the question, which some services send, and no scrap either. */
function isAnswer(bytes: Uint8Array, question: Uint8Array): boolean {
  return bytes.length >= HEADER_LENGTH && Buffer.compare(bytes, question) !== 0;
}

/** IKE_SA_INIT; main and aggressive mode as long as nothing is encrypted. @param bytes of our own engine */
function isFirst(bytes: Uint8Array): boolean {
  const { exchangeType, flags } = decodeHeader(new ByteReader(bytes));
  if (exchangeType === EXCHANGE.IKE_SA_INIT) return true;
  const phase1 = exchangeType === EXCHANGE_V1['Identity Protection (Main Mode)'] || exchangeType === EXCHANGE_V1.Aggressive;
  return phase1 && (flags & FLAG_V1_ENCRYPTION) === 0;
}

function samePath(a: Path, b: Path): boolean {
  return a.channel === b.channel && sameEnd(a.remote, b.remote);
}
