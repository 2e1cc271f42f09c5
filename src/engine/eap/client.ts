import { DecodeError } from '../../bytes/errors.js';
import { printableText } from '../../bytes/printable.js';
import { nameOf } from '../../bytes/registry.js';
import type { Eap } from '../../wire/ike/payloads/eap.js';
import { EAP_CODE, EAP_CODES, EAP_TYPE } from '../../wire/ike/tables/eap.js';
import type { Refusal } from '../refusal.js';
import type { ClientMethod, ClientTurn, Complete, EapContext, EapInput, EapReason, EapStep } from './contract.js';
import { clientMethod, clientTypes, methodName, methodNames } from './methods.js';
import { ended, failed, MAX_ROUNDS, malformed, refusalOf } from './outcomes.js';
import type { EapClient } from './settings.js';

/** An EAP client between two messages. */
export interface EapClientState {
  readonly settings: EapClient;
  readonly context: EapContext;
  readonly identity: string;
  /** Requests answered. */
  readonly rounds: number;
  readonly phase: Phase;
}

type Phase =
  /** Identity may have been told, no method has begun. `naked`: type that we declined. */
  | { readonly kind: 'open'; readonly naked?: number }
  | { readonly kind: 'method'; readonly type: number; readonly method: ClientMethod; readonly complete?: Complete }
  /** The TLS stack works for the request of this identifier. */
  | { readonly kind: 'stack'; readonly type: number; readonly method: ClientMethod; readonly identifier: number }
  /** We know why it fails, say the rest of it, and wait for the server to end it. */
  | { readonly kind: 'refused'; readonly type: number; readonly reason: EapReason; readonly rest: readonly Uint8Array[] };

type Step = EapStep<EapClientState>;

/** A client that waits for the server's first request, in the response to the first IKE_AUTH (RFC 7296 §2.16). */
export function startEapClient(settings: EapClient, context: EapContext): EapClientState {
  const identity = settings.identity ?? settings.username ?? context.ikeIdentity;
  return { settings, context, identity, rounds: 0, phase: { kind: 'open' } };
}

/** Why it fails, when that is known already and EAP Failure has not come: some servers send a notify instead. */
export function clientRefusal({ phase }: EapClientState): Refusal | undefined {
  return phase.kind === 'refused' ? refusalOf(phase.reason) : undefined;
}

/** Never throws for what the server sends. Once there is an outcome, no further step is due. */
export function stepEapClient(state: EapClientState, input: EapInput): Step {
  try {
    if (input.kind === 'message') return onMessage(state, input.eap);
    const { phase } = state;
    if (phase.kind !== 'stack' || phase.method.tls === undefined) return { state, tls: [], texts: [] };
    return afterTurn(state, phase.type, phase.identifier, phase.method.tls(input.output));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return failed(state, malformed('server', error));
  }
}

function onMessage(state: EapClientState, eap: Eap): Step {
  switch (eap.code) {
    case EAP_CODE.Request:
      return onRequest({ ...state, rounds: state.rounds + 1 }, eap);
    case EAP_CODE.Success:
      return onSuccess(state);
    case EAP_CODE.Failure:
      return failed(state, failureReason(state));
    default:
      return failed(state, {
        code: 'eap-unexpected',
        by: 'us',
        text: `the server sent an EAP ${nameOf(EAP_CODES, eap.code)}, which is not a server's`,
        ours: 'Request, Success or Failure',
        theirs: nameOf(EAP_CODES, eap.code),
      });
  }
}

function onRequest(state: EapClientState, { identifier, type, data }: Eap): Step {
  const { phase, settings, context, identity } = state;
  if (phase.kind === 'refused') return sayWhy(state, phase.type, identifier, phase.reason, phase.rest);
  if (state.rounds > MAX_ROUNDS) return failed(state, endless());
  if (type === undefined) return failed(state, { code: 'eap-malformed', by: 'us', text: 'the server sent an EAP Request without a type' });
  if (type === EAP_TYPE.Identity) {
    return respond(state, identifier, type, new TextEncoder().encode(identity), `told the EAP identity "${identity}"`);
  }
  if (type === EAP_TYPE.Notification) {
    return respond(state, identifier, type, new Uint8Array(0), `the server notifies: "${printableText(data.subarray(0, 300))}"`);
  }
  const method =
    (phase.kind === 'method' || phase.kind === 'stack') && phase.type === type
      ? phase.method
      : clientMethod(type, settings, identity, context);
  if (method === undefined) return decline(state, identifier, type);
  return afterTurn(state, type, identifier, method.request(data, identifier));
}

function afterTurn(state: EapClientState, type: number, identifier: number, turn: ClientTurn): Step {
  switch (turn.kind) {
    case 'reply': {
      const { next: method, complete } = turn;
      const phase: Phase = { kind: 'method', type, method, ...(complete === undefined ? {} : { complete }) };
      return respond({ ...state, phase }, identifier, type, turn.data, turn.text);
    }
    case 'tls':
      return { state: { ...state, phase: { kind: 'stack', type, method: turn.next, identifier } }, tls: [turn.input], texts: [] };
    case 'refuse':
      return sayWhy(state, type, identifier, turn.reason, turn.last ?? []);
  }
}

/** It is over when there is nothing left to say and the server still asks. */
function sayWhy(state: EapClientState, type: number, identifier: number, reason: EapReason, last: readonly Uint8Array[]): Step {
  const [data, ...rest] = last;
  if (data === undefined) return failed(state, reason);
  return respond({ ...state, phase: { kind: 'refused', type, reason, rest } }, identifier, type, data);
}

/** Nak with what we could do instead, 0 for nothing (RFC 3748 §5.3.1). */
function decline(state: EapClientState, identifier: number, type: number): Step {
  const types = clientTypes(state.settings, state.identity, state.context);
  const text = `the server asks for ${methodName(type)}, we offer ${methodNames(types)} instead`;
  const phase: Phase = { kind: 'open', naked: type };
  return respond({ ...state, phase }, identifier, EAP_TYPE.Nak, types.length === 0 ? Uint8Array.of(0) : Uint8Array.from(types), text);
}

function respond(state: EapClientState, identifier: number, type: number, data: Uint8Array, text?: string): Step {
  return { state, send: { code: EAP_CODE.Response, identifier, type, data }, tls: [], texts: text === undefined ? [] : [text] };
}

function onSuccess(state: EapClientState): Step {
  const { phase, identity } = state;
  if (phase.kind === 'refused') return failed(state, phase.reason);
  if (phase.kind === 'method' && phase.complete !== undefined) {
    const { msk, certificates, remark } = phase.complete;
    const step = ended(state, {
      ok: true,
      method: methodName(phase.type),
      identity,
      ...(msk && { msk }),
      ...(certificates && { certificates }),
    });
    return remark === undefined ? step : { ...step, texts: [...step.texts, remark] };
  }
  const during = phase.kind === 'open' ? 'before any method' : `in the middle of ${methodName(phase.type)}`;
  return failed(state, {
    code: 'eap-success-too-early',
    by: 'us',
    text: `the server sent EAP Success ${during}: it has proved nothing, and nor have we`,
    ours: 'a method run to its end',
    theirs: `Success ${during}`,
  });
}

/** EAP Failure carries no reason; what went before it often does. */
function failureReason({ phase, settings, identity, context }: EapClientState): EapReason {
  const theirs = 'EAP Failure';
  const types = clientTypes(settings, identity, context);
  switch (phase.kind) {
    case 'refused':
      return phase.reason;
    case 'open':
      if (phase.naked === undefined) {
        const text = `the server ended EAP before any method: it may not know the EAP identity "${identity}"`;
        return { code: 'eap-identity-refused', by: 'peer', text, ours: `"${identity}"`, theirs };
      }
      return {
        code: 'eap-method-not-allowed',
        by: 'peer',
        text: `no EAP method in common: the server asked for ${methodName(phase.naked)}, we have ${methodNames(types)}`,
        ours: methodNames(types),
        theirs: methodName(phase.naked),
      };
    case 'stack':
    case 'method': {
      const method = methodName(phase.type);
      const text =
        phase.type === EAP_TYPE.TLS
          ? 'the server ended EAP-TLS: it did not accept our certificate'
          : `the server refused "${settings.username ?? identity}" by ${method}: EAP Failure carries no reason, most often the user name or password is wrong`;
      return { code: phase.type === EAP_TYPE.TLS ? 'eap-tls-failed' : 'eap-wrong-password', by: 'peer', text, ours: method, theirs };
    }
  }
}

function endless(): EapReason {
  return {
    code: 'eap-endless',
    by: 'us',
    text: `the server asked ${MAX_ROUNDS} times without coming to an end`,
    ours: `${MAX_ROUNDS} rounds`,
    theirs: 'more',
  };
}
