import type { Socket } from 'node:net';
import type { Endpoint } from '../model/endpoint.js';
import { type SocketTrouble, troubleOf } from './socket-errors.js';
import { LENGTH_FIELD, lengthField, type TcpFraming } from './tcp-framing.js';

/** Bytes that may wait for a slow peer before what it carries, and twice as many before anything, is dropped. */
const MAX_QUEUED = 4 << 20;
/** Milliseconds a stranger may keep a connection without a whole message. */
const PATIENCE_WITH_STRANGERS = 30_000;
/** Milliseconds to get out what was written when we close. */
const LAST_WORDS = 1000;
const NOTHING = Buffer.alloc(0);

export interface TcpStreamListener {
  /** One message, without the length. */
  message(bytes: Uint8Array): void;
  /** The end of the stream, once; not when we closed it. */
  ended(trouble: SocketTrouble): void;
}

/** One connection: the prefix if there is one, then messages each behind its length. Never throws for what the peer sends. */
export class TcpStream {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Messages that found the queue full. */
  dropped = 0;
  readonly #socket: Socket;
  readonly #framing: TcpFraming;
  readonly #listener: TcpStreamListener;
  #prefixDue: boolean;
  /** Beginning of a message that has not come to its end. */
  #held = NOTHING;
  #filled = 0;
  #over = false;

  /** @param role who opened the connection sends the prefix, once (RFC 9329 §4) */
  constructor(socket: Socket, role: 'client' | 'server', framing: TcpFraming, listener: TcpStreamListener) {
    this.#socket = socket;
    this.#framing = framing;
    this.#listener = listener;
    this.#prefixDue = role === 'server' && framing.prefix.length > 0;
    this.local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    this.remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    socket.setNoDelay(true);
    socket.on('error', (error: NodeJS.ErrnoException) => this.#end(troubleOf(error.code, this.remote)));
    socket.on('close', () => this.#end({ reason: 'other', text: 'the peer closed the TCP connection', remote: this.remote }));
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    if (role === 'client') socket.write(framing.prefix);
    else socket.setTimeout(PATIENCE_WITH_STRANGERS, () => this.#refuse('sent no message'));
  }

  /** @param framed behind its length; undefined for what is longer than that can say: lost, as a datagram larger than any path would be */
  send(framed: Uint8Array | undefined, what: 'control' | 'traffic'): void {
    if (this.#over) return;
    if (framed === undefined || this.#socket.writableLength > (what === 'control' ? 2 * MAX_QUEUED : MAX_QUEUED)) this.dropped++;
    else this.#socket.write(framed);
  }

  close(): Promise<void> {
    this.#over = true;
    return new Promise((resolve) => {
      if (this.#socket.closed) return resolve();
      // What was written still goes out, a delete for the peer among it; but a peer that takes nothing is not waited for.
      const timer = setTimeout(() => this.#socket.destroy(), LAST_WORDS);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.end(() => this.#socket.destroy());
      this.#socket.resume();
    });
  }

  #end(trouble: SocketTrouble): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#listener.ended(trouble);
  }

  #refuse(why: string): void {
    this.#end({ reason: 'other', text: `the TCP connection was closed: the peer ${why}`, remote: this.remote });
  }

  #received(chunk: Buffer): void {
    if (this.#over) return;
    let rest = chunk;
    if (this.#filled > 0) {
      this.#hold(chunk);
      rest = this.#held.subarray(0, this.#filled);
    }
    const used = this.#messages(rest);
    if (this.#filled > 0) {
      this.#held.copyWithin(0, used, this.#filled);
      this.#filled -= used;
    } else if (used < rest.length) this.#hold(rest.subarray(used));
    // A message is at most 64 KiB long, so no more is ever held than that and a chunk; idle streams hold nothing.
    if (this.#filled === 0) this.#held = NOTHING;
  }

  /** Hands on all whole messages; returns how many bytes they took. */
  #messages(bytes: Buffer): number {
    let at = 0;
    if (this.#prefixDue) {
      const { prefix, prefixText } = this.#framing;
      const seen = Math.min(bytes.length, prefix.length);
      if (Buffer.compare(bytes.subarray(0, seen), prefix.subarray(0, seen)) !== 0) {
        this.#refuse(`does not begin with "${prefixText}"`);
        return bytes.length;
      }
      if (seen < prefix.length) return 0;
      this.#prefixDue = false;
      at = seen;
    }
    while (!this.#over) {
      const field = lengthField(bytes.subarray(at));
      if (field === undefined) break;
      const length = this.#framing.measure(field);
      if (length === undefined) {
        this.#refuse('sent a length that leaves no message');
        return bytes.length;
      }
      if (bytes.length - at < length) break;
      this.#socket.setTimeout(0);
      // A copy: what is held moves, and the listener may keep it.
      this.#listener.message(new Uint8Array(bytes.subarray(at + LENGTH_FIELD, at + length)));
      at += length;
    }
    return at;
  }

  #hold(bytes: Buffer): void {
    if (this.#filled + bytes.length > this.#held.length) {
      const bigger = Buffer.allocUnsafe(Math.max(2 * this.#held.length, this.#filled + bytes.length));
      this.#held.copy(bigger, 0, 0, this.#filled);
      this.#held = bigger;
    }
    bytes.copy(this.#held, this.#filled);
    this.#filled += bytes.length;
  }
}
