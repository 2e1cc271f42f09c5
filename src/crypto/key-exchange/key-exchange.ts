import { DecodeError } from '../../bytes/errors.js';
import type { RandomSource } from '../random-source.js';
import type { ModpParameters } from './modp-groups.js';

/**
 * A key exchange method of IKE, the same from outside for Diffie-Hellman, elliptic curves and key encapsulation: the initiator sends
 * a public value, the responder answers with another and has the secret, the initiator finishes with what came back.
 */
export interface KeyExchange {
  /** IANA's, as `KEY_EXCHANGE_METHODS` of the wire tables has it. */
  readonly name: string;
  /** Transform type 4 of IKEv2. */
  readonly ikev2: number;
  /** Group description of IKEv1, where IKEv1 has the group. */
  readonly ikev1?: number;
  /** Bytes of the key exchange data that each side sends. They differ for ML-KEM only: key there, ciphertext back. */
  readonly publicLength: { readonly initiator: number; readonly responder: number };
  /** Of a group of integers modulo a prime: for those who name it by its numbers (RFC 2409 §5.6). */
  readonly parameters?: () => ModpParameters;
  /** A fresh private value and what is sent of it. */
  initiate(random: RandomSource): KeyExchangeHalf;
  /**
   * Answers the initiator's public value.
   * @throws DecodeError when that is none of this group, with the reason
   */
  respond(random: RandomSource, initiatorPublic: Uint8Array): KeyExchangeAnswer;
}

/** The initiator's side, while the answer is out. */
export interface KeyExchangeHalf {
  readonly publicValue: Uint8Array;
  /**
   * The shared secret, g^ir of RFC 7296 §2.14, in its full length.
   * @throws DecodeError when the peer's value is none of this group, with the reason
   */
  finish(responderPublic: Uint8Array): Uint8Array;
}

/** What the responder sends, and the shared secret. */
export interface KeyExchangeAnswer {
  readonly publicValue: Uint8Array;
  readonly shared: Uint8Array;
}

/** Both sides do the same: the responder initiates and finishes in one step. */
export function symmetric(row: Pick<KeyExchange, 'name' | 'ikev2' | 'ikev1' | 'publicLength' | 'parameters' | 'initiate'>): KeyExchange {
  return {
    ...row,
    respond(random, initiatorPublic) {
      const half = row.initiate(random);
      return { publicValue: half.publicValue, shared: half.finish(initiatorPublic) };
    },
  };
}

/** @throws DecodeError when the data has another length than the method's */
export function checkPublicLength(name: string, data: Uint8Array, length: number): void {
  if (data.length !== length) throw refusePublic(name, `${length} bytes are needed, ${data.length} are there`, length, data.length);
}

/** The peer's public value cannot be used: what it is instead of a value of the group. */
export function refusePublic(name: string, reason: string, need = 0, have = 0): DecodeError {
  return new DecodeError('Key Exchange Data', 0, need, have, `not a public value of ${name}: ${reason}`);
}
