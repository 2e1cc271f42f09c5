import { createHash, X509Certificate } from 'node:crypto';
import type { RandomSource } from '../../src/crypto/random-source.js';
import type { TlsInput, TlsOutput, TlsStart } from '../../src/engine/step.js';
import type { TlsStack } from '../../src/transport/driver.js';
import type { FakeClock } from './fake-clock.js';

const TYPE = { HELLO: 1, SERVER_HELLO: 2, FINISHED: 3, DATA: 4, ALERT: 5 } as const;
/** As long as a chain of certificates makes the server's flight: several packets. */
const SERVER_FLIGHT = 3000;
const CLIENT_FLIGHT = 1500;
const CHECKSUM = 8;

interface Conversation {
  readonly start: TlsStart;
  readonly random: Uint8Array;
  peer: Uint8Array | undefined;
  /** What the peer showed. */
  shown: readonly X509Certificate[];
  state: TlsOutput['state'];
  reason: string | undefined;
  refusedBy: 'us' | 'peer' | undefined;
  pending: Uint8Array;
}

/**
 * What looks like TLS to a machine and is none: flights as many and as long as those of TLS 1.3, the same key material at both ends, nothing
 * encrypted, but what is changed on its way is noticed. Its answers come on the clock that it is given, so that a run repeats.
 */
export class FakeTls implements TlsStack {
  readonly conversations = new Map<string, Conversation>();

  constructor(
    private readonly clock: FakeClock,
    private readonly random: RandomSource,
  ) {}

  handle(input: TlsInput, answer: (output: TlsOutput) => void): void {
    const { conversation: name, start, records, plain, close } = input;
    if (close === true) {
      this.conversations.delete(name);
      return;
    }
    if (start !== undefined) {
      this.conversations.set(name, {
        start,
        random: this.random(32),
        peer: undefined,
        shown: [],
        state: 'handshaking',
        reason: undefined,
        refusedBy: undefined,
        pending: new Uint8Array(0),
      });
    }
    const conversation = this.conversations.get(name);
    if (conversation === undefined) return;
    const out: Uint8Array[] = [];
    if (start?.role === 'client') out.push(record(TYPE.HELLO, conversation.random));
    const heard = records === undefined ? [] : this.#take(conversation, records, out);
    if (plain !== undefined && conversation.state === 'done') {
      for (let at = 0; at < plain.length; at += 1400) out.push(record(TYPE.DATA, plain.subarray(at, at + 1400)));
    }
    const output = outputOf(name, conversation, Buffer.concat(out), Buffer.concat(heard));
    this.clock.after(0, () => answer(output));
  }

  #take(conversation: Conversation, records: Uint8Array, out: Uint8Array[]): Uint8Array[] {
    conversation.pending = Buffer.concat([conversation.pending, records]);
    const plain: Uint8Array[] = [];
    while (conversation.state !== 'failed') {
      const { pending } = conversation;
      const [type = 0, high = 0, low = 0] = pending;
      const length = (high << 8) | low;
      if (pending.length === 0 || (pending.length < 3 && type >= 1 && type <= 5)) break;
      if (type < 1 || type > 5) {
        fail(conversation, 'wrong version number', 'us', out);
        break;
      }
      if (pending.length < 3 + length) break;
      conversation.pending = pending.subarray(3 + length);
      const body = pending.subarray(3 + CHECKSUM, 3 + length);
      if (Buffer.compare(pending.subarray(3, 3 + CHECKSUM), checksum(type, body)) === 0) this.#record(conversation, type, body, out, plain);
      else fail(conversation, 'bad record mac', 'us', out);
    }
    return plain;
  }

  #record(conversation: Conversation, type: number, body: Uint8Array, out: Uint8Array[], plain: Uint8Array[]): void {
    const { role } = conversation.start;
    if (type === TYPE.HELLO && role === 'server' && conversation.peer === undefined && body.length === 32) {
      conversation.peer = Uint8Array.from(body);
      out.push(
        record(TYPE.SERVER_HELLO, Buffer.concat([conversation.random, certificateOf(conversation.start), Buffer.alloc(SERVER_FLIGHT)])),
      );
    } else if (type === TYPE.SERVER_HELLO && role === 'client' && conversation.peer === undefined && body.length >= 32) {
      conversation.peer = Uint8Array.from(body.subarray(0, 32));
      conversation.shown = readCertificate(body.subarray(32));
      conversation.state = 'done';
      out.push(record(TYPE.FINISHED, Buffer.concat([certificateOf(conversation.start), Buffer.alloc(CLIENT_FLIGHT)])));
    } else if (type === TYPE.FINISHED && role === 'server' && conversation.peer !== undefined) {
      conversation.shown = readCertificate(body);
      conversation.state = 'done';
    } else if (type === TYPE.DATA && conversation.state === 'done') plain.push(Uint8Array.from(body));
    else if (type === TYPE.ALERT) fail(conversation, `TLS alert "${Buffer.from(body).toString('latin1')}"`, 'peer', []);
    else fail(conversation, 'unexpected message', 'us', out);
  }

  close(): void {
    this.conversations.clear();
  }
}

/** The end's own certificate behind two bytes of length. */
function certificateOf({ certificates }: TlsStart): Uint8Array {
  const der = certificates === undefined ? new Uint8Array(0) : new X509Certificate(certificates).raw;
  return Buffer.concat([Uint8Array.of(der.length >> 8, der.length & 0xff), der]);
}

function readCertificate(body: Uint8Array): readonly X509Certificate[] {
  const [high = 0, low = 0] = body;
  const length = (high << 8) | low;
  return length === 0 ? [] : [new X509Certificate(body.subarray(2, 2 + length))];
}

/** Type, length, a checksum in the place of what TLS has, and the body. */
function record(type: number, body: Uint8Array): Uint8Array {
  const length = CHECKSUM + body.length;
  return Buffer.concat([Uint8Array.of(type, length >> 8, length & 0xff), checksum(type, body), body]);
}

function checksum(type: number, body: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(type)).update(body).digest().subarray(0, CHECKSUM);
}

function fail(conversation: Conversation, reason: string, by: 'us' | 'peer', out: Uint8Array[]): void {
  conversation.state = 'failed';
  conversation.reason = reason;
  conversation.refusedBy = by;
  if (by === 'us') out.push(record(TYPE.ALERT, Buffer.from(reason, 'latin1')));
}

function outputOf(name: string, conversation: Conversation, records: Uint8Array, plain: Uint8Array): TlsOutput {
  const { state, start, random, peer, shown, reason, refusedBy } = conversation;
  const common = { conversation: name, records, state };
  if (state === 'failed') return { ...common, ...(reason !== undefined && { reason }), ...(refusedBy !== undefined && { refusedBy }) };
  if (state === 'handshaking' || peer === undefined) return common;
  const randoms = start.role === 'client' ? [random, peer] : [peer, random];
  return {
    ...common,
    version: 'TLSv1.3',
    exported: (start.exporters ?? []).map(({ label, length }) => expand(label, randoms, length)),
    peerCertificates: shown,
    ...(plain.length > 0 && { plain }),
  };
}

function expand(label: string, parts: readonly Uint8Array[], length: number): Uint8Array {
  const blocks: Buffer[] = [];
  for (let i = 0; blocks.length * 32 < length; i++) {
    const hash = createHash('sha256').update(label).update(Uint8Array.of(i));
    for (const part of parts) hash.update(part);
    blocks.push(hash.digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
