import type { DecodeError } from '../../bytes/errors.js';
import type { Refusal } from '../refusal.js';
import type { EapOutcome, EapReason, EapStep } from './contract.js';

/** Where EAP runs. */
const EXCHANGE = 'IKE_AUTH';

/** Requests of one conversation. EAP-TLS with long certificate chains takes some twenty. */
export const MAX_ROUNDS = 100;

export function ended<State>(state: State, outcome: EapOutcome): EapStep<State> {
  return { state, tls: [], texts: outcome.ok ? [`EAP ${outcome.method} succeeded`] : [outcome.refusal.text], outcome };
}

export function failed<State>(state: State, reason: EapReason): EapStep<State> {
  return ended(state, { ok: false, refusal: refusalOf(reason) });
}

export function refusalOf(reason: EapReason): Refusal {
  return { ...reason, exchange: EXCHANGE };
}

/** What `who` sent was no EAP of its method. */
export function malformed(who: 'server' | 'client', error: DecodeError): EapReason {
  return {
    code: 'eap-malformed',
    by: 'us',
    text: `the ${who} sent an EAP message that is malformed: ${error.message}`,
    theirs: error.field,
  };
}
