import type { X509Certificate } from 'node:crypto';
import type { Secret } from '../../bytes/secret.js';
import type { RandomSource } from '../../crypto/random-source.js';
import type { Eap } from '../../wire/ike/payloads/eap.js';
import type { Refusal } from '../refusal.js';
import type { TlsInput, TlsOutput } from '../step.js';

/** What an EAP conversation is given when it begins. */
export interface EapContext {
  /** Our identity in IKE as text; the server's: the peer's. Taken where there is no EAP identity. */
  readonly ikeIdentity: string;
  /** Names the TLS conversation, where there is one. */
  readonly conversation: string;
  readonly random: RandomSource;
}

/** What moves a conversation on. */
export type EapInput =
  /** A message of the other end. */
  | { readonly kind: 'message'; readonly eap: Eap }
  /** What the TLS stack answered to the input we gave it. */
  | { readonly kind: 'tls'; readonly output: TlsOutput };

/** How a conversation ended. */
export type EapOutcome =
  | {
      readonly ok: true;
      /** `MSCHAPv2`, `TLS`. */
      readonly method: string;
      /** Who the client said it is, inside EAP. */
      readonly identity: string;
      /** 64 bytes; absent with methods that make no key (MD5, GTC). */
      readonly msk?: Secret;
      /** What the server showed in TLS, its own certificate first. */
      readonly certificates?: readonly X509Certificate[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** What one step gives: at most one message, and none while the TLS stack is asked. */
export interface EapStep<State> {
  readonly state: State;
  readonly send?: Eap;
  readonly tls: readonly TlsInput[];
  /** What happened, in words. */
  readonly texts: readonly string[];
  /** With it the conversation is over, after `send` went out. */
  readonly outcome?: EapOutcome;
}

/** Why a method failed; machine and exchange are added where it becomes a `Refusal`. */
export type EapReason = Omit<Refusal, 'exchange'>;

/** A method of the client that is through. */
export interface Complete {
  readonly msk?: Secret;
  /** What the server showed in TLS, its own certificate first. */
  readonly certificates?: readonly X509Certificate[];
  /** What is to be said about it when EAP succeeds. */
  readonly remark?: string;
}

/** What a method of the client does with a request. */
export type ClientTurn =
  | {
      readonly kind: 'reply';
      /** Type-Data of the response. */
      readonly data: Uint8Array;
      readonly next: ClientMethod;
      /** An EAP-Success is right from now on: with the key the method made, if any. */
      readonly complete?: Complete;
      readonly text?: string;
    }
  | { readonly kind: 'tls'; readonly input: TlsInput; readonly next: ClientMethod }
  /** `last` still goes out, one response each, so that the server learns how it ended. */
  | { readonly kind: 'refuse'; readonly reason: EapReason; readonly last?: readonly Uint8Array[] };

/** A method in the middle of its conversation: an object that holds what is valid then, and is never changed. */
export interface ClientMethod {
  /** Type-Data of a request. Throws `DecodeError`. */
  request(data: Uint8Array, identifier: number): ClientTurn;
  /** Methods that ask the TLS stack. */
  tls?(output: TlsOutput): ClientTurn;
}

/** What a method of the server does with a response. */
export type ServerTurn =
  /** `refused`: the request says why the client is refused; Failure follows on its answer. */
  | {
      readonly kind: 'request';
      readonly data: Uint8Array;
      readonly next: ServerMethod;
      readonly text?: string;
      readonly refused?: EapReason;
    }
  | { readonly kind: 'tls'; readonly input: TlsInput; readonly next: ServerMethod }
  | { readonly kind: 'accept'; readonly msk?: Secret; readonly identity?: string }
  | { readonly kind: 'refuse'; readonly reason: EapReason };

export interface ServerMethod {
  /** Type-Data of a response, and the identifier that request and response share. Throws `DecodeError`. */
  response(data: Uint8Array, identifier: number): ServerTurn;
  tls?(output: TlsOutput): ServerTurn;
}
