import { IKEV1_EXCHANGE_TYPES } from '../../wire/ike/tables/exchange-types.js';
import { IKEV1_NOTIFY_TYPES, NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { refusalsOf } from '../ike/refusals.js';
import type { Refusal } from '../refusal.js';

/** Where IKEv2 has another word for the same, its code: whoever explains refusals explains both. */
const codes: Readonly<Record<number, string>> = {
  [NOTIFY_V1['INVALID-ID-INFORMATION']]: 'ts-unacceptable',
  [NOTIFY_V1['INVALID-HASH-INFORMATION']]: 'authentication-failed',
  [NOTIFY_V1['INVALID-SIGNATURE']]: 'authentication-failed',
  [NOTIFY_V1['INVALID-COOKIE']]: 'invalid-ike-spi',
  [NOTIFY_V1['PAYLOAD-MALFORMED']]: 'invalid-syntax',
};

/** What error notifies mean, in words (RFC 2408 §3.14.1). */
const meanings: Readonly<Record<number, string>> = {
  [NOTIFY_V1['INVALID-COOKIE']]: 'the peer does not know this IKE SA (any more): it was restarted, or has deleted the SA',
  [NOTIFY_V1['INVALID-MAJOR-VERSION']]: 'the peer does not speak IKEv1',
  [NOTIFY_V1['INVALID-EXCHANGE-TYPE']]: 'the peer does not do this exchange',
  [NOTIFY_V1['UNSUPPORTED-EXCHANGE-TYPE']]: 'the peer does not do this exchange',
  [NOTIFY_V1['INVALID-SPI']]: 'the peer does not know this SPI',
  [NOTIFY_V1['NO-PROPOSAL-CHOSEN']]: 'the peer accepts none of our proposals',
  [NOTIFY_V1['ATTRIBUTES-NOT-SUPPORTED']]: 'the peer does not support an attribute of our proposal',
  [NOTIFY_V1['BAD-PROPOSAL-SYNTAX']]: 'the peer says that our proposal is malformed',
  [NOTIFY_V1['PAYLOAD-MALFORMED']]: 'the peer says that our message is malformed',
  [NOTIFY_V1['INVALID-KEY-INFORMATION']]: 'the peer does not accept our key exchange value',
  [NOTIFY_V1['INVALID-ID-INFORMATION']]: 'the peer does not accept our identities',
  [NOTIFY_V1['INVALID-CERTIFICATE']]: 'the peer does not accept our certificate',
  [NOTIFY_V1['INVALID-CERT-AUTHORITY']]: 'the peer does not trust the authority of our certificate',
  [NOTIFY_V1['INVALID-HASH-INFORMATION']]: 'the peer did not accept our authentication: our hash does not fit',
  [NOTIFY_V1['AUTHENTICATION-FAILED']]: 'the peer did not accept our authentication',
  [NOTIFY_V1['INVALID-SIGNATURE']]: 'the peer did not accept our signature',
};

export const { exchangeName, notifyName, refusedByNotify, refusal } = refusalsOf({
  exchanges: IKEV1_EXCHANGE_TYPES,
  notifies: IKEV1_NOTIFY_TYPES,
  meanings,
  codes,
});

/** What says at the end of phase 1 that we are not believed: there these speak of who we are, as measured with libreswan and Openswan. */
const disbelief: Readonly<Record<number, string>> = {
  [NOTIFY_V1['INVALID-ID-INFORMATION']]: 'the peer does not accept our identity',
  [NOTIFY_V1['INVALID-KEY-INFORMATION']]: 'the peer has another public key for us, or none',
  [NOTIFY_V1['INVALID-CERTIFICATE']]: meanings[NOTIFY_V1['INVALID-CERTIFICATE']] ?? '',
  [NOTIFY_V1['INVALID-CERT-AUTHORITY']]: meanings[NOTIFY_V1['INVALID-CERT-AUTHORITY']] ?? '',
};

/** What the peer says encrypted, in place of the end of phase 1. */
export function refusedAtTheEnd(type: number, exchange: number, ours: string): Refusal {
  const why = refusedByNotify(type, exchange, { ours });
  const text = disbelief[type];
  return text === undefined ? why : { ...why, code: 'authentication-failed', text };
}

/** RFC 2408 §3.14.1: below 16384 are errors. */
export function isErrorV1(type: number): boolean {
  return type < NOTIFY_V1.CONNECTED;
}
