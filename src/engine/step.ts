import type { X509Certificate } from 'node:crypto';
import type { RandomSource } from '../crypto/random-source.js';
import type { Endpoint } from '../model/endpoint.js';

/**
 * How messages travel: `ike` UDP 500 without marker, `natt` UDP 4500 behind the non-ESP marker (RFC 3948 §2.2), `tcp` the
 * stream of RFC 9329; `openvpn` a datagram a packet, `openvpn-tcp` behind two bytes of length. Transports add and take off marker
 * and framing: the engine sees messages from the first SPI on, of OpenVPN from the opcode on.
 */
export type Channel = 'ike' | 'natt' | 'tcp' | 'openvpn' | 'openvpn-tcp';

/** A way to the peer. Ports need not be 500 and 4500: an unprivileged probe has ports of its own. */
export interface Path {
  readonly channel: Channel;
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/** A message that goes out or came in, with the way it takes. */
export interface Message {
  readonly path: Path;
  readonly bytes: Uint8Array;
}

/** Sets the timer of this name, in place of an earlier one of the same name; without `at` it is cancelled. */
export interface Timer {
  readonly id: string;
  /** Milliseconds on the clock of `now`. */
  readonly at?: number;
}

/** What a machine cannot make itself. Seeded and fake in tests. */
export interface Environment {
  readonly random: RandomSource;
  /** Milliseconds since 1970, for what has a date: certificates. `now` of a step is a monotonic clock without a date. */
  date(): number;
}

/** Something for a TLS stack outside the engine (EAP-TLS, OpenVPN): records in and out as bytes. */
export interface TlsInput {
  /** Chosen by the engine, one a conversation. */
  readonly conversation: string;
  /** With the first input: how to begin. */
  readonly start?: TlsStart;
  /** TLS records from the peer. */
  readonly records?: Uint8Array;
  /** Application data for the peer, once the handshake is through. */
  readonly plain?: Uint8Array;
  /** Forget it. */
  readonly close?: boolean;
}

export interface TlsStart {
  readonly role: 'client' | 'server';
  /** PEM. */
  readonly key?: string;
  readonly certificates?: string;
  /** PEM of trust anchors. */
  readonly authorities?: string;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Suites as OpenSSL writes them, separated by colons. Absent: node's own. */
  readonly ciphers?: string;
  /** Groups of the key exchange, by OpenSSL's names, separated by colons. Absent: node's own. */
  readonly groups?: string;
  /**
   * Which certificates are let through. `trusted` (default): those of `authorities`, and a server asks for one only with them. `asked`:
   * whatever comes, even none; whoever began judges `peerCertificates`. `unasked`: a server wants none.
   */
  readonly peerCertificates?: 'trusted' | 'asked' | 'unasked';
  /**
   * Records are a stream, as over TCP, and not flights, as in EAP: each input is answered at once, a flight as it gets ready in several
   * answers if need be. And it is not forgotten however long nothing is said: whoever began closes it.
   */
  readonly stream?: boolean;
  /** Key material wanted when the handshake is through (RFC 5705). */
  readonly exporters?: readonly TlsExporter[];
}

/** As node names them. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsExporter {
  readonly label: string;
  readonly context?: Uint8Array;
  /** Bytes. */
  readonly length: number;
}

/** What the TLS stack answers. One input gives at least one output: the engine waits for it. */
export interface TlsOutput {
  readonly conversation: string;
  /** Records for the peer; empty when there are none. */
  readonly records: Uint8Array;
  readonly state: 'handshaking' | 'done' | 'failed';
  /** With `done`: `TLSv1.3`, the suite, and what `exporters` asked for, in their order. */
  readonly version?: string;
  readonly cipher?: string;
  readonly exported?: readonly Uint8Array[];
  /** Lines of an NSS key log that are new. */
  readonly keyLog?: string;
  /** Application data of the peer. */
  readonly plain?: Uint8Array;
  /** Of a stream: not all that was to be said is in `records` yet, another answer follows. */
  readonly more?: boolean;
  /** With `done`: what the peer showed, and as far as they fit together, what issued it. */
  readonly peerCertificates?: readonly X509Certificate[];
  /** The peer closed the connection (close_notify), which is no failure in itself. */
  readonly closed?: boolean;
  /** With `failed`: the stack's reason in words, and who refused: `peer` by an alert. */
  readonly reason?: string;
  readonly refusedBy?: 'us' | 'peer';
}

/** What one step of a machine gives. */
export interface Step<State, Happening> {
  readonly state: State;
  readonly send: readonly Message[];
  readonly timers: readonly Timer[];
  readonly tls: readonly TlsInput[];
  /** What happened, in order: for the user's eyes, the trace, and whoever drives the machine. */
  readonly happenings: readonly Happening[];
}

/** What every machine is told; each has commands of its own besides. */
export type Input<Command> =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'timer'; readonly id: string }
  | { readonly kind: 'tls'; readonly output: TlsOutput }
  | { readonly kind: 'command'; readonly command: Command };

/** A machine: pure but for `Environment`, which it got when it was made. Never throws for what a peer sends. */
export type StepFunction<State, Command, Happening> = (state: State, input: Input<Command>, now: number) => Step<State, Happening>;
