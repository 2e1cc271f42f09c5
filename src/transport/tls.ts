import { constants, type X509Certificate } from 'node:crypto';
import { connect, createServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { TlsExporter, TlsInput, TlsOutput, TlsStart } from '../engine/step.js';
import type { TlsStack } from './driver.js';
import { MemoryDuplex } from './memory-duplex.js';
import { handshakeFailure, verifyFailure } from './tls-words.js';

export interface TlsStackOptions {
  /** Conversations at the same time. */
  readonly most?: number;
  /** Milliseconds without input after which one is forgotten, unless it is long-lived. */
  readonly idle?: number;
}

/**
 * Turns of the event loop without anything moving after which the stack has said all that it has to say. OpenSSL works within one
 * turn, node's stream between it and us takes one more; nothing in the handshake waits for a file, a thread or the network.
 */
const QUIET_TURNS = 4;
/** An end to conversations that never become quiet. */
const MAX_TURNS = 1000;
/** Application data of one input. */
const MAX_PLAIN = 1 << 20;
/** Certificates of a chain. */
const MAX_CHAIN = 16;

/** TLS beside the machines, by node's own stack, over memory: many conversations. */
export function createTlsStack({ most = 1000, idle = 120_000 }: TlsStackOptions = {}): TlsStack {
  const conversations = new Map<string, Conversation>();
  const forget = (name: string) => {
    conversations.get(name)?.end();
    conversations.delete(name);
  };
  const open = (name: string, start: TlsStart): Conversation | TlsOutput => {
    if (conversations.size >= most)
      return failed(name, { reason: `${most} TLS conversations are open, no more are begun`, refusedBy: 'us' });
    try {
      const conversation = new Conversation(name, start, idle, () => forget(name));
      conversations.set(name, conversation);
      return conversation;
    } catch (error) {
      return failed(name, { reason: `our key and certificates cannot be used: ${(error as Error).message}`, refusedBy: 'us' });
    }
  };
  return {
    handle(input, answer) {
      const { conversation: name, start, close } = input;
      if (start !== undefined || close === true) forget(name);
      if (close === true) return;
      const found = start === undefined ? conversations.get(name) : open(name, start);
      if (found instanceof Conversation) found.take(input, answer);
      // Later, as every other answer: whoever asks need not expect it within the question.
      else setImmediate(() => answer(found ?? failed(name, { reason: 'there is no such TLS conversation (any more)', refusedBy: 'us' })));
    },
    close() {
      for (const name of [...conversations.keys()]) forget(name);
    },
  };
}

type Reason = Pick<TlsOutput, 'reason' | 'refusedBy'>;

const failed = (conversation: string, reason: Reason): TlsOutput => ({
  conversation,
  records: new Uint8Array(0),
  state: 'failed',
  ...reason,
});

/** Node would break off without a word to either end. */
const JUDGED_BY_US = { rejectUnauthorized: false };

class Conversation {
  readonly #name: string;
  readonly #start: TlsStart;
  readonly #wire = new MemoryDuplex(() => this.#moved());
  readonly #idle: NodeJS.Timeout | undefined;
  #socket: TLSSocket | undefined;
  #queue: Promise<void> = Promise.resolve();
  #done: Pick<TlsOutput, 'version' | 'cipher' | 'exported' | 'peerCertificates'> | undefined;
  #failure: Reason | undefined;
  #plain: Buffer[] = [];
  #keyLog: Buffer[] = [];
  #plainLength = 0;
  #closed = false;
  #ended = false;
  /** Counts what moved: what was written, what came in, what turned out. */
  #moves = 0;
  /** Of a stream: who asked, and whether an answer is on its way. */
  #answer: ((output: TlsOutput) => void) | undefined;
  #answering = false;
  /** Of a stream: application data that node has not written yet. */
  #unwritten = 0;

  /** @throws what node says of key and certificates that it cannot use */
  constructor(name: string, start: TlsStart, idle: number, forget: () => void) {
    this.#name = name;
    this.#start = start;
    this.#idle = start.stream === true ? undefined : setTimeout(forget, idle).unref();
    const options: SecureContextOptions = {
      key: start.key,
      cert: start.certificates,
      // Without authorities nobody is trusted, rather than everybody whom browsers trust.
      ca: start.authorities ?? [],
      minVersion: start.minVersion,
      maxVersion: start.maxVersion,
      ciphers: start.ciphers,
      ...(start.groups !== undefined && { ecdhCurve: start.groups }),
    };
    if (start.role === 'client') this.#beClient(options);
    else this.#beServer(options);
    this.#wire.on('error', (error) => this.#fail(handshakeFailure(error)));
  }

  /** strongSwan's TLS does not know RFC 5746. We never renegotiate, which is all that it would protect. */
  #beClient(options: SecureContextOptions): void {
    const socket = connect({
      ...options,
      ...JUDGED_BY_US,
      secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
      socket: this.#wire,
      checkServerIdentity: () => undefined,
      servername: '',
    });
    this.#use(socket);
    socket.on('keylog', (line: Buffer) => this.#keyLog.push(line));
    socket.on('secureConnect', () => this.#secured(socket));
  }

  get #wantsCertificate(): boolean {
    const { role, authorities, peerCertificates } = this.#start;
    return role === 'client' || peerCertificates === 'asked' || (authorities !== undefined && peerCertificates !== 'unasked');
  }

  #beServer(options: SecureContextOptions): void {
    const server = createServer({ ...options, ...JUDGED_BY_US, requestCert: this.#wantsCertificate });
    server.on('secureConnection', (socket) => {
      this.#use(socket);
      this.#secured(socket);
    });
    server.on('tlsClientError', (error) => this.#fail(handshakeFailure(error)));
    server.on('keylog', (line) => this.#keyLog.push(line));
    server.emit('connection', this.#wire);
  }

  #use(socket: TLSSocket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(handshakeFailure(error)));
    socket.on('data', (data: Buffer) => {
      this.#moved();
      this.#plainLength += data.length;
      if (this.#plainLength > MAX_PLAIN) this.#fail({ reason: `more than ${MAX_PLAIN} bytes at once`, refusedBy: 'peer' });
      else this.#plain.push(data);
    });
    socket.on('end', () => {
      this.#moved();
      this.#closed = true;
    });
  }

  #secured(socket: TLSSocket): void {
    this.#moved();
    const certificate = socket.getPeerX509Certificate();
    const { peerCertificates = 'trusted', exporters } = this.#start;
    if (this.#wantsCertificate && peerCertificates === 'trusted' && !socket.authorized) {
      const code = String(socket.authorizationError);
      this.#fail(verifyFailure(code, certificate?.subject?.replaceAll('\n', ', ')));
      // OpenSSL went through with the handshake: all that is left to say is that we leave.
      socket.end();
      return;
    }
    const version = socket.getProtocol() ?? 'TLS';
    this.#done = {
      version,
      cipher: socket.getCipher().standardName,
      ...(exporters && { exported: exporters.map((exporter) => exportKey(socket, exporter)) }),
      ...(certificate && { peerCertificates: chainOf(certificate) }),
    };
  }

  #fail(reason: Reason): void {
    this.#moved();
    this.#failure ??= reason;
  }

  /** Flights: an input is taken when the one before has its answer. A stream is answered whenever something moved. */
  take(input: TlsInput, answer: (output: TlsOutput) => void): void {
    this.#idle?.refresh();
    if (this.#start.stream === true) {
      this.#answer = answer;
      this.#give(input);
      this.#moved();
      return;
    }
    this.#queue = this.#queue.then(async () => {
      if (this.#ended) return;
      this.#give(input);
      await this.#quiet();
      if (!this.#ended) answer(this.#output());
    });
  }

  #give({ records, plain }: TlsInput): void {
    if (records !== undefined && records.length > 0) this.#wire.push(Buffer.from(records));
    if (plain === undefined || this.#failure !== undefined || this.#socket === undefined) return;
    this.#unwritten++;
    this.#socket.write(plain, () => {
      this.#unwritten--;
      this.#moved();
    });
  }

  /** All that moves within one turn of node is one answer. */
  #moved(): void {
    this.#moves++;
    if (this.#answer === undefined || this.#answering) return;
    this.#answering = true;
    queueMicrotask(() => {
      this.#answering = false;
      if (!this.#ended) this.#answer?.(this.#output());
    });
  }

  async #quiet(): Promise<void> {
    let before = -1;
    for (let turn = 0, quiet = 0; turn < MAX_TURNS && quiet < QUIET_TURNS; turn++) {
      const now = this.#moves;
      quiet = now === before ? quiet + 1 : 0;
      before = now;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #output(): TlsOutput {
    const plain = Buffer.concat(this.#plain);
    this.#plain = [];
    this.#plainLength = 0;
    const keyLog = Buffer.concat(this.#keyLog).toString('latin1');
    this.#keyLog = [];
    const common = { conversation: this.#name, records: this.#wire.collect(), ...(keyLog !== '' && { keyLog }) };
    if (this.#failure !== undefined) return { ...common, state: 'failed', ...this.#failure };
    return {
      ...common,
      ...(this.#done === undefined ? { state: 'handshaking' } : { state: 'done', ...this.#done }),
      ...(plain.length > 0 && { plain }),
      ...(this.#closed && { closed: true }),
      ...(this.#start.stream === true && this.#unwritten > 0 && { more: true }),
    };
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#idle);
    this.#socket?.destroy();
    this.#wire.destroy();
  }
}

/** A certificate and what issued it, as far as the peer showed it. Node puts them in order. */
function chainOf(certificate: X509Certificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let one: X509Certificate | undefined = certificate; one !== undefined && chain.length < MAX_CHAIN; one = one.issuerCertificate)
    chain.push(one);
  return chain;
}

function exportKey(socket: TLSSocket, { label, context, length }: TlsExporter): Uint8Array {
  // Its types want a context, which is another key than none (RFC 5705 §4).
  return context === undefined
    ? (socket.exportKeyingMaterial as (length: number, label: string) => Buffer).call(socket, length, label)
    : socket.exportKeyingMaterial(length, label, Buffer.from(context));
}
